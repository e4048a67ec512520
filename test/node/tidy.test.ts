/** Style as a test: what a formatter and a linter can't see holds for the whole tree, and each rule catches what it is there for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseSourceFile, readSourceFile, sourcePaths } from "../../scripts/lib/source-tree.ts";
import { markdownTitles, TIDY_RULES } from "../../scripts/lib/tidy-rules.ts";
import { VERSION } from "../../workers/version.ts";

const root = join(import.meta.dirname, "../..");
const files = sourcePaths(root).map((path) => readSourceFile(root, path));

it.each(Object.entries(TIDY_RULES))("%s", (_name, rule) => {
  expect(files.flatMap((file) => rule(file))).toEqual([]);
});

/** For each rule: files that break it. */
const UNTIDY: Readonly<Record<string, readonly (readonly [path: string, text: string])[]>> = {
  "a file has at most 400 lines": [["workers/long.ts", "\n".repeat(401)]],
  "a function has at most 70 lines": [
    ["workers/x.ts", `const f = () => {${"\n".repeat(70)}};`],
    ["workers/x.ts", `class A { m() {${"\n".repeat(70)}} }`],
  ],
  "a file is named in kebab-case after the one thing inside": [
    ["workers/PlaceBet.ts", ""],
    ["workers/money-utils.ts", ""],
    ["workers/helpers.ts", ""],
  ],
  "a file says at its top what it owns": [
    ["workers/x.ts", "export const a = 1;\n/** Late. */"],
    ["workers/x.ts", "// Not a header.\nexport const a = 1;"],
  ],
  "nothing is left unfinished without an issue's number": [["workers/x.ts", "// TODO: later"]],
  "no check is switched off in the product": [["workers/x.ts", "// @ts-ignore"]],
  "no test is skipped or run alone": [["test/x.test.ts", 'it.skip("a", () => {});']],
  "only programs print; the product logs": [["workers/x.ts", 'console.log("a");']],
  "no amount goes through floating point": [
    ["shared/x.ts", 'parseFloat("1.1");'],
    ["workers/x.ts", "(1.005).toFixed(2);"],
  ],
  "shared code has no clock, randomness, I/O or waiting": [
    ["shared/x.ts", "export const at = Date.now();"],
    ["shared/x.ts", "export const at = new Date();"],
    ["shared/x.ts", "export const r = Math.random();"],
    ["shared/x.ts", "export async function f() {}"],
    ["shared/x.ts", 'fetch("x");'],
    ["shared/x.ts", "export const id = crypto.randomUUID();"],
  ],
};

it.each(Object.entries(TIDY_RULES))("the rule is awake: %s", (name, rule) => {
  const planted = UNTIDY[name] ?? [];
  expect(planted.length).toBeGreaterThan(0);
  for (const [path, text] of planted) expect(rule(parseSourceFile(path, text)), text).toHaveLength(1);
});

it("every document has exactly one title", () => {
  const documents = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".md") && !/(^|[\\/])(node_modules|\.[^\\/]+)[\\/]/.test(path),
  );
  const wrong = documents.filter((path) => markdownTitles(readFileSync(join(root, path), "utf8")).length !== 1);
  expect(wrong).toEqual([]);
});

it("the version that the service tells is the package's", () => {
  expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).toMatchObject({ version: VERSION });
});
