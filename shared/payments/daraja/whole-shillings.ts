/** Daraja moves whole shillings. Rounding here would move another amount than the wallet booked, so a fraction is a bug. */
import { invariant } from "../../kernel/invariant.ts";
import type { Minor } from "../../money/minor.ts";

/** The amount as Daraja takes it; asserts a positive whole number of shillings. */
export function wholeShillings(amount: Minor): number {
  invariant(amount > 0 && amount % 100 === 0, `not whole shillings: ${amount}`);
  return amount / 100;
}
