/* Puts the icons that the interface uses, and no others, into index.html as
   one hidden sprite. Lucide ships 1,500 drawings; we need about sixty, and
   they must be there at the first paint, without a request and without
   script. The list of names is src/parts/icon-names.ts, which is also the
   type that <Icon> accepts, so a missing drawing fails the build. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve("lucide-static/package.json")), "icons");

function symbol(name) {
  const svg = readFileSync(join(folder, `${name}.svg`), "utf8");
  const inside = svg.replace(/<!--.*?-->/gs, "").replace(/^\s*<svg[^>]*>/s, "").replace(/<\/svg>\s*$/s, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
}

export function icons(names) {
  return {
    name: "holdfast-icons",
    transformIndexHtml(html) {
      const sprite = `<svg width="0" height="0" class="sr" aria-hidden="true"><defs>${names.map(symbol).join("")}</defs></svg>`;
      return html.replace("<!-- icons -->", sprite);
    },
  };
}
