/**
 * Replays a journal page by page and says what does not hold: how a wallet checks itself, how an import is believed, and how anyone
 * can verify an export without the platform.
 */
import type { Currency } from "../money/currency.ts";
import { account } from "./book.ts";
import { genesisHash } from "./chain.ts";
import { evolve } from "./entry.ts";
import { type InvariantId, isBalanced, isChained, isFoldedFrom, isKeyFresh, isWithinLimits } from "./invariants.ts";
import type { Book, Entry, Sha256 } from "./model.ts";

export interface Replayed {
  readonly book: Book;
  /** The first entry that breaks something, with what it breaks; null when all hold. */
  readonly broken: { readonly seq: number; readonly ids: readonly InvariantId[] } | null;
}

/** A book before its first entry. */
export function emptyBook(walletId: string, currency: Currency, epoch: number, sha256: Sha256): Book {
  return { epoch, currency, head: { seq: 0, hash: genesisHash(walletId, sha256), recordedAtMs: 0 }, accounts: new Map() };
}

/**
 * Applies entries to a book as far as they hold (I1, I3, I4, I6, I7). `keys` remembers keys between pages; give a new map to check
 * a page by itself.
 */
export function replay(from: Book, entries: readonly Entry[], keys: Map<string, number>, sha256: Sha256): Replayed {
  let book = from;
  for (const entry of entries) {
    const ids = brokenIds(book, entry, keys, sha256);
    if (ids.length > 0) return { book, broken: { seq: entry.seq, ids } };
    book = evolve(book, entry);
  }
  return { book, broken: null };
}

function brokenIds(book: Book, entry: Entry, keys: Map<string, number>, sha256: Sha256): readonly InvariantId[] {
  const ids: InvariantId[] = [];
  if (!isBalanced(entry)) ids.push("I1");
  if (!isFolded(book, entry)) ids.push("I3");
  if (!isChained(book.head, entry, sha256)) ids.push("I6");
  else if (!isWithinFloors(evolve(book, entry), entry)) ids.push("I4");
  if (!isKeyFresh(keys, entry)) ids.push("I7");
  return ids;
}

function isWithinFloors(after: Book, entry: Entry): boolean {
  return entry.postings.every((posting) => isWithinLimits(account(after, posting.account)));
}

/** I3 over an entry that may touch an account more than once. */
function isFolded(book: Book, entry: Entry): boolean {
  const balances = new Map(book.accounts);
  return entry.postings.every((posting) => {
    const before = account({ accounts: balances }, posting.account);
    balances.set(posting.account, { ...before, postedMinor: posting.postedAfterMinor, heldMinor: posting.heldAfterMinor });
    return isFoldedFrom(before, posting);
  });
}
