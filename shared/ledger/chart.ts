/**
 * The chart of accounts and of entry kinds, as data: which accounts a kind may touch and in which direction, whether it may move
 * held money, who may make it, and what the player's statement calls its movements of cash.
 *
 * Each wallet is a complete balanced book with its own house, tax and clearing accounts, so no bet touches a shared account.
 */
import { invariant } from "../kernel/invariant.ts";
import { type Minor, ZERO } from "../money/minor.ts";
import type { AccountLimits, DraftPosting } from "./model.ts";

/** Accounts of which a wallet has one; the others are many, told apart by what follows the family. */
const SINGLES = ["user:cash", "house:stakes", "house:payouts", "promo:cost", "suspense", "receivable"] as const;
const MANIFOLDS = ["user:bonus", "user:locked", "tax", "clearing"] as const;

type Single = (typeof SINGLES)[number];
type Manifold = (typeof MANIFOLDS)[number];
export type Family = Single | Manifold;
/** `user:bonus:<grant>`, `user:locked:<bonus>` (still to be wagered: nothing spends it), `tax:<code>` and `clearing:<provider>` beside the single ones. */
export type AccountCode = Single | `${Manifold}:${string}`;

/** `in` raises the account, `out` lowers it. */
export type Direction = "in" | "out" | "both";

export type LineType =
  | "DEPOSIT"
  | "WITHDRAWAL"
  | "BET_PLACED"
  | "BET_WON"
  | "BET_VOID"
  | "BET_CORRECTED"
  | "BET_CASHED_OUT"
  | "STAKE_REFUNDED"
  | "CRASH_BET"
  | "CRASH_WON"
  | "BONUS_CONVERTED"
  | "ADJUSTED"
  | "CHARGED"
  | "REVERSED"
  | "DEBT_REPAID";

export interface KindRule {
  readonly accounts: { readonly [F in Family]?: Direction };
  /** Whether its postings may change held money, and on which accounts. */
  readonly holds?: { readonly direction: "in" | "out"; readonly on: readonly Family[] };
  /** Made by `post` and undone by `reverse`: nothing but the journal knows of it. */
  readonly isManual?: true;
  /** Statement type of cash coming in and going out. */
  readonly cashIn?: LineType;
  readonly cashOut?: LineType;
}

const SETTLEMENT_TAXES = { tax: "both" } as const;
const CLAW_BACK = { "user:cash": "both", "promo:cost": "both", "house:payouts": "both", receivable: "out" } as const;
const ANY_USER = ["user:cash", "user:bonus"] as const;
const CASH = ["user:cash"] as const;
/** Who pays a stake: the player, or promotions for a free bet. */
const STAKED = ["user:cash", "promo:cost"] as const;

