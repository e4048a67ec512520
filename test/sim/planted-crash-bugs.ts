/** Bugs planted in the crash game: each is what a table that dies, or comes late, could do to a bet. See planted-bugs.ts. */
import { CrashTableStore } from "../../durable-objects/crash-game/crash-table-store.ts";
import { ExitStore } from "../../durable-objects/crash-game/exit-store.ts";
import { StakeWallets } from "../../durable-objects/crash-game/stake-wallets.ts";
import { inTurn, wrap } from "./wrap.ts";

/** Far from every round that is played. */
const ANOTHER_ROUND = 1_000_000;

/** Keys of settlements forget the bet when the table dies: its next life stakes and pays it once more. */
export function crashPaidTwice(): () => void {
  const askedIn = new Map<string, StakeWallets>();
  return wrap(StakeWallets.prototype, "settle", async (settle, wallets, bet) => {
    const life = askedIn.get(bet.bet_id) ?? wallets;
    askedIn.set(bet.bet_id, wallets);
    if (life === wallets) return settle(bet);
    const again = { ...bet, bet_id: `${bet.bet_id}-again`, round: bet.round + ANOTHER_ROUND };
    const reserved = await wallets.reserve(again);
    if (reserved.ok) await settle(again);
    return settle(bet);
  });
}

/** A table that died in the flight forgets how far it came: targets that were reached are lost. */
export function reachedTargetLost(): () => void {
  const takenIn = new Map<string, CrashTableStore>();
  let isForgotten = false;
  const unconfirm = wrap(CrashTableStore.prototype, "confirmBets", (confirm, store, betIds, nowMs) => {
    for (const betId of betIds) takenIn.set(betId, store);
    return confirm(betIds, nowMs);
  });
  const unapply = wrap(CrashTableStore.prototype, "applyRound", (apply, store, view, nowMs) => {
    isForgotten = store.betsInRound(view.roundNumber).some(({ bet_id: betId }) => takenIn.get(betId) !== store);
    return apply(view, nowMs);
  });
  const unend = wrap(ExitStore.prototype, "endRound", (endRound, _exits, round, nowMs) =>
    endRound(isForgotten ? { ...round, crash_hundredths: 100 } : round, nowMs),
  );
  return inTurn(unconfirm, unapply, unend);
}

/** Bets come in for as long as the table has not heard of the take-off, whatever the time. */
export function lateBetCounts(): () => void {
  const inTime = (store: CrashTableStore, nowMs: number): number => Math.min(nowMs, (store.round()?.betting_ends_at ?? nowMs + 1) - 1);
  return inTurn(
    wrap(CrashTableStore.prototype, "insertBets", (insert, store, bets, nowMs) => insert(bets, inTime(store, nowMs))),
    wrap(CrashTableStore.prototype, "confirmBets", (confirm, store, betIds, nowMs) => confirm(betIds, inTime(store, nowMs))),
  );
}
