// Takes pictures of a Galaxy server with a headless browser.
// node take_screenshots.js PLAN.json   (NODE_PATH must hold playwright-core)
// The plan: {url, browser, folder, history, pages: [{name, path, wait, drag?}]}
const { chromium } = require('playwright-core');
const fs = require('fs');
const os = require('os');
const path = require('path');

const SETTLE_MS = 2500;
const LONGEST_MS = 60000;

async function take(page, plan, each) {
    await page.goto(plan.url + each.path, { waitUntil: 'domcontentloaded', timeout: LONGEST_MS });
    await page.waitForSelector(each.wait, { timeout: LONGEST_MS });
    await page.waitForTimeout(SETTLE_MS);
    if (each.drag) {
        // The canvas of the editor, out from under its toolbar.
        await page.mouse.move(900, 800);
        await page.mouse.down();
        await page.mouse.move(900 + each.drag, 800, { steps: 5 });
        await page.mouse.up();
    }
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
        viewport: { width: 1400, height: 1000 },
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const page = await context.newPage();
    await page.goto(plan.url + '/history/set_as_current?id=' + plan.history);
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
