// Measures the report of a large input: node test/measure.mjs CROSSPEER [--write]. Opening is from the start of navigation until
// the table and the map are drawn; `--write` puts the numbers into docs/performance.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";
import { NAMESPACES, WORKLOADS, manifests } from "./large.mjs";

const crosspeer = process.argv[2] ?? "target/release/crosspeer";
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "crosspeer-page-"));
const report = join(folder, "report.html");
const empty = join(folder, "empty.html");

manifests(join(folder, "rendered"));
writeFileSync(empty, "<!doctype html><title>empty</title><div class=grid><div class=row>1</div></div>");
const demo = join(root, "testdata/demo");
execFileSync(crosspeer, ["scan", "--plan", join(demo, "plan.json"), "--tf", join(demo, "infra"), "--manifests", join(folder, "rendered"), "--no-config", "--quiet", "--fail-on", "none", "--output", report], { stdio: "inherit" });
const island = JSON.parse(/id="data">\n([^]*?)\n<\/script>/.exec(readFileSync(report, "utf8"))[1]);

const browser = await launch();

async function opened(file) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(pathToFileURL(file).href, { waitUntil: "commit" });
  await page.locator(".row").first().waitFor();
  // The map is drawn in the frame after the table.
  const time = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))));
  return { page, time };
}

async function median(run, times = 5) {
  const all = [];
  for (let at = 0; at < times; at++) all.push(await run());
  return all.sort((a, b) => a - b)[Math.floor(times / 2)];
}

const opening = (file) => median(async () => {
  const { page, time } = await opened(file);
  await page.close();
  return time;
});

/** Frames a second while something moves at every frame, for two seconds. */
async function frames(page, move) {
  const count = page.evaluate(() => new Promise((done) => {
    const start = performance.now();
    let frames = 0;
    const tick = () => (performance.now() - start > 2000 ? done((frames * 1000) / (performance.now() - start)) : (frames++, requestAnimationFrame(tick)));
    requestAnimationFrame(tick);
  }));
  await move();
  return count;
}

async function scrolled(page) {
  return frames(page, () => page.evaluate(() => {
    const grid = document.querySelector(".grid");
    const start = performance.now();
    const step = () => {
      grid.scrollTop += 240;
      if (performance.now() - start < 2200) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }));
}

async function dragged(page) {
  const box = await page.locator("canvas").boundingBox();
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  const rate = await frames(page, async () => {
    const start = Date.now();
    for (let at = 0; Date.now() - start < 2100; at++) await page.mouse.move(box.x + 100 + (at % 60), box.y + 100 + (at % 30));
  });
  await page.mouse.up();
  return rate;
}

const [plain, own] = [await opening(empty), await opening(report)];
const { page } = await opened(report);
const scroll = await scrolled(page);
const drag = await dragged(page);
const started = Date.now();
await page.getByRole("button", { name: "Crossings", exact: true }).click();
await page.getByRole("searchbox").fill("team-77 orders 5432");
await page.getByText(/^\d+ crossings$/).waitFor();
const search = Date.now() - started;
await browser.close();

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
const rows = [
  ["workloads, findings, crossings", `${island.workloads.length}, ${island.findings.length}, ${island.crossings.workload.length}`],
  ["page before data", `${megabytes(statSync(join(root, "src/report/html/page.html")).size)} MB`],
  ["page with data", `${megabytes(statSync(report).size)} MB`],
  ["opens", `${(own / 1000).toFixed(2)} s (an empty page: ${(plain / 1000).toFixed(2)} s)`],
  ["scrolling the table", `${scroll.toFixed(0)} frames a second`],
  ["dragging the map", `${drag.toFixed(0)} frames a second`],
  ["first search, with its index", `${(search / 1000).toFixed(2)} s`],
];
const table = ["| | measured |", "|---|---|", ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join("\n");
console.log(table);
if (island.workloads.length !== NAMESPACES * WORKLOADS || island.findings.length < 5000) throw new Error("the input is not as large as it should be");
if (process.argv.includes("--write")) {
  const path = join(root, "docs/performance.md");
  const marked = /(<!-- page -->\n)[^]*?(<!-- end of page -->)/;
  writeFileSync(path, readFileSync(path, "utf8").replace(marked, (_, from, to) => `${from}${table}\n${to}`));
}
rmSync(folder, { recursive: true });
