// Takes pictures of a Galaxy server with a headless browser.
// node take_screenshots.js PLAN.json   (NODE_PATH must hold playwright-core)
// The plan: {url, browser, folder, pages: [{name, path, wait, click?, then?, scroll?, height?}]}
const { chromium } = require('playwright-core');
const fs = require('fs');
const os = require('os');
const path = require('path');

const SETTLE_MS = 2500;
const LONGEST_MS = 60000;

async function take(page, plan, each) {
    await page.setViewportSize({ width: 1400, height: each.height || 900 });
    await page.goto(plan.url + each.path, { waitUntil: 'domcontentloaded', timeout: LONGEST_MS });
    await page.waitForSelector(each.wait, { timeout: LONGEST_MS });
    for (const selector of each.click || []) {
        await page.locator(selector).first().click({ timeout: LONGEST_MS });
        await page.waitForTimeout(SETTLE_MS);
    }
    if (each.then) {
        await page.waitForSelector(each.then, { timeout: LONGEST_MS });
    }
    await page.waitForTimeout(SETTLE_MS);
    const file = path.join(plan.folder, each.name + '.png');
    await page.screenshot({ path: file });
    console.log('took ' + file);
}

(async () => {
    const plan = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'screenshots-'));
    const context = await chromium.launchPersistentContext(profile, {
        executablePath: plan.browser,
        headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const page = await context.newPage();
    let failed = 0;
    for (const each of plan.pages) {
        try {
            await take(page, plan, each);
        } catch (error) {
            failed += 1;
            console.error(each.name + ': ' + error.message);
        }
    }
    await context.close();
    fs.rmSync(profile, { recursive: true, force: true });
    process.exit(failed ? 1 : 0);
})();
