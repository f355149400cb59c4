// Drives the report of the demo in a browser as a new user would, by clicks alone, and looks at what must hold on every page:
// no error, nothing of the input becomes markup, axe finds no violation. Usage: node test/browser.mjs REPORT.html [PICTURES]
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const [report, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await launch();
const troubles = [];
let passed = 0;

async function open({ width = 1440, height = 900, colorScheme = "light", hash = "", file = report } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("request", (request) => request.url().startsWith("file:") || troubles.push(`asks for ${request.url()}`));
  await page.goto(pathToFileURL(file).href + hash);
  await page.locator(".grid .row").first().waitFor();
  return page;
}

async function test(name, run, options) {
  const page = await open(options);
  await run(page);
  assert.deepEqual(troubles, [], name);
  await page.close();
  passed += 1;
  console.log(`ok ${name}`);
}

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
  assert.deepEqual(found, []);
}

const panel = (page) => page.getByRole("region", { name: "What is selected" });
const CROSSING = "shop/web → aws_db_instance.orders";

await test("which pods cross app_data, why shop/web may, what the plan added, what would close it", async (page) => {
  assert.match(await page.locator("h1").innerText(), /opens 1 border to 6 of 8 workloads, and possibly 1 more/);
  await panel(page).getByRole("button", { name: "aws_vpc_peering_connection.app_data" }).first().click();
  const crossings = panel(page).getByRole("region", { name: "Crossings" });
  const rows = await crossings.getByRole("button").allInnerTexts();
  const pods = new Set(rows.map((row) => row.split(" →")[0]));
  assert.deepEqual([...pods].sort(), ["payments/fraud", "payments/ledger", "platform/agent", "platform/gateway", "reports/nightly", "shop/cart", "shop/web"]);
  await crossings.getByRole("button", { name: CROSSING }).click();
  const cards = await panel(page).locator(".card").allInnerTexts();
  assert.match(cards[0], /policy out[^]*no policy selects shop\/web for egress/);
  const added = cards.filter((card) => card.includes("added by the plan"));
  assert.deepEqual(added.map((card) => /peering\.tf:(\d+)/.exec(card)[1]), ["12", "3", "22", "18"]);
  assert.ok(added.some((card) => card.includes('resource "aws_vpc_peering_connection" "app_data" {')), "the line is quoted");
  await page.getByRole("button", { name: "Before" }).click();
  assert.match(await panel(page).innerText(), /Nothing passed before the change: the last hop below stops it/);
  const before = await panel(page).locator(".card").allInnerTexts();
  assert.match(before.at(-1), /route[^]*stops here[^]*no route to 10\.40\./, "the hop that stopped it is named");
  await page.getByRole("button", { name: "After" }).click();
  await panel(page).getByRole("region", { name: "Findings about it" }).getByRole("button").click();
  assert.match(await panel(page).getByRole("region", { name: "What closes it" }).innerText(), /add a policy to the namespace that names what its pods may reach/);
});

await test("a click on the map selects, and lights the table", async (page) => {
  const box = await page.locator("canvas").boundingBox();
  const found = await search(page, box, "shop/web[Deployment]");
  await page.mouse.click(found.x, found.y);
  assert.match(await panel(page).innerText(), /^Deployment\s+shop\/web\[Deployment\]/);
  assert.equal(await page.getByRole("status").innerText(), "4 findings");
  await page.locator(".chip").click();
  // 21 now, and two rules that fitted no network before the plan.
  assert.equal(await page.getByRole("status").innerText(), "25 findings");
});

/** Moves over the map until its tip begins with a name. */
async function search(page, box, name) {
  for (let y = box.y + 10; y < box.y + box.height; y += 14) {
    for (let x = box.x + 10; x < box.x + box.width; x += 14) {
      await page.mouse.move(x, y);
      const tip = await page.locator(".tip").allInnerTexts();
      if (tip[0]?.startsWith(name)) return { x, y };
    }
  }
  assert.fail(`${name} is nowhere on the map`);
}

await test("the map, the table and a path work by keyboard", async (page) => {
  await page.locator("canvas").focus();
  for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  assert.match(await panel(page).innerText(), /payments\/fraud\[Deployment\]/);
  assert.match(await page.locator(".map .unseen").innerText(), /^workload payments\/fraud\[Deployment\], worst finding: medium/);
  await page.keyboard.press("Escape");
  await page.locator(".grid").focus();
  for (const key of ["ArrowDown", "Enter"]) await page.keyboard.press(key);
  assert.match(await panel(page).innerText(), /reports\/nightly can reach/);
});

