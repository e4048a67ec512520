/**
 * What must always hold, I1 to I12 (numbers of the ledger's design), each as one function. The runtime asks them of every entry, a
 * wallet's own check and reconciliation of what is stored, and tests and the simulator of everything they make: all ask the same ones.
 */
import { CLIENT_KEY_DAYS } from "../kernel/limits.ts";
import { DAY_MS } from "../kernel/time.ts";
import { add, type Minor, sum, ZERO } from "../money/minor.ts";
import { account, availableCash, debt } from "./book.ts";
import { entryHash } from "./chain.ts";
import type { Account, Book, Entry, Head, HoldShare, Posting, Sha256 } from "./model.ts";

export const INVARIANTS = {
  I1: "an entry's postings sum to zero",
  I2: "a wallet's accounts sum to zero",
  I3: "balances are the fold of the journal",
  I4: "free money is not below an account's floor",
  I5: "open holds sum to the held money",
  I6: "the chain is contiguous, linked and in time",
  I7: "one entry per idempotency key, and a reply never changes",
  I8: "a refused command changes nothing",
  I9: "the projection is the journal up to what it acknowledged",
  I10: "all wallets of a currency sum to zero",
  I11: "a bet has been paid what its settlements posted, each result version once",
  I12: "nobody has free money beside a debt",
} as const;

export type InvariantId = keyof typeof INVARIANTS;

/** Writes a broken invariant as people read it. */
export function sentenceOf(id: InvariantId): string {
  return `${id} ${INVARIANTS[id]}`;
}

/** What one entry breaks (I1, I2, I4, I6 without its hash), from the book before and after it. Cheap: asked before every write. */
export function brokenBy(before: Book, entry: Entry, after: Book): readonly InvariantId[] {
  const broken: InvariantId[] = [];
  if (!isBalanced(entry)) broken.push("I1");
  if (!isZeroSum(after.accounts.values())) broken.push("I2");
  const touched = entry.postings.map((posting) => account(after, posting.account));
  if (!touched.every(isWithinLimits)) broken.push("I4");
  if (!follows(before.head, entry)) broken.push("I6");
  return broken;
}

/** I1. */
export function isBalanced(entry: { readonly postings: readonly Pick<Posting, "amountMinor">[] }): boolean {
  return sum(entry.postings.map((posting) => posting.amountMinor)) === 0;
}

/** I2, and I10 over the accounts of many wallets. */
export function isZeroSum(accounts: Iterable<Pick<Account, "postedMinor">>): boolean {
  let total = ZERO;
  for (const each of accounts) total = add(total, each.postedMinor);
  return total === 0;
}

/** I3 for one posting: the balances after it are those before it and what it moved. */
export function isFoldedFrom(before: Pick<Account, "postedMinor" | "heldMinor">, posting: Posting): boolean {
  return (
    add(before.postedMinor, posting.amountMinor) === posting.postedAfterMinor &&
    add(before.heldMinor, posting.heldMinor) === posting.heldAfterMinor
  );
}

/** I3 for a whole book: what is stored is what the journal folds to, limits and the order of spending included. */
export function isSameBook(stored: Pick<Book, "accounts" | "head">, folded: Pick<Book, "accounts" | "head">): boolean {
  if (stored.head.seq !== folded.head.seq || stored.head.hash !== folded.head.hash) return false;
  const codes = new Set([...stored.accounts.keys(), ...folded.accounts.keys()]);
  return [...codes].every((code) => {
    const [a, b] = [account(stored, code), account(folded, code)];
    const isSameMoney = a.postedMinor === b.postedMinor && a.heldMinor === b.heldMinor;
    return isSameMoney && a.floorMinor === b.floorMinor && a.frozen === b.frozen && a.openedSeq === b.openedSeq;
  });
}

/** I4: also that nothing is held below zero and that the house never owes a player a debt. */
export function isWithinLimits({ code, postedMinor, heldMinor, floorMinor }: Account): boolean {
  return heldMinor >= 0 && (floorMinor === null || postedMinor - heldMinor >= floorMinor) && (code !== "receivable" || postedMinor <= 0);
}

/** I5: on each account, what open holds still hold of it is what is held. */
export function areHoldsHeld(accounts: Iterable<Account>, openShares: readonly HoldShare[]): boolean {
  const held = new Map<string, Minor>();
  for (const share of openShares) held.set(share.account, add(held.get(share.account) ?? ZERO, share.amountMinor));
  for (const { code, heldMinor } of accounts) {
    if ((held.get(code) ?? ZERO) !== heldMinor) return false;
    held.delete(code);
  }
  return [...held.values()].every((amountMinor) => amountMinor === 0);
}

/** I6 without the hash itself: the entry is the next after this head. */
export function follows(head: Head, entry: Entry): boolean {
  return entry.seq === head.seq + 1 && entry.previousHash === head.hash && (head.seq === 0 || entry.recordedAtMs > head.recordedAtMs);
}

/** I6 for one entry: it is the next, and its hash is that of its content. */
export function isChained(head: Head, entry: Entry, sha256: Sha256): boolean {
  return follows(head, entry) && entryHash(entry, sha256) === entry.hash;
}

/** I7: a client's key is forgotten after `CLIENT_KEY_DAYS`, so only entries nearer than that may not share one. `lastAtMs` is kept between calls. */
export function isKeyFresh(lastAtMs: Map<string, number>, entry: Pick<Entry, "key" | "recordedAtMs">): boolean {
  const last = lastAtMs.get(entry.key);
  lastAtMs.set(entry.key, entry.recordedAtMs);
  return last === undefined || entry.recordedAtMs - last >= CLIENT_KEY_DAYS * DAY_MS;
}

/** I8, over digests of a wallet before and after a refused command. */
export function isUnchanged(before: { readonly digest: string }, after: { readonly digest: string }): boolean {
  return before.digest === after.digest;
}

/** I9: what the projection says stands in the journal, and is not ahead of it. `hashAt` gives the journal's hash of a sequence. */
export function isProjected(
  journal: { readonly epoch: number; readonly seq: number },
  projected: { readonly epoch: number; readonly seq: number; readonly hash: string },
  hashAt: (seq: number) => string | null,
): boolean {
  return projected.epoch === journal.epoch && projected.seq <= journal.seq && hashAt(projected.seq) === projected.hash;
}

export interface BetEvidence {
  readonly betId: string;
  readonly paidMinor: Minor;
  /** What the settlements posted to the player, in order. */
  readonly postedMinor: readonly Minor[];
  readonly settlementVersions: readonly number[];
}

/** I11. */
export function isPaidAsSettled(bet: BetEvidence): boolean {
  return sum(bet.postedMinor) === bet.paidMinor && bet.settlementVersions.every((version, index) => version === index + 1);
}

/** I12. */
export function isDebtAlone(book: Book): boolean {
  return debt(book) === 0 || availableCash(book) === 0;
}
