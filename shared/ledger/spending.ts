/**
 * What pays for what, as data: which of a player's accounts a purpose spends, in which order, and where the money goes.
 *
 * Cash comes before bonus, and what would forfeit a bonus (a withdrawal) or can't give it back in kind (a crash stake, a bet without
 * wagering rules) spends cash only. Nothing is ever spent on credit (ledger.md R6).
 */
import { type Minor, minor, smallest, subtract, ZERO } from "../money/minor.ts";
import { free } from "./book.ts";
import type { AccountCode, Family } from "./chart.ts";
import type { Account, Book, HoldShare } from "./model.ts";

interface SpendingRule {
  readonly from: readonly Extract<Family, `user:${string}`>[];
  /** Where committed money goes; null where the purpose's own command says it. */
  readonly to: AccountCode | null;
}

export const SPENDING = {
  bet: { from: ["user:cash"], to: "house:stakes" },
  crash: { from: ["user:cash"], to: "house:stakes" },
  withdrawal: { from: ["user:cash"], to: null },
  /** A stake whose acceptance is still open. */
  stake: { from: ["user:cash", "user:bonus"], to: "house:stakes" },
  /** Money in dispute: kept from use until someone has decided. */
  charge: { from: ["user:cash"], to: "suspense" },
} as const satisfies Record<string, SpendingRule>;

export type Purpose = keyof typeof SPENDING;
/** Purposes whose holds are made, committed and released by the general commands. */
export type OpenPurpose = "stake" | "charge";

const RULES: Readonly<Record<Purpose, SpendingRule>> = SPENDING;

/** What may be spent for this purpose now, minor units. */
export function spendable(book: Book, purpose: Purpose): Minor {
  return sourcesOf(book, purpose).reduce((total, each) => minor(total + free(each)), ZERO);
}

/** Splits an amount over the purpose's accounts in their order; asserts nothing: check `spendable` first. Accounts that give nothing are left out. */
export function split(book: Book, purpose: Purpose, amountMinor: Minor): readonly HoldShare[] {
  const shares: HoldShare[] = [];
  let rest = amountMinor;
  for (const source of sourcesOf(book, purpose)) {
    const share = smallest(rest, free(source));
    if (share === 0) continue;
    shares.push({ account: source.code, amountMinor: share });
    rest = subtract(rest, share);
  }
  return shares;
}

/** The first account of the purpose, in spending order, that is frozen; or null. */
export function frozenSource(book: Book, purpose: Purpose): AccountCode | null {
  return accountsOf(book, purpose).find((each) => each.frozen)?.code ?? null;
}

/** What is left of a hold's shares after the first `committedMinor` of them, and the shares that the next `amountMinor` takes. */
export function takeShares(shares: readonly HoldShare[], committedMinor: Minor, amountMinor: Minor): readonly HoldShare[] {
  const taken: HoldShare[] = [];
  let skip = committedMinor;
  let want = amountMinor;
  for (const { account, amountMinor: size } of shares) {
    const skipped = smallest(skip, size);
    skip = subtract(skip, skipped);
    const share = smallest(want, subtract(size, skipped));
    want = subtract(want, share);
    if (share > 0) taken.push({ account, amountMinor: share });
  }
  return taken;
}

/** Accounts that give something for the purpose, in spending order. Frozen ones give nothing. */
function sourcesOf(book: Book, purpose: Purpose): readonly Account[] {
  return accountsOf(book, purpose).filter((each) => !each.frozen && free(each) > 0);
}

/** The purpose's accounts in spending order; grants in the order in which they were opened. */
function accountsOf(book: Book, purpose: Purpose): readonly Account[] {
  return RULES[purpose].from.flatMap((family) =>
    [...book.accounts.values()].filter((each) => belongs(each.code, family)).sort((a, b) => a.openedSeq - b.openedSeq),
  );
}

function belongs(code: AccountCode, family: Family): boolean {
  return code === family || code.startsWith(`${family}:`);
}
