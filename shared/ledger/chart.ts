/**
 * The chart of accounts and of entry kinds, as data: which accounts a kind may touch and in which direction, whether it may move
 * held money, and what the player's statement calls its movements of cash.
 *
 * Each wallet is a complete balanced book with its own house, tax and clearing accounts, so no bet touches a shared account.
 */
import { invariant } from "../kernel/invariant.ts";
import type { DraftPosting } from "./model.ts";

export type AccountCode =
  | "user:cash"
  | "user:bonus"
  | "house:stakes"
  | "house:payouts"
  | "tax:excise"
  | "tax:wht"
  | "receivable"
  | `clearing:${string}`;

type Family = Exclude<AccountCode, `clearing:${string}`> | "clearing";

/** `in` raises the account, `out` lowers it. */
type Direction = "in" | "out" | "both";

export type LineType =
  | "DEPOSIT"
  | "WITHDRAWAL"
  | "BET_PLACED"
  | "BET_WON"
  | "BET_VOID"
  | "BET_CORRECTED"
  | "CRASH_BET"
  | "CRASH_WON"
  | "DEBT_REPAID";

interface KindRule {
  readonly accounts: { readonly [F in Family]?: Direction };
  /** Whether its postings may change the held part of `user:cash`. */
  readonly holds?: "in" | "out";
  /** Statement type of cash coming in and going out. */
  readonly cashIn?: LineType;
  readonly cashOut?: LineType;
}

const SETTLEMENT_TAXES = { "tax:wht": "both", "tax:excise": "both" } as const;
const CLAW_BACK = { "user:cash": "both", "house:payouts": "both", receivable: "out" } as const;

const KINDS = {
  WALLET_OPENED: { accounts: {} },
  PLAYER_VERIFIED: { accounts: {} },
  PLAYER_EXCLUDED: { accounts: {} },
  LIMITS_SET: { accounts: {} },
  FROZEN: { accounts: {} },
  UNFROZEN: { accounts: {} },
  DEPOSIT_STARTED: { accounts: {} },
  DEPOSIT_ENDED: { accounts: {} },
  DEPOSIT: { accounts: { "user:cash": "in", clearing: "out", "tax:excise": "in", "tax:wht": "in" }, cashIn: "DEPOSIT" },
  WITHDRAWAL_HELD: { accounts: { "user:cash": "in" }, holds: "in" },
  WITHDRAWAL_RELEASED: { accounts: { "user:cash": "in" }, holds: "out" },
  WITHDRAWAL: {
    accounts: { "user:cash": "out", clearing: "in", "tax:wht": "in", "tax:excise": "in" },
    holds: "out",
    cashOut: "WITHDRAWAL",
  },
  BET_PLACED: { accounts: { "user:cash": "out", "house:stakes": "in", "tax:excise": "in", "tax:wht": "in" }, cashOut: "BET_PLACED" },
  BET_RESULT: { accounts: {} },
  BET_WON: { accounts: { "user:cash": "in", "house:payouts": "out", ...SETTLEMENT_TAXES }, cashIn: "BET_WON" },
  BET_LOST: { accounts: {} },
  BET_VOID: { accounts: { "user:cash": "in", "house:payouts": "out", ...SETTLEMENT_TAXES }, cashIn: "BET_VOID" },
  BET_CORRECTED: { accounts: { ...CLAW_BACK, ...SETTLEMENT_TAXES }, cashIn: "BET_CORRECTED", cashOut: "BET_CORRECTED" },
  STAKE_HELD: { accounts: { "user:cash": "in" }, holds: "in" },
  STAKE_RELEASED: { accounts: { "user:cash": "in" }, holds: "out" },
  CRASH_SETTLED: {
    accounts: { "user:cash": "both", "house:stakes": "in", "house:payouts": "out", "tax:wht": "in", "tax:excise": "in" },
    holds: "out",
    cashIn: "CRASH_WON",
    cashOut: "CRASH_BET",
  },
  DEBT_REPAID: { accounts: { "user:cash": "out", receivable: "in" }, cashOut: "DEBT_REPAID" },
} as const satisfies Record<string, KindRule>;

export type EntryKind = keyof typeof KINDS;

const RULES: Readonly<Record<EntryKind, KindRule>> = KINDS;

/** Asserts that an entry of this kind may hold this posting. */
export function assertPermitted(kind: EntryKind, posting: DraftPosting): void {
  const rule = RULES[kind];
  const direction = rule.accounts[familyOf(posting.account)];
  invariant(direction !== undefined, `${kind} may not touch ${posting.account}`);
  const { amountMinor, heldMinor } = posting;
  invariant(
    amountMinor === 0 || direction === "both" || amountMinor > 0 === (direction === "in"),
    `${kind} moves ${posting.account} wrongly`,
  );
  if (heldMinor === 0) return;
  invariant(posting.account === "user:cash", `${kind} may not hold on ${posting.account}`);
  invariant(rule.holds !== undefined && heldMinor > 0 === (rule.holds === "in"), `${kind} may not change held money this way`);
}

/** What the player's statement calls a movement of cash by an entry of this kind. */
export function lineType(kind: EntryKind, amountMinor: number): LineType {
  const type = amountMinor > 0 ? RULES[kind].cashIn : RULES[kind].cashOut;
  invariant(type !== undefined, `${kind} has no statement line for this direction`);
  return type;
}

/** True for accounts whose free part (posted - held) may not go below zero. */
export function isLimited(code: AccountCode): boolean {
  return code === "user:cash" || code === "user:bonus";
}

/** Reads an account code from storage; asserts that the chart has it. */
export function accountCode(text: string): AccountCode {
  invariant(FAMILIES.has(text) || /^clearing:[a-z_]{1,40}$/.test(text), `no such account: ${text}`);
  return text as AccountCode;
}

/** Reads an entry kind from storage; asserts that the chart has it. */
export function entryKind(text: string): EntryKind {
  invariant(Object.hasOwn(KINDS, text), `no such entry kind: ${text}`);
  return text as EntryKind;
}

const FAMILIES: ReadonlySet<string> = new Set<Family>([
  "user:cash",
  "user:bonus",
  "house:stakes",
  "house:payouts",
  "tax:excise",
  "tax:wht",
  "receivable",
]);

function familyOf(code: AccountCode): Family {
  return code.startsWith("clearing:") ? "clearing" : (code as Exclude<Family, "clearing">);
}
