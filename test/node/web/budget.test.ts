/** What a phone has to load before it shows a match: measured on the build itself. */
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, it } from "vitest";

const JAVASCRIPT_BYTES_MAX = 60 * 1024;
const TOTAL_BYTES_MAX = 100 * 1024;

it("loads at most 60 KB of script and 100 KB in all, compressed, before the first screen", { timeout: 30_000 }, async () => {
  const result = await build({ configFile: "web/vite.config.ts", logLevel: "silent", build: { write: false } });
  if (Array.isArray(result) || !("output" in result)) throw new Error("the build gave more than one output");
  const scripts = new Map(result.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])));
  const needed = new Set<string>();
  const need = (fileName: string): void => {
    if (needed.has(fileName)) return;
    needed.add(fileName);
    for (const imported of scripts.get(fileName)?.imports ?? []) need(imported);
  };
  for (const file of scripts.values()) if (file.isEntry) need(file.fileName);
  const firstLoad = result.output.filter(
    ({ fileName }) => needed.has(fileName) || fileName === "index.html" || /^assets\/index-.*\.css$/.test(fileName),
  );
  const size = (files: typeof firstLoad): number =>
    files.reduce((total, file) => total + gzipSync(file.type === "chunk" ? file.code : file.source).length, 0);
  expect(firstLoad).toHaveLength(needed.size + 2);
  expect(size(firstLoad.filter((file) => file.type === "chunk"))).toBeLessThanOrEqual(JAVASCRIPT_BYTES_MAX);
  expect(size(firstLoad)).toBeLessThanOrEqual(TOTAL_BYTES_MAX);
});
