// Uses the HTML report as a reader does, in a real browser, and prints what was seen as JSON.
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

const [page_path, executablePath, screenshot] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, colorScheme: "dark" });
const requests = [];
const faults = [];
page.on("request", (request) => requests.push(request.url()));
page.on("pageerror", (error) => faults.push(String(error)));
page.on("console", (message) => { if (message.type() === "error") faults.push(message.text()); });
await page.goto(pathToFileURL(page_path).href);

const shown = () => page.$$eval(".cases tbody:not([hidden]) .open", (all) => all.map((one) => one.textContent));
const seen = { all: await shown(), told: await page.textContent("#told") };
seen.closed = await page.$$eval(".details:not([hidden])", (all) => all.length);
seen.dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);

await page.click('.verdicts button[value="changed"]');
seen.changed = await shown();
seen.pressed = await page.getAttribute('.verdicts button[value="changed"]', "aria-pressed");
await page.click('.verdicts button[value="changed"]');

await page.keyboard.press("/");
await page.keyboard.type("other");
seen.searched = await shown();
await page.keyboard.press("Escape");
seen.cleared = (await shown()).length;

await page.check("#fails");
seen.failing = (await shown()).length;
await page.uncheck("#fails");

await page.click('th[data-column="score"] button');
seen.sort = await page.getAttribute('th[data-column="score"]', "aria-sort");
seen.byScore = await page.$$eval(".cases tbody", (all) => all.map((one) => Number(one.dataset.score)));
await page.click('th[data-column="rank"] button');

await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("j");
await page.keyboard.press("j");
await page.keyboard.press("Enter");
seen.opened = await page.$$eval(".details:not([hidden]) dd", (all) => all.map((one) => one.textContent));
seen.expanded = await page.evaluate(() => document.activeElement.getAttribute("aria-expanded"));
await page.keyboard.press("e");
seen.openAll = await page.$$eval(".details:not([hidden])", (all) => all.length);
seen.diff = await page.$$eval("del, ins", (all) => all.map((one) => one.tagName));
seen.trends = await page.$$eval("td svg[role=img][aria-label]", (all) => all.length);
seen.unnamed = await page.$$eval("button, input, svg", (all) =>
  all.filter((one) => !one.textContent.trim() && !one.getAttribute("aria-label") && one.closest("label") === null).length);

const said = () => page.textContent(".plots.wider figure:nth-of-type(2) output");
seen.plots = await page.$$eval(".plot svg", (all) => all.map((one) => [one.tabIndex, one.getAttribute("aria-label")]));
seen.newest = await said();
await page.focus(".plots.wider figure:nth-of-type(2) svg");
await page.keyboard.press("ArrowLeft");
seen.before = await said();
await page.keyboard.press("Home");
await page.keyboard.press("ArrowLeft");
seen.oldest = await said();
seen.marked = await page.$$eval("g.at", (all) => all.length);
await page.evaluate(() => document.activeElement.blur());
seen.left = [await said(), await page.$$eval("g.at", (all) => all.length)];
await page.hover(".plots.wider figure:nth-of-type(2) g:nth-of-type(2)");
seen.hovered = await said();
seen.folded = await page.isVisible("table.numbers");
await page.focus("details:nth-of-type(2) summary");
await page.keyboard.press("Enter");
seen.numbers = await page.$$eval("table.numbers tbody tr", (all) => all.map((row) => row.textContent));
await page.setViewportSize({ width: 320, height: 700 });
seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
await page.setViewportSize({ width: 1100, height: 900 });
await page.screenshot({ path: screenshot, fullPage: true });
await browser.close();
console.log(JSON.stringify({ ...seen, requests, faults }));