const KINDS = {
  WALLET_OPENED: { accounts: {} },
  PLAYER_VERIFIED: { accounts: {} },
  PLAYER_EXCLUDED: { accounts: {} },
  LIMITS_SET: { accounts: {} },
  FROZEN: { accounts: {} },
  UNFROZEN: { accounts: {} },
  ACCOUNT_OPENED: { accounts: {} },
  ACCOUNT_LIMITED: { accounts: {} },
  DEPOSIT_STARTED: { accounts: {} },
  DEPOSIT_ENDED: { accounts: {} },
  DEPOSIT: { accounts: { "user:cash": "in", clearing: "out", tax: "in" }, cashIn: "DEPOSIT" },
  WITHDRAWAL_HELD: { accounts: { "user:cash": "in" }, holds: { direction: "in", on: CASH } },
  WITHDRAWAL_RELEASED: { accounts: { "user:cash": "in" }, holds: { direction: "out", on: CASH } },
  WITHDRAWAL: {
    accounts: { "user:cash": "out", clearing: "in", tax: "in" },
    holds: { direction: "out", on: CASH },
    cashOut: "WITHDRAWAL",
  },
  /** A bet's stake set aside until the bet is decided; then it is placed out of the hold, or given back. */
  BET_HELD: { accounts: { "user:cash": "in", "promo:cost": "in" }, holds: { direction: "in", on: STAKED } },
  BET_OFFERED: { accounts: {} },
  BET_OFFER_TAKEN: { accounts: {} },
  BET_REFUSED: { accounts: { "user:cash": "in", "promo:cost": "in" }, holds: { direction: "out", on: STAKED } },
  CUSTOMER_FACTOR_SET: { accounts: {} },
  BET_PLACED: {
    accounts: { "user:cash": "out", "promo:cost": "out", "house:stakes": "in", tax: "in" },
    holds: { direction: "out", on: STAKED },
    cashOut: "BET_PLACED",
  },
  BET_RESULT: { accounts: {} },
  /** Promotions pay what a boosted price pays more. */
  BET_WON: {
    accounts: { "user:cash": "in", "promo:cost": "out", "house:payouts": "out", ...SETTLEMENT_TAXES },
    cashIn: "BET_WON",
  },
  /** With a part of the stake back, where that was promised. */
  BET_LOST: { accounts: { "user:cash": "in", "promo:cost": "out", "house:payouts": "out" }, cashIn: "STAKE_REFUNDED" },
  BET_VOID: {
    accounts: { "user:cash": "in", "promo:cost": "in", "house:payouts": "out", ...SETTLEMENT_TAXES },
    cashIn: "BET_VOID",
  },
  BET_CASHED_OUT: { accounts: { "user:cash": "in", "house:payouts": "out", ...SETTLEMENT_TAXES }, cashIn: "BET_CASHED_OUT" },
  /** An order to cash a bet out later, and its end where nothing was paid. */
  CASH_OUT_ORDERED: { accounts: {} },
  CASH_OUT_ORDER_ENDED: { accounts: {} },
  EDIT_REQUESTED: { accounts: {} },
  EDIT_REFUSED: { accounts: {} },
  BET_CORRECTED: { accounts: { ...CLAW_BACK, ...SETTLEMENT_TAXES }, cashIn: "BET_CORRECTED", cashOut: "BET_CORRECTED" },
  STAKE_HELD: { accounts: { "user:cash": "in" }, holds: { direction: "in", on: CASH } },
  STAKE_RELEASED: { accounts: { "user:cash": "in" }, holds: { direction: "out", on: CASH } },
  CRASH_SETTLED: {
    accounts: { "user:cash": "both", "house:stakes": "in", "house:payouts": "out", tax: "in" },
    holds: { direction: "out", on: CASH },
    cashIn: "CRASH_WON",
    cashOut: "CRASH_BET",
  },
  HOLD_OPENED: { accounts: { "user:cash": "in", "user:bonus": "in" }, holds: { direction: "in", on: ANY_USER } },
  HOLD_COMMITTED: {
    accounts: { "user:cash": "out", "user:bonus": "out", "house:stakes": "in", suspense: "in" },
    holds: { direction: "out", on: ANY_USER },
    cashOut: "CHARGED",
  },
  HOLD_RELEASED: { accounts: { "user:cash": "in", "user:bonus": "in" }, holds: { direction: "out", on: ANY_USER } },
  HOLD_EXPIRED: { accounts: { "user:cash": "in", "user:bonus": "in" }, holds: { direction: "out", on: ANY_USER } },
  /** A token: it costs promotions nothing before a bet is staked with it. */
  FREE_BET_GRANTED: { accounts: {} },
  /** Better prices for some of the player's bets: promotions pay when one wins. */
  BOOST_GRANTED: { accounts: {} },
  BONUS_OFFERED: { accounts: {} },
  /** The player takes a bonus: promotions pay it, and it is locked until it is wagered. */
  BONUS_STARTED: { accounts: { "user:locked": "in", "promo:cost": "out" } },
  BONUS_COMPLETED: { accounts: { "user:locked": "out", "user:cash": "in", "promo:cost": "in" }, cashIn: "BONUS_CONVERTED" },
  /** Expired, given up, or ended by a withdrawal; an offer that ends moves nothing. */
  BONUS_ENDED: { accounts: { "user:locked": "out", "promo:cost": "in" } },
  BONUS_GRANTED: { accounts: { "user:bonus": "in", "promo:cost": "out" }, isManual: true },
  BONUS_CONVERTED: { accounts: { "user:bonus": "out", "user:cash": "in" }, isManual: true, cashIn: "BONUS_CONVERTED" },
  BONUS_FORFEITED: { accounts: { "user:bonus": "out", "promo:cost": "in" }, isManual: true },
  ADJUSTED: {
    accounts: { "user:cash": "both", suspense: "both", "promo:cost": "both" },
    isManual: true,
    cashIn: "ADJUSTED",
    cashOut: "ADJUSTED",
  },
  /** Money that a provider's statement has and no player's entry explains, parked until someone has explained it. */
  SUSPENDED: { accounts: { clearing: "both", suspense: "both" }, isManual: true },
  REVERSED: {
    accounts: { "user:cash": "both", "user:bonus": "both", suspense: "both", "promo:cost": "both", clearing: "both" },
    cashIn: "REVERSED",
    cashOut: "REVERSED",
  },
  DEBT_REPAID: { accounts: { "user:cash": "out", receivable: "in" }, cashOut: "DEBT_REPAID" },
} as const satisfies Record<string, KindRule>;

