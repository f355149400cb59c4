// Builds the page of the HTML report into one file: `node build.mjs` writes it, `node build.mjs --check` compares.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const committed = here("../src/report/html/page.html");

async function bundle(entry) {
  const result = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    charset: "ascii",
    format: "iife",
    target: "es2023",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    absWorkingDir: here("."),
  });
  return result.outputFiles[0].text.trim();
}

// A policy names the hash of what stands between the tags, to the byte.
const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const [script, style] = [await bundle("src/main.tsx"), await bundle("src/style.css")];
const licences = readFileSync(here("licences.txt"), "utf8").trim();
const page = readFileSync(here("src/page.html"), "utf8")
  .replace("{{licences}}", () => licences)
  .replace("{{style-hash}}", () => hash(style))
  .replace("{{script-hash}}", () => hash(script))
  .replace("{{style}}", () => style)
  .replace("{{script}}", () => script);

if (process.argv.includes("--check")) {
  if (readFileSync(committed, "utf8") !== page) {
    console.error("src/report/html/page.html is not what web/ builds: run `npm ci && npm run build` in web");
    process.exit(1);
  }
  console.log(`the committed page is what web/ builds: ${page.length} bytes`);
} else {
  writeFileSync(committed, page);
  console.log(`wrote ${page.length} bytes`);
}
