/* Styles are always written to a file: the server's Content-Security-Policy
   allows no style element, so Svelte must not inject one. */
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, css: "external" },
};
