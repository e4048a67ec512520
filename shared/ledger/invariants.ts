/**
 * What must hold for every wallet at every moment, as functions over evidence. The object's digest, the tests and reconciliation call
 * the same ones; each returns true when the invariant holds. Numbers are those of the ledger's design.
 */
import { CLIENT_KEY_DAYS } from "../kernel/limits.ts";
import { DAY_MS } from "../kernel/time.ts";
import { add, type Minor, sum, ZERO } from "../money/minor.ts";
import { entryHash } from "./chain.ts";
import { type AccountCode, isLimited } from "./chart.ts";
import { account, availableCash, debt } from "./entry.ts";
import type { Book, Entry, Sha256 } from "./model.ts";

export interface BetEvidence {
  readonly betId: string;
  readonly paidMinor: Minor;
  /** What the settlements posted to the player, in order. */
  readonly postedMinor: readonly Minor[];
  readonly settlementVersions: readonly number[];
}

export interface Evidence {
  readonly book: Book;
  readonly genesisHash: string;
  /** The whole journal in order. */
  readonly entries: readonly Entry[];
  readonly openHoldsMinor: readonly Minor[];
  readonly bets: readonly BetEvidence[];
  readonly sha256: Sha256;
}

const INVARIANTS: Readonly<Record<string, (evidence: Evidence) => boolean>> = {
  "I1 an entry's postings sum to zero": ({ entries }) =>
    entries.every((entry) => sum(entry.postings.map((posting) => posting.amountMinor)) === 0),
  "I2 a wallet's accounts sum to zero": ({ book }) => sum([...book.accounts.values()].map((each) => each.postedMinor)) === 0,
  "I3 balances are the fold of the journal": isFold,
  "I4 free money is not below zero": ({ book }) =>
    [...book.accounts.values()].every((each) => !isLimited(each.code) || each.postedMinor - each.heldMinor >= 0),
  "I5 open holds sum to the held money": ({ book, openHoldsMinor }) => sum(openHoldsMinor) === account(book, "user:cash").heldMinor,
  "I6 the chain is contiguous, linked and in time": isChained,
  "I7 one entry per idempotency key": hasOneEntryPerKey,
  "I11 a bet has been paid what its settlements posted": ({ bets }) =>
    bets.every((bet) => sum(bet.postedMinor) === bet.paidMinor && bet.settlementVersions.every((version, index) => version === index + 1)),
  "I12 nobody has free money beside a debt": ({ book }) => debt(book) === 0 || availableCash(book) === 0,
};

/** Names the invariants that do not hold; empty when the book is right. */
export function violations(evidence: Evidence): readonly string[] {
  return Object.entries(INVARIANTS)
    .filter(([, holds]) => !holds(evidence))
    .map(([name]) => name);
}

function isFold({ book, entries }: Evidence): boolean {
  const folded = new Map<AccountCode, { posted: Minor; held: Minor }>();
  for (const entry of entries) {
    for (const posting of entry.postings) {
      const before = folded.get(posting.account) ?? { posted: ZERO, held: ZERO };
      const after = { posted: add(before.posted, posting.amountMinor), held: add(before.held, posting.heldMinor) };
      if (after.posted !== posting.postedAfterMinor || after.held !== posting.heldAfterMinor) return false;
      folded.set(posting.account, after);
    }
  }
  const codes = new Set([...folded.keys(), ...book.accounts.keys()]);
  return [...codes].every((code) => {
    const stored = account(book, code);
    const { posted, held } = folded.get(code) ?? { posted: ZERO, held: ZERO };
    return stored.postedMinor === posted && stored.heldMinor === held;
  });
}

function isChained({ book, genesisHash, entries, sha256 }: Evidence): boolean {
  let previous = { seq: 0, hash: genesisHash, recordedAtMs: -1 };
  for (const entry of entries) {
    if (entry.seq !== previous.seq + 1 || entry.previousHash !== previous.hash || entry.recordedAtMs <= previous.recordedAtMs) return false;
    if (entryHash(entry, sha256) !== entry.hash) return false;
    previous = { seq: entry.seq, hash: entry.hash, recordedAtMs: entry.recordedAtMs };
  }
  return previous.seq === book.head.seq && previous.hash === book.head.hash;
}

/** A client's key is forgotten after `CLIENT_KEY_DAYS`, so only entries nearer than that may not share one. */
function hasOneEntryPerKey({ entries }: Evidence): boolean {
  const lastAtMs = new Map<string, number>();
  for (const entry of entries) {
    const last = lastAtMs.get(entry.key);
    if (last !== undefined && entry.recordedAtMs - last < CLIENT_KEY_DAYS * DAY_MS) return false;
    lastAtMs.set(entry.key, entry.recordedAtMs);
  }
  return true;
}
