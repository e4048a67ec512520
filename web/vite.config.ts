/**
 * Builds the page into web/dist: plain JSX by the bundler itself, no framework plugin.
 *
 * Also puts the API reference's viewer into the build, so that /docs loads nothing from elsewhere.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));
const VIEWER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js"] as const;

function apiReferenceViewer(): Plugin {
  return {
    name: "api-reference-viewer",
    apply: "build",
    generateBundle() {
      for (const file of VIEWER_FILES) {
        const source = readFileSync(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${file}`)));
        this.emitFile({ type: "asset", fileName: `docs-assets/${file}`, source });
      }
    },
  };
}

export default defineConfig({
  root,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [apiReferenceViewer()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // Everything is one small chunk and its lazy parts; a preload helper for them would be an inline module more.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