export type EntryKind = keyof typeof KINDS;

/** The whole chart, kind by kind. */
export const CHART: Readonly<Record<EntryKind, KindRule>> = KINDS;

/** Says whether an entry of this kind may hold this posting. */
export function permits(kind: EntryKind, { account, amountMinor, heldMinor }: DraftPosting): boolean {
  const { accounts, holds } = CHART[kind];
  const family = familyOf(account);
  const direction = family === null ? undefined : accounts[family];
  if (family === null || direction === undefined) return false;
  if (amountMinor !== 0 && direction !== "both" && amountMinor > 0 !== (direction === "in")) return false;
  if (heldMinor === 0) return true;
  if (holds === undefined) return false;
  return holds.on.includes(family) && heldMinor > 0 === (holds.direction === "in");
}

/** True for kinds that are made by `post` and undone by `reverse`. */
export function isManual(kind: EntryKind): boolean {
  return CHART[kind].isManual === true;
}

/** What the player's statement calls a movement of cash by an entry of this kind. */
export function lineType(kind: EntryKind, amountMinor: number): LineType {
  const type = amountMinor > 0 ? CHART[kind].cashIn : CHART[kind].cashOut;
  invariant(type !== undefined, `${kind} has no statement line for this direction`);
  return type;
}

/** Limits of an account that nobody has limited: a player's own money never goes below zero, counter-accounts may. */
export function defaultLimits(code: AccountCode): AccountLimits {
  return { floorMinor: isOwned(code) ? ZERO : null, frozen: false };
}

/** True for accounts whose money is the player's. */
export function isOwned(code: AccountCode): boolean {
  return code.startsWith("user:");
}

/** True for bonus money that is still to be wagered. */
export function isLocked(code: AccountCode): boolean {
  return code.startsWith("user:locked:");
}

/** True for accounts that `setLimit` may limit: facts (a provider's receipt, a result, a bonus that is wagered) are never refused by a limit. */
export function isLimitable(code: AccountCode): boolean {
  return (isOwned(code) && !isLocked(code)) || code === "promo:cost";
}

/** True for accounts that exist from a command on; the others come with their first posting. */
export function isOpenedByCommand(code: AccountCode): boolean {
  return code.startsWith("user:bonus:");
}

/** Smallest floor that an account may get: nobody plays on credit. */
export function floorMinMinor(code: AccountCode): Minor | null {
  return isOwned(code) ? ZERO : null;
}

/** Reads an account code from storage; asserts that the chart has it. */
export function accountCode(text: string): AccountCode {
  invariant(isAccountCode(text), `no such account: ${text}`);
  return text;
}

/** Says whether the chart has an account of this code. */
export function isAccountCode(text: string): text is AccountCode {
  return familyOf(text) !== null;
}

/** Reads an entry kind from storage; asserts that the chart has it. */
export function entryKind(text: string): EntryKind {
  invariant(isEntryKind(text), `no such entry kind: ${text}`);
  return text;
}

/** Says whether the chart has entries of this kind. */
export function isEntryKind(text: string): text is EntryKind {
  return Object.hasOwn(KINDS, text);
}

const SINGLE_CODES: ReadonlySet<string> = new Set<string>(SINGLES);
const MANIFOLD_CODE = /^(user:bonus|user:locked|tax|clearing):[a-z0-9][a-z0-9_-]{0,59}$/;

function familyOf(code: string): Family | null {
  if (SINGLE_CODES.has(code)) return code as Single;
  return (MANIFOLD_CODE.exec(code)?.[1] as Manifold | undefined) ?? null;
}
