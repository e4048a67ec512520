/**
 * The lines of a wallet's export, format 1: NDJSON of a header, every entry of the journal, the rows that a journal alone does not give
 * back, and an end.
 *
 * Each line closes with `h`, a hash over its own text and the `h` before it. It is checked on the text itself, before anything is
 * parsed: a line that was changed, dropped, moved or added by as little as a character is found where it stands.
 */
import * as z from "zod";
import { type Canonical, canonical } from "../kernel/canonical.ts";
import { unixMs } from "../kernel/time.ts";
import { CURRENCIES } from "../money/currency.ts";
import { minor } from "../money/minor.ts";
import { COUNTRIES } from "../tenants/tenant.ts";
import { accountCode, entryKind } from "./chart.ts";
import type { Entry, Sha256 } from "./model.ts";

export const EXPORT_FORMAT = 1;

/** What the first line's hash follows. */
export const EXPORT_START = "mkeka-wallet-export-1";

/**
 * The tables whose rows travel, in the order in which they can be stored again; a table's key is its first `keyColumns` columns. Not
 * here: accounts (the journal's fold), what the projection has acknowledged, and evidence of checks.
 */
export const EXPORT_TABLES = {
  deposit_limit: { keyColumns: 1, columns: ["span", "amount", "next_amount", "next_at"] },
  hold: {
    keyColumns: 1,
    columns: [
      "seq",
      "hold_id",
      "purpose",
      "ref",
      "shares",
      "amount",
      "committed",
      "state",
      "end_reason",
      "opened_at",
      "expires_at",
      "closed_at",
    ],
  },
  deposit: { keyColumns: 1, columns: ["seq", "intent_id", "method", "amount", "state", "started_at", "receipt_key"] },
  withdrawal: {
    keyColumns: 1,
    columns: ["seq", "intent_id", "hold_id", "provider", "gross", "net", "tax_lines", "state", "started_at"],
  },
  bet: {
    keyColumns: 1,
    columns: ["seq", "bet_id", "terms", "stake", "net_stake", "placed_at", "status", "paid", "tax_lines", "tax_point_at", "settled_at"],
  },
  bet_result: { keyColumns: 2, columns: ["bet_seq", "fixture_id", "version", "outcomes"] },
  bet_settlement: { keyColumns: 2, columns: ["bet_seq", "version", "target", "posted", "settled_at"] },
  bet_cash_out: {
    keyColumns: 2,
    columns: ["bet_seq", "n", "percent", "stake", "net_stake", "payout", "paid", "tax_lines", "at"],
  },
  pending_bet: {
    keyColumns: 1,
    columns: [
      "seq",
      "bet_id",
      "hold_id",
      "terms",
      "stake",
      "placed_at",
      "round",
      "state",
      "decides_at",
      "ends_at",
      "offer",
      "refusal",
      "decided_at",
    ],
  },
  stake_terms: { keyColumns: 1, columns: ["id", "customer_factor"] },
  free_bet: {
    keyColumns: 1,
    columns: ["seq", "free_bet_id", "campaign_id", "amount", "terms", "granted_at", "expires_at", "bet_id", "returned_at"],
  },
  boost_grant: {
    keyColumns: 1,
    columns: ["seq", "grant_id", "boost_id", "stake_max", "uses", "used", "granted_at", "expires_at"],
  },
  cash_out_order: {
    keyColumns: 1,
    columns: [
      "seq",
      "order_id",
      "bet_id",
      "kind",
      "percent",
      "least",
      "takes_better",
      "state_version",
      "placed_at",
      "decides_at",
      "ends_at",
      "answer",
      "decided_at",
    ],
  },
  bet_edit: { keyColumns: 1, columns: ["seq", "parent_seq"] },
  bet_promotion: { keyColumns: 1, columns: ["bet_seq", "cost"] },
  edit_request: {
    keyColumns: 1,
    columns: ["seq", "request_id", "bet_id", "terms", "placed_at", "decides_at", "ends_at", "answer", "decided_at"],
  },
  bonus: {
    keyColumns: 1,
    columns: [
      "seq",
      "bonus_id",
      "campaign_id",
      "deposit_id",
      "amount",
      "required",
      "wagered",
      "terms",
      "days",
      "state",
      "offered_at",
      "started_at",
      "ends_at",
      "ended_at",
    ],
  },
  bonus_bet: { keyColumns: 1, columns: ["bet_seq", "bonus_seq", "counted"] },
  bonus_selection: { keyColumns: 2, columns: ["bet_seq", "n", "fixture_id", "market_id", "selection_id"] },
  reversal: { keyColumns: 1, columns: ["seq", "by_seq"] },
  idempotency: { keyColumns: 1, columns: ["key", "fingerprint", "reply", "created_at"] },
} as const satisfies Record<string, { readonly keyColumns: 1 | 2; readonly columns: readonly string[] }>;

