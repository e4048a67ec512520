/**
 * The house's books as sums over the wallets' books: under which accounts postings are added up, and what the sums mean. Signs are the
 * ledger's: what the house owes is positive, so what it earned is what its own accounts are credited with.
 */
import { type Minor, sum } from "../money/minor.ts";

export interface AccountTotal {
  readonly account: string;
  readonly sumMinor: Minor;
}

const GRANTS = ["user:bonus", "user:locked"];

/** The account under which a posting is added up: its own, but one for all grants of all players, and one for all locked bonuses. */
export function totalsAccount(account: string): string {
  return GRANTS.find((family) => account.startsWith(`${family}:`)) ?? account;
}

/** Stakes less payouts, before taxes that the house pays and what promotions cost, minor units. */
export function grossGamingRevenue(totals: readonly AccountTotal[]): Minor {
  return sumOf(totals, ["house:stakes", "house:payouts"]);
}

/** What all accounts sum to, minor units: zero in every country and over any days, or money came from nowhere. */
export function unexplained(totals: readonly AccountTotal[]): Minor {
  return sum(totals.map(({ sumMinor }) => sumMinor));
}

function sumOf(totals: readonly AccountTotal[], accounts: readonly string[]): Minor {
  return sum(totals.filter(({ account }) => accounts.includes(account)).map(({ sumMinor }) => sumMinor));
}
