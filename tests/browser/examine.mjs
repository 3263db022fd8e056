// Usage: node examine.mjs CHROMIUM PAGE FOLDER
// Opens the page at the width of a phone and of a desk, with charts drawn and every fold open.
// Writes screenshots and a PDF into FOLDER, and what was found to standard output as JSON: what axe
// objects to, what the page asked for or complained of, whether it is wider than the screen, whether
// the title of an axis covers its labels, whether it shows a picture where scripts do not run, and the
// buttons of its chart.
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, page, folder] = process.argv.slice(2);
const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const widths = { phone: 360, desk: 1280 };

// Chromium refuses its own sandbox to root, as which containers run; the page is our own.
const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args });
const found = {};
for (const [name, width] of Object.entries(widths)) {
  // axe is put into the page, which the page's own policy forbids.
  const context = await browser.newContext({ bypassCSP: true, viewport: { width, height: 800 } });
  const tab = await context.newPage();
  await open(tab);
  await tab.addScriptTag({ path: axe });
  const { violations } = await tab.evaluate(() => globalThis.axe.run());
  found[name] = { violations: violations.map(describe), wider: await overflow(tab), covered: await cover(tab) };
  await tab.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
  await context.close();
}

const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
await plain.goto(pathToFileURL(page).href);
const pictureWithoutScripts = await plain.locator("svg").first().isVisible();

const tab = await browser.newPage();
const messages = [];
const requests = [];
tab.on("console", (message) => messages.push(message.text()));
tab.on("request", (request) => requests.push(request.url().slice(0, 200)));
await open(tab);
const buttons = await tab.locator("#chart button").evaluateAll((each) => each.map((button) => button.ariaLabel));
await tab.pdf({ path: path.join(folder, "print.pdf"), format: "A4" });
console.log(JSON.stringify({ ...found, pictureWithoutScripts, buttons, messages, requests }));
await browser.close();

async function open(tab) {
  await tab.goto(pathToFileURL(page).href);
  if (await tab.locator("#chart").count()) {
    await tab.locator("html.interactive").waitFor();
    if (await tab.locator("#drawing").isVisible()) throw new Error("chart and drawing are shown");
  }
  for (const fold of await tab.locator("details > summary").all()) await fold.click();
}

function overflow(tab) {
  return tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}

// Names of classes may be long; the title of their axis must stand beside them.
function cover(tab) {
  return tab.evaluate(() => {
    const boxes = (selector) => [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return ["x", "y"].some((axis) =>
      boxes(`#chart .${axis}title`).some((title) => boxes(`#chart .${axis}tick text`).some((tick) => meets(title, tick))),
    );
  });
}

function describe({ id, help, nodes }) {
  return `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" ")}`;
}