await test("search finds by name, by an address inside of a block, and by port", async (page) => {
  await page.getByRole("button", { name: "Crossings", exact: true }).click();
  const count = async (query) => {
    await page.getByRole("searchbox").fill(query);
    return page.getByRole("status").innerText();
  };
  assert.equal(await count(""), "29 crossings");
  // Seven workloads reach the database, and each of them a block that holds the address on that port.
  assert.equal(await count("orders"), "7 crossings");
  assert.equal(await count("10.40.0.7 5432"), "7 crossings");
  assert.equal(await count("10.41.0.7"), "0 crossings");
  assert.equal(await count("shop/web 6379 app_data"), "2 crossings");
  assert.equal(await count("shop/web 6380 sessions"), "0 crossings");
});

await test("a link selects, and what is not there is left out", async (page) => {
  await panel(page).getByRole("button", { name: "aws_vpc_peering_connection.audit" }).first().click();
  const link = new URL(page.url()).hash;
  assert.match(link, /^#border=aws_vpc_peering_connection\.audit$/);
  const other = await open({ hash: link });
  assert.match(await panel(other).innerText(), /waits for acceptance by 444455556666/);
  await other.goBack().catch(() => undefined);
  const gone = await open({ hash: "#workload=no%2Fsuch&finding=0&moment=before" });
  assert.match(await panel(gone).innerText(), /Who crosses which border/);
  await Promise.all([other.close(), gone.close()]);
});

await test("paper holds every finding, in the flow of the page", async (page) => {
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => [...document.querySelectorAll(".grid .row")].filter((row) => getComputedStyle(row).transform === "none").length === 25);
});

const data = /id="data">\n([^]*?)\n<\/script>/;

/** The report with other data, as a file. */
function variant(name, change) {
  const file = join(tmpdir(), `crosspeer-${name}-${process.pid}.html`);
  writeFileSync(file, readFileSync(report, "utf8").replace(data, (all, island) => all.replace(island, () => change(island))));
  return file;
}

await test("each moment of a crossing that changed has its own ports, certainty and path", async () => {
  const file = variant("changed", (island) => {
    const own = JSON.parse(island);
    const { workload, party, after, before } = { ...own.crossings, party: own.crossings.after.party };
    const row = (far) => workload.findIndex((at, row) => own.workloads[at].title === "shop/web" && own.parties[party[row]].name === far);
    const [orders, sessions] = [row("aws_db_instance.orders"), row("aws_elasticache_cluster.sessions")];
    for (const column of ["party", "ports", "path"]) before[column][orders] = after[column][column === "party" ? orders : sessions];
    before.possible[orders] = 1;
    return JSON.stringify(own).replaceAll("<", "\\u003c");
  });
  const key = "#crossing=shop%2Fweb%5BDeployment%5D+to+aws_db_instance.orders+over+aws_vpc_peering_connection.app_data";
  const page = await open({ file, hash: key });
  assert.match(await panel(page).innerText(), /^certain\s+changed\s[^]*tcp 5432\s[^]*admits tcp 5432/);
  await page.getByRole("button", { name: "Before" }).click();
  assert.match(await panel(page).innerText(), /^possible\s+changed\s[^]*tcp 6379\s[^]*admits tcp 6379/);
  await page.close();
});

await test("names of the input are text", async () => {
  const hostile = '</script><script>hacked=1</script><img src=x onerror="hacked=1">';
  const escaped = JSON.stringify(hostile).slice(1, -1).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
  const names = ["shop/web", "aws_vpc.data", "no policy"];
  const file = variant("hostile", (island) => names.reduce((text, name) => text.replaceAll(name, escaped), island));
  const page = await open({ file });
  let shown = 0;
  for (const row of await page.locator(".grid .row").all()) {
    await row.click();
    assert.equal(await page.locator("img").count(), 0);
    shown += (await panel(page).innerText()).split(hostile).length - 1;
  }
  assert.ok(shown > 10, `shown ${shown} times`);
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  await page.close();
});

const finding = readFileSync(report, "utf8").match(/"2 workloads of `shop`[^]*?"fingerprint":"([0-9a-f]{32})"/)[1];
const views = { overview: "", border: "#border=aws_vpc_peering_connection.app_data", path: `#workload=shop%2Fweb%5BDeployment%5D&finding=${finding}` };
for (const colorScheme of ["light", "dark"]) {
  for (const [size, [width, height]] of Object.entries({ wide: [1440, 900], narrow: [420, 900] })) {
    for (const [view, hash] of Object.entries(views)) {
      await test(`axe: ${view}, ${colorScheme}, ${size}`, async (page) => {
        await accessible(page);
        await page.getByRole("button", { name: "Crossings", exact: true }).click();
        await accessible(page);
        if (pictures && view === "path") {
          await page.getByRole("button", { name: "Findings", exact: true }).click();
          await page.evaluate(() => scrollTo(0, 0));
          await page.mouse.move(0, 0);
          await page.waitForTimeout(200);
          await page.screenshot({ path: join(pictures, `report-${colorScheme}-${size}.png`) });
        }
      }, { width, height, colorScheme, hash });
    }
  }
}

await browser.close();
console.log(`${passed} passed, 0 failed`);
