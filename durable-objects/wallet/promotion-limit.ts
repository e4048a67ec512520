/**
 * What promotions may pay of a bet: an operator limits or freezes their account, and a result is a fact that no limit refuses. The player
 * is paid what was promised; what promotions may not pay the house does.
 */
import { move } from "../../shared/ledger/entry.ts";
import { subtract, ZERO } from "../../shared/money/minor.ts";
import type { Bet, TakenResult } from "./bet-store.ts";
import { checkMovements } from "./commands/manual.ts";
import type { WalletStores } from "./wallet-stores.ts";

/** The bet as its books are to stand: with what promotions paid before where they may not pay more. A token's stake is not asked here. */
export function withinPromotionLimit(wallet: WalletStores, before: Bet, taken: TakenResult): TakenResult {
  const { promoMinor: was = ZERO } = before;
  const { promoMinor: is = ZERO } = taken.bet;
  if (before.terms.freeBetId !== undefined || is >= was) return taken;
  const refusal = checkMovements(wallet.journal.book(), [move("promo:cost", subtract(is, was))]);
  return refusal === null ? taken : { ...taken, bet: { ...taken.bet, promoMinor: was } };
}
