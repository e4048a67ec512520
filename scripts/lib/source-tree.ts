/**
 * The project's source files, parsed: what a file imports (and whether as a type only), its functions, its comments.
 *
 * The parser is the one that vite brings; TypeScript 7 has no JavaScript interface that the usual tools for import rules could use.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "vite";

export interface Import {
  /** As written: `./place-bet.ts`, `hono`, `node:crypto`. */
  readonly specifier: string;
  /** The file in the tree that a relative import names, else the specifier. */
  readonly target: string;
  /** Erased before it runs: nothing is loaded. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A node of the syntax tree; members depend on its type. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly program: SyntaxNode;
  readonly comments: readonly { readonly type: string; readonly value: string; readonly start: number }[];
}

const FOLDERS = ["shared", "durable-objects", "workers", "web", "bridge", "simulators", "scripts", "bench", "test"];
const SKIPPED = /^(node_modules|dist|data|\..*)$/;
const CODE = /\.(ts|tsx|mjs|js)$/;

/** All paths under `root` that hold code of the project, sorted. */
export function sourcePaths(root: string): readonly string[] {
  const paths: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.test(entry.name)) visit(path);
      else if (entry.isFile() && CODE.test(entry.name)) paths.push(path);
    }
  };
  const present = new Set(readdirSync(root));
  for (const folder of FOLDERS) if (present.has(folder)) visit(folder);
  return paths.sort();
}

export function readSourceFile(root: string, path: string): SourceFile {
  return parseSourceFile(path, readFileSync(join(root, path), "utf8"));
}

/** Parses one file; throws with its path when it is not valid TypeScript. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const [problem] = parsed.errors;
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, start: number): void => {
    const relative = specifier.startsWith(".");
    const target = relative ? posix.join(posix.dirname(path), specifier) : specifier;
    imports.push({ specifier, target, typeOnly, line: lineAt(text, start) });
  };
  for (const one of parsed.module.staticImports) {
    // `import "./x.ts"` has no entries and runs the module.
    add(one.moduleRequest.value, one.entries.length > 0 && one.entries.every((entry) => entry.isType), one.start);
  }
  for (const one of parsed.module.staticExports) {
    for (const entry of one.entries) if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType, one.start);
  }
  for (const one of parsed.module.dynamicImports) {
    const literal = /^["'`](.*)["'`]$/s.exec(text.slice(one.moduleRequest.start, one.moduleRequest.end));
    if (literal?.[1] !== undefined) add(literal[1], false, one.start);
  }
  return { path, text, imports, program: parsed.program as unknown as SyntaxNode, comments: parsed.comments };
}

/** Calls `visit` for every node below `node`, parents first, with its parent. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent: SyntaxNode | null) => void,
  parent: SyntaxNode | null = null,
): void {
  visit(node, parent);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) walk(child, visit, node);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

/** The line, from 1, of a place in the text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
