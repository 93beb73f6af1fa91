import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { iconNames } from "./src/parts/icon-names.ts";
// @ts-expect-error a plain module of the build, without types
import { icons } from "./tool/icons.mjs";

/* Everything ends up in dist/ as index.html and hashed files under /assets/,
   which the server embeds. Nothing is inlined as data: or as script text, so
   that the server may send a Content-Security-Policy of 'self' alone. */
export default defineConfig({
  plugins: [svelte(), icons(iconNames)],
  build: {
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: true,
    reportCompressedSize: false,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
});
