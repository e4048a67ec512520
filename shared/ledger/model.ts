/**
 * What a wallet's book is made of: accounts, and entries of postings that sum to zero.
 *
 * Sign: an account's `posted` is what the house owes its holder. The player's cash is positive; what a provider holds for us
 * (`clearing:*`) and what a player owes (`receivable`) are negative. A posting moves `posted` by `amountMinor` and `held` by
 * `heldMinor`, so that holds are part of the journal and both balances are its fold. Every change of a wallet is one entry, money or
 * not: its sequence is the wallet's version.
 */
import type { Canonical } from "../kernel/canonical.ts";
import type { UnixMs } from "../kernel/time.ts";
import type { Currency } from "../money/currency.ts";
import type { Minor } from "../money/minor.ts";
import type { AccountCode, EntryKind } from "./chart.ts";

/** A tax as posted: the rule, its base and what was taken. */
export type TaxLine = {
  readonly ruleId: string;
  /** Account suffix: `tax:<code>`. */
  readonly code: "excise" | "wht";
  readonly legalName: string;
  readonly rateBasisPoints: number;
  readonly baseMinor: Minor;
  readonly taxMinor: Minor;
};

export type RefType = "wallet" | "deposit" | "withdrawal" | "bet" | "crash_bet" | "hold" | "manual" | "promotion";

export interface DraftPosting {
  readonly account: AccountCode;
  readonly amountMinor: Minor;
  /** Change of the held part; zero but for holds. */
  readonly heldMinor: Minor;
}

export interface Posting extends DraftPosting {
  readonly postedAfterMinor: Minor;
  readonly heldAfterMinor: Minor;
}

/** An entry as a command wants it, before it has a place in the journal. */
export interface Draft {
  readonly kind: EntryKind;
  /** The idempotency key of the command that made it, with its namespace. */
  readonly key: string;
  readonly ref: string;
  readonly refType: RefType;
  /** When it happened outside (a provider's time); stored, never used for order. */
  readonly occurredAtMs: UnixMs;
  readonly postings: readonly DraftPosting[];
  readonly taxLines: readonly TaxLine[];
  /** What the entry says beyond money; part of the hash. */
  readonly facts: Canonical;
}

export interface Entry extends Omit<Draft, "postings"> {
  readonly epoch: number;
  readonly seq: number;
  /** Strictly increasing in a wallet. */
  readonly recordedAtMs: UnixMs;
  readonly postings: readonly Posting[];
  readonly previousHash: string;
  readonly hash: string;
}

/** What holds for one account; journaled, and part of the state that the journal folds to. */
export interface AccountLimits {
  /** `posted - held` may not go below it; null for no floor. */
  readonly floorMinor: Minor | null;
  /** Nothing may leave a frozen account or be held on it; what comes in is welcome, and so is what a fact takes. */
  readonly frozen: boolean;
}

export interface Account extends AccountLimits {
  readonly code: AccountCode;
  readonly postedMinor: Minor;
  readonly heldMinor: Minor;
  /** Sequence of the entry that first touched it: grants are spent in this order. */
  readonly openedSeq: number;
}

/** A hold's part on one account. */
export type HoldShare = {
  readonly account: AccountCode;
  readonly amountMinor: Minor;
};

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly recordedAtMs: number;
}

/** The state that the journal folds to. */
export interface Book {
  readonly epoch: number;
  readonly currency: Currency;
  readonly head: Head;
  readonly accounts: ReadonlyMap<AccountCode, Account>;
}

/** SHA-256 of UTF-8 text as hex: arrives as an argument, because this folder is pure. */
export type Sha256 = (text: string) => string;
