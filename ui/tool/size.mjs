/* The budget: 150 KB of compressed script for the inbox. Counted is what
   index.html loads at once, following static imports, as gzip level 9. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const limit = 150 * 1024;
const dist = new URL("../dist/", import.meta.url);
const seen = new Set();
let bytes = 0;

function add(path) {
  if (seen.has(path)) return;
  seen.add(path);
  const code = readFileSync(new URL(path, dist));
  bytes += gzipSync(code, { level: 9 }).length;
  for (const m of code.toString().matchAll(/\bfrom\s*"\.\/([\w.-]+\.js)"|\bimport\s*"\.\/([\w.-]+\.js)"/g)) add(`assets/${m[1] ?? m[2]}`);
}

const html = readFileSync(new URL("index.html", dist), "utf8");
for (const m of html.matchAll(/(?:src|href)="\/(assets\/[\w.-]+\.js)"/g)) add(m[1]);
console.log(`inbox script ${(bytes / 1024).toFixed(1)} KB compressed, limit ${limit / 1024} KB`);
if (bytes > limit) process.exit(1);
