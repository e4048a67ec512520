/**
 * Makes entries and folds them: the one writer of balances.
 *
 * `buildEntry` is pure and asserts everything (chart, balance, floors, chain) before it returns; commands have refused what a player
 * may be refused for long before, so a failure here is a bug. `evolve` never rejects.
 */
import { invariant } from "../kernel/invariant.ts";
import { unixMs } from "../kernel/time.ts";
import { add, type Minor, minor, ZERO } from "../money/minor.ts";
import { accountIn } from "./book.ts";
import { entryHash } from "./chain.ts";
import { type AccountCode, accountCode, permits } from "./chart.ts";
import { brokenBy } from "./invariants.ts";
import type { Account, AccountLimits, Book, Draft, DraftPosting, Entry, HoldShare, Posting, Sha256, TaxLine } from "./model.ts";

/**
 * Gives a draft its place in the book: sequence, times, balances after, hash; and applies it. Asserts the chart and the invariants of
 * an entry.
 */
export function buildEntry(book: Book, draft: Draft, nowMs: number, sha256: Sha256): { readonly entry: Entry; readonly after: Book } {
  const accounts = new Map(book.accounts);
  const seq = book.head.seq + 1;
  const postings = draft.postings.map((posting): Posting => {
    invariant(permits(draft.kind, posting), `${draft.kind} may not move ${posting.account} this way`);
    const after = moved(accountIn(accounts, posting.account), posting, seq);
    accounts.set(posting.account, after);
    return { ...posting, postedAfterMinor: after.postedMinor, heldAfterMinor: after.heldMinor };
  });
  const unhashed = {
    ...draft,
    postings,
    epoch: book.epoch,
    seq,
    recordedAtMs: unixMs(Math.max(nowMs, book.head.recordedAtMs + 1)),
    previousHash: book.head.hash,
  };
  const entry = { ...unhashed, hash: entryHash(unhashed, sha256) };
  const after = evolve(book, entry);
  const broken = brokenBy(book, entry, after);
  invariant(broken.length === 0, `${draft.kind} would break ${broken.join(", ")}`);
  return { entry, after };
}

/** Applies an entry to balances, limits and head. Asserts only that it is the next one. */
export function evolve(book: Book, entry: Entry): Book {
  invariant(entry.seq === book.head.seq + 1 && entry.previousHash === book.head.hash, "entry is not the next of this book");
  const accounts = new Map(book.accounts);
  for (const { account: code, postedAfterMinor, heldAfterMinor } of entry.postings) {
    const before = accountIn(accounts, code);
    accounts.set(code, {
      ...before,
      postedMinor: postedAfterMinor,
      heldMinor: heldAfterMinor,
      openedSeq: before.openedSeq === 0 ? entry.seq : before.openedSeq,
    });
  }
  const limited = limitsSetBy(entry);
  if (limited !== null) {
    const before = accountIn(accounts, limited.account);
    const openedSeq = before.openedSeq === 0 ? entry.seq : before.openedSeq;
    accounts.set(limited.account, { ...before, floorMinor: limited.floorMinor, frozen: limited.frozen, openedSeq });
  }
  return { ...book, head: { seq: entry.seq, hash: entry.hash, recordedAtMs: entry.recordedAtMs }, accounts };
}

/** What an entry of kind ACCOUNT_OPENED or ACCOUNT_LIMITED says; its `facts`. */
export type LimitFacts = { readonly account: AccountCode; readonly floorMinor: Minor | null; readonly frozen: boolean };

/** Facts of an entry that sets an account's limits. */
export function limitFacts(account: AccountCode, { floorMinor, frozen }: AccountLimits): LimitFacts {
  return { account, floorMinor, frozen };
}

/** The limits that an entry sets, or null when it sets none. */
export function limitsSetBy(entry: Pick<Entry, "kind" | "facts">): LimitFacts | null {
  if (entry.kind !== "ACCOUNT_OPENED" && entry.kind !== "ACCOUNT_LIMITED") return null;
  const { account, floorMinor, frozen } = entry.facts as { account: string; floorMinor: number | null; frozen: boolean };
  return { account: accountCode(account), floorMinor: floorMinor === null ? null : minor(floorMinor), frozen };
}

/** A posting that moves money and holds nothing. */
export function move(code: AccountCode, amountMinor: Minor): DraftPosting {
  return { account: code, amountMinor, heldMinor: ZERO };
}

/** A posting that only changes what is held of the player's cash. */
export function hold(heldMinor: Minor): DraftPosting {
  return { account: "user:cash", amountMinor: ZERO, heldMinor };
}

/** Postings that hold shares (sign 1) or give them back (sign -1). */
export function holdPostings(shares: readonly HoldShare[], sign: 1 | -1): readonly DraftPosting[] {
  return shares.map(({ account, amountMinor }) => ({ account, amountMinor: ZERO, heldMinor: minor(sign * amountMinor) }));
}

/** Postings that take held shares away for good. */
export function commitPostings(shares: readonly HoldShare[]): readonly DraftPosting[] {
  return shares.map(({ account, amountMinor }) => ({ account, amountMinor: minor(-amountMinor), heldMinor: minor(-amountMinor) }));
}

/** Postings that pay each tax line into its account. */
export function taxPostings(taxLines: readonly TaxLine[]): readonly DraftPosting[] {
  return taxLines.map((line) => move(`tax:${line.code}`, line.taxMinor));
}

function moved(before: Account, posting: DraftPosting, seq: number): Account {
  return {
    ...before,
    postedMinor: add(before.postedMinor, posting.amountMinor),
    heldMinor: add(before.heldMinor, posting.heldMinor),
    openedSeq: before.openedSeq === 0 ? seq : before.openedSeq,
  };
}
