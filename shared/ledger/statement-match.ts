/**
 * Compares a provider's statement with our journal, receipt by receipt. The receipt is the one fact that both sides have for certain:
 * it is the provider's, and a wallet credits it once for ever.
 */
import { type Minor, sum } from "../money/minor.ts";

/** One movement as a provider states it, or as our journal has it. */
export interface StatedMovement {
  readonly receipt: string;
  /** Always positive: what moved, not its direction. */
  readonly amountMinor: Minor;
}

export type MatchClass = "matched" | "missing_here" | "missing_there" | "amount_differs" | "duplicate";

export interface Match {
  readonly receipt: string;
  readonly class: MatchClass;
  /** What our journal has: the sum of all entries with the receipt; null for none. */
  readonly hereMinor: Minor | null;
  /** What the statement has; of lines that differ, the first. Null for none. */
  readonly thereMinor: Minor | null;
}

/**
 * Says of each receipt of either side how the two agree, sorted by receipt. `duplicate` is one that our journal has more than once, or
 * the statement with different amounts: the same line stated twice is one line, because statements are read with overlaps.
 */
export function matchStatement(here: readonly StatedMovement[], there: readonly StatedMovement[]): readonly Match[] {
  const ours = Map.groupBy(here, ({ receipt }) => receipt);
  const theirs = Map.groupBy(there, ({ receipt }) => receipt);
  const receipts = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return receipts.map((receipt) => matchOf(receipt, amountsOf(ours.get(receipt)), amountsOf(theirs.get(receipt))));
}

function matchOf(receipt: string, here: readonly Minor[], there: readonly Minor[]): Match {
  const hereMinor = totalOf(here);
  const thereMinor = there[0] ?? null;
  const found = { receipt, hereMinor, thereMinor };
  if (here.length > 1 || new Set(there).size > 1) return { ...found, class: "duplicate" };
  if (hereMinor === null) return { ...found, class: "missing_here" };
  if (thereMinor === null) return { ...found, class: "missing_there" };
  return { ...found, class: hereMinor === thereMinor ? "matched" : "amount_differs" };
}

function amountsOf(movements: readonly StatedMovement[] | undefined): readonly Minor[] {
  return (movements ?? []).map(({ amountMinor }) => amountMinor);
}

function totalOf(amounts: readonly Minor[]): Minor | null {
  return amounts.length === 0 ? null : sum(amounts);
}
