/** Reads a book: balances of accounts, and what is free to be used. */
import { type Minor, minor, negate, ZERO } from "../money/minor.ts";
import { type AccountCode, defaultLimits, isLocked } from "./chart.ts";
import type { Account, Book } from "./model.ts";

/** An account of the book; one that was never touched stands at zero under the chart's own limits. */
export function account(book: Pick<Book, "accounts">, code: AccountCode): Account {
  return accountIn(book.accounts, code);
}

/** As `account`, of a map. */
export function accountIn(accounts: ReadonlyMap<AccountCode, Account>, code: AccountCode): Account {
  return accounts.get(code) ?? { code, postedMinor: ZERO, heldMinor: ZERO, ...defaultLimits(code), openedSeq: 0 };
}

/** What may leave an account or be held on it before it meets its floor, minor units; of an account without a floor, what stands on it. */
export function free(of: Account): Minor {
  return minor(of.postedMinor - of.heldMinor - (of.floorMinor ?? 0));
}

/** What may be staked or withdrawn, minor units. */
export function availableCash(book: Book): Minor {
  return free(account(book, "user:cash"));
}

/** All bonus money, whatever its grant, locked or not, minor units. */
export function bonusTotal(book: Book): Minor {
  let total = ZERO;
  for (const each of book.accounts.values())
    if (each.code.startsWith("user:bonus:") || isLocked(each.code)) total = minor(total + each.postedMinor);
  return total;
}

/** What is held, whatever the account, minor units. */
export function heldTotal(book: Book): Minor {
  let total = ZERO;
  for (const each of book.accounts.values()) total = minor(total + each.heldMinor);
  return total;
}

/** What the player owes after a corrected result took back money that was gone; zero or more, minor units. */
export function debt(book: Book): Minor {
  return negate(account(book, "receivable").postedMinor);
}
