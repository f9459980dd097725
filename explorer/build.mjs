// Builds w2v/explorer/page.html: style and script in one file, with a policy that allows these two and nothing else.
// With --check, only says whether the committed file is the build of this source.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (name) => fileURLToPath(new URL(name, import.meta.url));
const output = at("../w2v/explorer/page.html");

async function bundle(entry) {
  const made = await build({
    entryPoints: [at(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022"],
    charset: "ascii",
    legalComments: "none",
  });
  return made.outputFiles[0].text.trim();
}

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const [script, style, page] = [await bundle("src/main.ts"), await bundle("src/style.css"), await readFile(at("src/page.html"), "utf8")];
if (/<\/(script|style)/i.test(script + style)) throw new Error("the bundle must not close its own element");
const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const made = page
  .replace("<!--policy-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy}">`)
  .replace("<!--style-->", () => `<style>${style}</style>`)
  .replace("<!--script-->", () => `<script>${script}</script>`);

if (process.argv.includes("--check")) {
  const committed = await readFile(output, "utf8").catch(() => "");
  if (committed !== made) {
    console.error("w2v/explorer/page.html is not the build of explorer/: run `make explorer` and commit the result");
    process.exit(1);
  }
} else {
  await writeFile(output, made);
  console.log(`w2v/explorer/page.html: ${Buffer.byteLength(made).toLocaleString("en")} bytes`);
}