export type ExportTable = keyof typeof EXPORT_TABLES;
export const EXPORT_TABLE_NAMES = Object.keys(EXPORT_TABLES) as ExportTable[];

const text = z.string();
const amount = z.int().transform(minor);
const instant = z.int().nonnegative().transform(unixMs);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const taxLine = z.strictObject({
  ruleId: text,
  code: z.enum(["excise", "wht"]),
  legalName: text,
  rateBasisPoints: z.int(),
  baseMinor: amount,
  taxMinor: amount,
});

const entry = z.strictObject({
  epoch: z.int().positive(),
  seq: z.int().positive(),
  kind: text.transform(entryKind),
  key: text,
  ref: text,
  refType: z.enum(["wallet", "deposit", "withdrawal", "bet", "crash_bet", "hold", "manual", "promotion"]),
  taxLines: z.array(taxLine),
  facts: z.json(),
  occurredAtMs: instant,
  recordedAtMs: instant,
  postings: z.array(
    z.strictObject({
      account: text.transform(accountCode),
      amountMinor: amount,
      heldMinor: amount,
      postedAfterMinor: amount,
      heldAfterMinor: amount,
    }),
  ),
  previousHash: hash,
  hash,
}) satisfies z.ZodType<Entry>;

/** Whose wallet it is, where its journal ends, and the player's state that is on no other line. */
const header = z.strictObject({
  n: z.literal(1),
  type: z.literal("header"),
  format: z.literal(EXPORT_FORMAT),
  walletId: text,
  userId: text,
  country: z.enum(COUNTRIES),
  currency: z.enum(CURRENCIES),
  epoch: z.int().positive(),
  /** How many migrations the exported wallet had: for the reader's eye. */
  schema: z.int().positive(),
  headSeq: z.int().positive(),
  headHash: hash,
  openedAtMs: instant,
  frozenReason: text.nullable(),
  isVerified: z.boolean(),
  isExcluded: z.boolean(),
  excludedUntilMs: z.int().nullable(),
});

const number = z.int().positive();

const line = z.discriminatedUnion("type", [
  header,
  z.strictObject({ n: number, type: z.literal("entry"), entry }),
  z.strictObject({
    n: number,
    type: z.literal("row"),
    table: z.enum(EXPORT_TABLE_NAMES),
    row: z.record(text, z.union([text, z.int(), z.null()])),
  }),
  z.strictObject({ n: number, type: z.literal("end"), entries: z.int(), rows: z.int(), digest: hash }),
]);

export type ExportHeader = z.output<typeof header>;
export type ExportLine = z.output<typeof line>;
export type ExportRow = Extract<ExportLine, { readonly type: "row" }>["row"];

/** Writes a line after the one that ended with `previous`; returns its text, without a line break, and its hash. */
export function writeLine(
  previous: string,
  content: { readonly [key: string]: Canonical },
  sha256: Sha256,
): { readonly text: string; readonly hash: string } {
  const body = canonical(content);
  const hashed = sha256(`${previous}\n${body}`);
  return { text: `${body.slice(0, -1)},"h":"${hashed}"}`, hash: hashed };
}

const SEALED = /^(\{.*),"h":"([0-9a-f]{64})"\}$/;

/** The hash of a line that follows `previous` exactly as it was written; null for any other text. */
export function sealOf(previous: string, lineText: string, sha256: Sha256): { readonly body: string; readonly hash: string } | null {
  const match = SEALED.exec(lineText);
  if (match === null) return null;
  const [, open, hashed] = match;
  const body = `${open}}`;
  return hashed !== undefined && sha256(`${previous}\n${body}`) === hashed ? { body, hash: hashed } : null;
}

/** Reads a line's body, without its `h`; null when format 1 has no such line. Throws what the chart and money throw. */
export function parseLine(body: string): ExportLine | null {
  const parsed = line.safeParse(JSON.parse(body));
  if (!parsed.success) return null;
  if (parsed.data.type === "row" && !hasColumnsOf(parsed.data.table, parsed.data.row)) return null;
  return parsed.data;
}

function hasColumnsOf(table: ExportTable, row: ExportRow): boolean {
  const { columns } = EXPORT_TABLES[table];
  return Object.keys(row).length === columns.length && columns.every((column) => Object.hasOwn(row, column));
}
