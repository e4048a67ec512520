/**
 * Makes entries and folds them: the one writer of balances.
 *
 * `buildEntry` is pure and asserts everything (chart, balance, floors) before it returns; commands have refused what a player may be
 * refused for long before, so a failure here is a bug. `evolve` never rejects.
 */
import { invariant } from "../kernel/invariant.ts";
import { unixMs } from "../kernel/time.ts";
import { add, type Minor, minor, negate, subtract, sum, ZERO } from "../money/minor.ts";
import { entryHash } from "./chain.ts";
import { type AccountCode, assertPermitted, isLimited } from "./chart.ts";
import type { Account, Book, Draft, DraftPosting, Entry, Posting, Sha256, TaxLine } from "./model.ts";

/** Gives a draft its place in the book: sequence, times, balances after, hash. Asserts the chart, a zero sum and the floors. */
export function buildEntry(book: Book, draft: Draft, nowMs: number, sha256: Sha256): Entry {
  invariant(sum(draft.postings.map((posting) => posting.amountMinor)) === 0, `${draft.kind}: postings do not sum to zero`);
  const accounts = new Map(book.accounts);
  const postings = draft.postings.map((posting): Posting => {
    assertPermitted(draft.kind, posting);
    const after = moved(accountOf(accounts, posting.account), posting);
    accounts.set(posting.account, after);
    return { ...posting, postedAfterMinor: after.postedMinor, heldAfterMinor: after.heldMinor };
  });
  for (const { account: code } of postings) assertSound(accountOf(accounts, code));
  const unhashed = {
    ...draft,
    postings,
    epoch: book.epoch,
    seq: book.head.seq + 1,
    recordedAtMs: unixMs(Math.max(nowMs, book.head.recordedAtMs + 1)),
    previousHash: book.head.hash,
  };
  return { ...unhashed, hash: entryHash(unhashed, sha256) };
}

/** Applies an entry. Asserts only that it is the next one. */
export function evolve(book: Book, entry: Entry): Book {
  invariant(entry.seq === book.head.seq + 1 && entry.previousHash === book.head.hash, "entry is not the next of this book");
  const accounts = new Map(book.accounts);
  for (const { account: code, postedAfterMinor, heldAfterMinor } of entry.postings) {
    accounts.set(code, { code, postedMinor: postedAfterMinor, heldMinor: heldAfterMinor });
  }
  return { ...book, head: { seq: entry.seq, hash: entry.hash, recordedAtMs: entry.recordedAtMs }, accounts };
}

/** An account of the book; one that was never touched stands at zero. */
export function account(book: Book, code: AccountCode): Account {
  return accountOf(book.accounts, code);
}

/** What may be staked or withdrawn, minor units. */
export function availableCash(book: Book): Minor {
  const cash = account(book, "user:cash");
  return subtract(cash.postedMinor, cash.heldMinor);
}

/** What the player owes after a corrected result took back money that was gone; zero or more, minor units. */
export function debt(book: Book): Minor {
  return negate(account(book, "receivable").postedMinor);
}

/** A posting that moves money and holds nothing. */
export function move(code: AccountCode, amountMinor: Minor): DraftPosting {
  return { account: code, amountMinor, heldMinor: ZERO };
}

/** A posting that only changes what is held of the player's cash. */
export function hold(heldMinor: Minor): DraftPosting {
  return { account: "user:cash", amountMinor: ZERO, heldMinor };
}

/** Postings that pay each tax line into its account. */
export function taxPostings(taxLines: readonly TaxLine[]): readonly DraftPosting[] {
  return taxLines.map((line) => move(`tax:${line.code}`, line.taxMinor));
}

function accountOf(accounts: ReadonlyMap<AccountCode, Account>, code: AccountCode): Account {
  return accounts.get(code) ?? { code, postedMinor: ZERO, heldMinor: ZERO };
}

function moved(before: Account, posting: DraftPosting): Account {
  return {
    code: before.code,
    postedMinor: add(before.postedMinor, posting.amountMinor),
    heldMinor: add(before.heldMinor, posting.heldMinor),
  };
}

function assertSound({ code, postedMinor, heldMinor }: Account): void {
  invariant(heldMinor >= 0, `${code}: held money below zero`);
  invariant(!isLimited(code) || minor(postedMinor - heldMinor) >= 0, `${code}: overdrawn`);
  invariant(code !== "receivable" || postedMinor <= 0, "receivable: the house owes the player a debt");
}
