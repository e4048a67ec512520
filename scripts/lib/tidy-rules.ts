/**
 * The style that a formatter can't see, as rules over parsed files: sizes, names, headers, purity, and the words and shortcuts that
 * must not be there. Each rule returns one line for each place that breaks it.
 */
import { basename } from "node:path";
import { lineAt, type SourceFile, type SyntaxNode, walk } from "./source-tree.ts";

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const NAMES_THAT_SAY_NOTHING = /(^|-)(utils?|helpers?|common|misc)(-|\.|$)/;
const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))/;
const SHORTCUTS = /@ts-(ignore|expect-error|nocheck)|(biome-ignore|oxlint-disable|eslint-disable)/;
/** Tests and programs may silence a rule with a reason; what players use may not. */
const PRODUCT = /^(shared|durable-objects|workers|web)\//;
const PRINTING = /^(scripts|simulators|bench|test)\/|^durable-objects\/platform\/log\.ts$/;
const IS_TEST = /\.test\.tsx?$/;
const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;
const IMPURE_GLOBALS = new Set(["console", "fetch", "crypto", "setTimeout", "setInterval", "queueMicrotask", "process", "performance"]);

type Rule = (file: SourceFile) => readonly string[];

/** Names its rules in the order in which they are printed. */
export const TIDY_RULES: Readonly<Record<string, Rule>> = {
  "a file has at most 400 lines": ({ path, text }) => {
    const lines = text.split("\n").length - 1;
    return lines > FILE_LINES_MAX ? [`${path}: ${lines} lines`] : [];
  },
  "a function has at most 70 lines": longFunctions,
  "a file is named in kebab-case after the one thing inside": ({ path }) => {
    const name = basename(path);
    return KEBAB_CASE.test(name) && !NAMES_THAT_SAY_NOTHING.test(name) ? [] : [path];
  },
  "a file says at its top what it owns": ({ path, comments, program }) => {
    if (IS_TEST.test(path)) return [];
    const [first] = comments;
    const firstCode = (program.body as readonly SyntaxNode[])[0]?.start ?? Number.POSITIVE_INFINITY;
    return first !== undefined && first.type === "Block" && first.value.startsWith("*") && first.start < firstCode ? [] : [path];
  },
  "nothing is left unfinished without an issue's number": (file) => commentsThat(file, UNFINISHED),
  "no check is switched off in the product": (file) => (PRODUCT.test(file.path) ? commentsThat(file, SHORTCUTS) : []),
  "no test is skipped or run alone": (file) =>
    IS_TEST.test(file.path) ? membersNamed(file, /^(it|test|describe)\.(skip|only|todo|fails)$/) : [],
  "only programs print; the product logs": (file) =>
    PRINTING.test(file.path) ? [] : membersNamed(file, file.path.startsWith("web/") ? /^console\.(?!error$)\w+$/ : /^console\.\w+$/),
  "no amount goes through floating point": (file) =>
    /^(shared|durable-objects|workers)\//.test(file.path) && !IS_TEST.test(file.path) ? floatingPoint(file) : [],
  "shared code has no clock, randomness, I/O or waiting": (file) =>
    file.path.startsWith("shared/") && !IS_TEST.test(file.path) ? impurities(file) : [],
};

function longFunctions({ path, text, program }: SourceFile): readonly string[] {
  const found: string[] = [];
  walk(program, (node, parent) => {
    if (!FUNCTIONS.test(node.type)) return;
    // The body of a describe is a chapter of tests, not a function.
    if (parent?.type === "CallExpression" && nameOf(parent.callee).startsWith("describe")) return;
    const first = lineAt(text, node.start);
    const lines = lineAt(text, node.end) - first + 1;
    if (lines > FUNCTION_LINES_MAX) found.push(`${path}:${first}: ${lines} lines`);
  });
  return found;
}

function commentsThat({ path, text, comments }: SourceFile, pattern: RegExp): readonly string[] {
  return comments.filter(({ value }) => pattern.test(value)).map(({ value, start }) => `${path}:${lineAt(text, start)}: ${value.trim()}`);
}

function membersNamed({ path, text, program }: SourceFile, pattern: RegExp): readonly string[] {
  const found: string[] = [];
  walk(program, (node) => {
    if (node.type === "MemberExpression" && pattern.test(nameOf(node))) found.push(`${path}:${lineAt(text, node.start)}: ${nameOf(node)}`);
  });
  return found;
}

function floatingPoint({ path, text, program }: SourceFile): readonly string[] {
  const found: string[] = [];
  walk(program, (node) => {
    if (node.type === "Identifier" && /^(parseFloat|toFixed|toPrecision)$/.test(nameOf(node)))
      found.push(`${path}:${lineAt(text, node.start)}: ${nameOf(node)}`);
  });
  return found;
}

function impurities({ path, text, program }: SourceFile): readonly string[] {
  const found: string[] = [];
  walk(program, (node, parent) => {
    const what = impurity(node, parent);
    if (what !== null) found.push(`${path}:${lineAt(text, node.start)}: ${what}`);
  });
  return found;
}

function impurity(node: SyntaxNode, parent: SyntaxNode | null): string | null {
  if (FUNCTIONS.test(node.type) && node.async === true) return "async function";
  if (node.type === "AwaitExpression") return "await";
  if (node.type === "MemberExpression" && /^(Date\.now|Math\.random)$/.test(nameOf(node))) return nameOf(node);
  if (node.type === "NewExpression" && nameOf(node.callee) === "Date" && (node.arguments as unknown[]).length === 0) return "new Date()";
  const isMember = parent?.type === "MemberExpression" && parent.property === node && parent.computed === false;
  const isName = parent?.type === "Property" || parent?.type.startsWith("TS") === true;
  if (node.type === "Identifier" && IMPURE_GLOBALS.has(nameOf(node)) && !isMember && !isName) return nameOf(node);
  return null;
}

/** `console.log` for a plain member, the name for an identifier, else an empty text. */
function nameOf(value: unknown): string {
  const node = value as SyntaxNode | null;
  if (node?.type === "Identifier") return String(node.name);
  if (node?.type === "MemberExpression" && node.computed === false) return `${nameOf(node.object)}.${nameOf(node.property)}`;
  return "";
}

/** Titles of a document outside its code blocks; a good one has exactly one. */
export function markdownTitles(text: string): readonly string[] {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "").match(/^# .+$/gm) ?? [];
}
