/**
 * Writes the tables of docs/wallet.md (chart, spending order, refusals, order per command) from the code that decides by them; what
 * stands between them is written by hand and kept. Usage: `node scripts/generate-wallet-doc.ts [--check]`.
 */
import { existsSync, readFileSync } from "node:fs";
import { CHART, type Direction, type Family, type KindRule } from "../shared/ledger/chart.ts";
import { INVARIANTS } from "../shared/ledger/invariants.ts";
import { SPENDING } from "../shared/ledger/spending.ts";
import { ERRORS } from "../shared/protocol/http/errors.ts";
import { walletError } from "../shared/protocol/http/wallet-error.ts";
import { commandRow, REFUSAL_REASONS, WALLET_COMMAND_NAMES, WALLET_REFUSALS } from "../shared/protocol/rpc/wallet-refusals.ts";
import { writeGenerated } from "./lib/generated.ts";

const FILE = "docs/wallet.md";
const SIGNS = { in: "+", out: "−", both: "±" } as const satisfies Record<Direction, string>;

const TABLES: Readonly<Record<string, () => string>> = { chart, spending, refusals, order, invariants };

function chart(): string {
  const rows = Object.entries(CHART).map(([kind, rule]) => [`\`${kind}\``, accountsOf(rule), holdsOf(rule), statementOf(rule)]);
  return table(["kind", "may move", "held money", "on the statement"], rows);
}

function accountsOf({ accounts, isManual }: KindRule): string {
  // What only comes in, or only goes out, can't sum to zero: such a kind moves no money, only what is held.
  const directions = new Set<Direction>(Object.values(accounts));
  if (directions.size < 2 && !directions.has("both")) return "nothing";
  const moves = (Object.entries(accounts) as [Family, Direction][]).map(([family, direction]) => `${SIGNS[direction]} \`${family}\``);
  return `${moves.join(", ")}${isManual === true ? " (by hand)" : ""}`;
}

function holdsOf({ holds }: KindRule): string {
  return holds === undefined ? "" : `${SIGNS[holds.direction]} ${holds.on.map((family) => `\`${family}\``).join(", ")}`;
}

function statementOf({ cashIn, cashOut }: KindRule): string {
  return [...new Set([cashIn, cashOut])]
    .filter((type) => type !== undefined)
    .map((type) => `\`${type}\``)
    .join(", ");
}

function spending(): string {
  const rows = Object.entries(SPENDING).map(([purpose, { from, to }]) => [
    `\`${purpose}\``,
    from.map((family) => `\`${family}\``).join(", then "),
    to === null ? "the provider, less tax" : `\`${to}\``,
  ]);
  return table(["purpose", "spends", "and it goes to"], rows);
}

function refusals(): string {
  const rows = REFUSAL_REASONS.map((reason, index) => {
    const { sentence, example } = WALLET_REFUSALS[reason];
    const { code, details } = walletError(example);
    const shown = details === undefined ? "" : `\`${JSON.stringify(details)}\``;
    return [String(index + 1), `\`${reason}\``, sentence, `${ERRORS[code][0]} \`${code}\``, shown];
  });
  return table(["", "refusal", "when", "over HTTP", "details, for example"], rows);
}

function order(): string {
  const rows = WALLET_COMMAND_NAMES.map((name) => {
    const { does, refusals: reasons } = commandRow(name);
    return [`\`${name}\``, does, reasons.map((reason) => `\`${reason}\``).join(" → ")];
  });
  return table(["command", "what it does", "refuses, first that applies"], rows);
}

function invariants(): string {
  return table(
    ["", "what must always hold"],
    Object.entries(INVARIANTS).map(([id, sentence]) => [id, sentence]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Puts each table between its two marks; a mark without a table, or a table without marks, is an error. */
function filled(text: string): string {
  let result = text;
  for (const [name, make] of Object.entries(TABLES)) {
    const [opening, closing] = [`<!-- made: ${name} -->`, `<!-- /made: ${name} -->`];
    const [from, to] = [result.indexOf(opening), result.indexOf(closing)];
    if (from < 0 || to < from) throw new Error(`${FILE} has no place for the table "${name}"`);
    result = `${result.slice(0, from + opening.length)}\n${make()}\n${result.slice(to)}`;
  }
  return result;
}

if (!existsSync(FILE)) throw new Error(`${FILE} is missing: its prose is written by hand`);
writeGenerated(FILE, filled(readFileSync(FILE, "utf8")), "npm run docs:generate");
