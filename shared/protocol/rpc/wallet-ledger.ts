/**
 * The general commands of a wallet's ledger: accounts and their limits, manual entries and their reversal, holds. Amounts are minor
 * units, times milliseconds since 1970. Keys are an operator's or a service's own; a refusal is remembered under its key.
 */

/** Opens an account that does not come with its first posting: `user:bonus:<grant>`. */
export interface OpenAccount {
  readonly key: string;
  readonly account: string;
}

/** A manual entry of one of the chart's manual kinds; postings sum to zero. */
export interface PostManual {
  readonly key: string;
  readonly kind: string;
  readonly ref: string;
  readonly reason: string;
  readonly postings: readonly { readonly account: string; readonly amountMinor: number }[];
  /** When it happened outside; null for now. */
  readonly occurredAtMs: number | null;
}

/** Where an entry that was made by hand stands in the journal: by it `reverse` names it. */
export interface PostedEntry {
  readonly seq: number;
}

/** Sets money aside by the purpose's spending order. The hold's id follows from the key. */
export interface Reserve {
  readonly key: string;
  readonly purpose: "stake" | "charge";
  readonly ref: string;
  readonly amountMinor: number;
  /** From then on it can't be committed; the wallet gives it back by itself. */
  readonly expiresAtMs: number;
}

export interface HoldView {
  readonly holdId: string;
  readonly amountMinor: number;
  readonly committedMinor: number;
  readonly isOpen: boolean;
  /** What each account gave, in spending order. */
  readonly shares: readonly { readonly account: string; readonly amountMinor: number }[];
}

/** Takes a part of a hold, or all of it; `close` gives the rest back in the same entry. */
export interface CommitHold {
  readonly key: string;
  readonly holdId: string;
  readonly amountMinor: number;
  readonly close: boolean;
}

export interface ReleaseHold {
  readonly key: string;
  readonly holdId: string;
  readonly reason: string;
}

/** Undoes a manual entry by its negative, once; the two name each other. */
export interface ReverseEntry {
  readonly key: string;
  readonly seq: number;
  readonly reason: string;
}

/** Sets what holds for one of the player's accounts, or for what promotions may cost. */
export interface SetLimit {
  readonly key: string;
  readonly account: string;
  readonly floorMinor: number | null;
  readonly frozen: boolean;
}
