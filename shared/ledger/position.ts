/**
 * A bet's position: what its results make it worth to the player and to each tax, against what has been posted for it.
 *
 * A settlement posts `target - position`, so repeated results post nothing, corrected ones the difference, and a rollback the
 * negative. Money that a claw-back can't find becomes a receivable: never a silent negative balance.
 */
import { add, type Minor, negate, smallest, subtract, sum, ZERO } from "../money/minor.ts";
import { move } from "./entry.ts";
import type { DraftPosting, TaxLine } from "./model.ts";

export interface Position {
  /** Paid to the player, net of tax. */
  readonly paidMinor: Minor;
  /** Stake taxes that stand (none after a void) and taxes on winnings. */
  readonly taxLines: readonly TaxLine[];
  /** Given back to promotions; none when absent. */
  readonly promoMinor?: Minor;
}

/** Postings that turn `posted` into `target`; `availableMinor` bounds what a claw-back takes from the player's cash. */
export function positionPostings(posted: Position, target: Position, availableMinor: Minor): readonly DraftPosting[] {
  const postings: DraftPosting[] = [];
  const player = subtract(target.paidMinor, posted.paidMinor);
  const fromCash = player < 0 ? negate(smallest(negate(player), availableMinor)) : player;
  const owed = subtract(player, fromCash);
  if (fromCash !== 0) postings.push(move("user:cash", fromCash));
  if (owed !== 0) postings.push(move("receivable", owed));
  const promo = subtract(target.promoMinor ?? ZERO, posted.promoMinor ?? ZERO);
  if (promo !== 0) postings.push(move("promo:cost", promo));
  for (const code of ["excise", "wht"] as const) {
    const change = subtract(taxTotal(target.taxLines, code), taxTotal(posted.taxLines, code));
    if (change !== 0) postings.push(move(`tax:${code}`, change));
  }
  const house = negate(sum(postings.map((posting) => posting.amountMinor)));
  if (house !== 0) postings.push(move("house:payouts", house));
  return postings;
}

function taxTotal(taxLines: readonly TaxLine[], code: TaxLine["code"]): Minor {
  return taxLines.filter((line) => line.code === code).reduce((total, line) => add(total, line.taxMinor), ZERO);
}
