/**
 * What a bonus sees of the player's other commands: bets that are placed under it, what they count when they are decided, and a
 * withdrawal that ends it.
 *
 * A bet's part is a position: what it counts now in place of what it counted before, so that a repeated result changes nothing and a
 * corrected one takes back or gives. Once wagered, a bonus is cash and stays so, whatever is corrected afterwards.
 */
import { isEachWay } from "../../../shared/betting/each-way.ts";
import { contributionOf, conversionOf } from "../../../shared/betting/wagering.ts";
import { move } from "../../../shared/ledger/entry.ts";
import { negate, ZERO } from "../../../shared/money/minor.ts";
import { type Bet, openStakeOf, outcomeOf } from "../bet-store.ts";
import { type Bonus, lockedAccountOf } from "../bonus-store.ts";
import type { CommandScope } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";
import { endBonus, endKey, isOpen } from "./bonus.ts";

/** Notes a bet that was placed with the player's own money while a bonus is active. One each way counts nothing: a place is half of it at short odds. */
export function noteForBonus(wallet: WalletStores, bet: Pick<Bet, "seq" | "terms">, { moment }: CommandScope): void {
  const active = wallet.bonuses.active();
  if (active === null || !isOpen(active, moment) || bet.terms.freeBetId !== undefined || isEachWay(bet.terms.selections)) return;
  wallet.bonuses.noteBet(active, bet.seq, bet.terms.selections);
}

/** Counts a bet, as a result has left it, towards the bonus under which it was placed, and turns a bonus that is wagered into cash. */
export function countForBonus(wallet: WalletStores, bet: Bet, scope: CommandScope): void {
  const active = wallet.bonuses.active();
  if (active === null || !isOpen(active, scope.moment)) return;
  const before = wallet.bonuses.countedOf(active, bet.seq);
  if (before === null) return;
  const worth = contributionOf(active.terms, {
    ...{ kind: bet.terms.kind, status: bet.status, openStakeMinor: openStakeOf(bet).stakeMinor },
    selections: bet.terms.selections.map((each) => outcomeOf(bet, each)),
  });
  const counted = worth > 0 && wallet.bonuses.hasOpposite(active, bet.seq) ? ZERO : worth;
  if (counted === before) return;
  const after = wallet.bonuses.count(active, bet.seq, before, counted);
  if (after.wageredMinor >= after.requiredMinor) complete(wallet, after, scope);
}

/** Ends the active bonus, if its terms say so, when a withdrawal was paid. */
export function endForWithdrawal(wallet: WalletStores, scope: CommandScope): void {
  const active = wallet.bonuses.active();
  if (active === null || !isOpen(active, scope.moment) || !active.terms.endsOnWithdrawal) return;
  endBonus(wallet, active, "FORFEITED", "withdrawal", scope);
}

function complete(wallet: WalletStores, bonus: Bonus, { post, moment }: CommandScope): void {
  const { bonusId, amountMinor } = bonus;
  const { cashMinor, backMinor } = conversionOf(bonus.terms, amountMinor);
  const back = backMinor === 0 ? [] : [move("promo:cost", backMinor)];
  const postings = [move(lockedAccountOf(bonusId), negate(amountMinor)), move("user:cash", cashMinor), ...back];
  post({ kind: "BONUS_COMPLETED", key: endKey(bonusId), ref: bonusId, refType: "promotion", postings });
  wallet.bonuses.save({ ...bonus, state: "COMPLETED", endedAtMs: moment.nowMs });
}
