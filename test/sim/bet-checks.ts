/**
 * What a wallet's bets, free bets and bonuses must be once all is quiet, judged by what its callers were told and by the feed's last word.
 */
import type { BetView, WalletView } from "../../shared/protocol/rpc/wallet.ts";
import type { PromotionsView } from "../../shared/protocol/rpc/wallet-promotions.ts";
import { demand } from "./failure.ts";
import type { Player } from "./player.ts";

/** The wallet has what its callers were told: answered commands, what payments moved, what bets were paid, and bonuses that became cash. */
export function checkMoney({ audit, around }: Player, view: WalletView, bets: readonly BetView[], { bonuses }: PromotionsView): void {
  const posted = (code: string): number => view.accounts.find(({ account }) => account === code)?.postedMinor ?? 0;
  const paid = bets.reduce((sum, bet) => sum + bet.paidMinor, 0);
  let converted = 0;
  for (const { bonusId, state, amountMinor, wageredMinor, requiredMinor, terms } of bonuses) {
    around.world.reached(`bonus-${state.toLowerCase()}`);
    const isWagered = wageredMinor >= requiredMinor;
    demand(
      isWagered === (state === "COMPLETED"),
      () => `${audit.walletId}: ${bonusId} is ${state} with ${wageredMinor} of ${requiredMinor}`,
    );
    if (state === "COMPLETED") converted += Math.min(amountMinor, terms.convertedMaxMinor ?? amountMinor);
    const locked = posted(`user:locked:${bonusId.toLowerCase()}`);
    demand(locked === (state === "ACTIVE" ? amountMinor : 0), () => `${audit.walletId}: ${bonusId} is ${state} and ${locked} is locked`);
  }
  const expected = audit.cashMinor + paid + converted;
  const actual = posted("user:cash") + posted("receivable");
  if (view.accounts.some(({ account }) => account === "receivable")) around.world.reached("debt");
  demand(expected === actual, () => `${audit.walletId} has ${actual} and should have ${expected} by what its callers were told`);
}

/** Every accepted bet stands once, as the last word on its fixtures says, or as its player took it. */
export function checkBets(player: Player, bets: readonly BetView[]): void {
  const { audit, around } = player;
  demand(bets.length === audit.bets.size, () => `${audit.walletId} has ${bets.length} bets, ${audit.bets.size} were accepted`);
  const results = new Map(around.board.all.map((fixture) => [fixture.fixtureId, fixture.results]));
  for (const bet of bets) {
    around.world.reached(`bet-${bet.status.toLowerCase()}`);
    demand(audit.bets.get(bet.betId) === bet.stakeMinor, () => `${audit.walletId}: ${bet.betId} was not accepted so`);
    checkTaken(player, bet);
    if (bet.status === "CASHED_OUT") continue;
    const outcomes = bet.selections.map(({ fixtureId, selectionId }) => results.get(fixtureId)?.get(selectionId) ?? null);
    bet.selections.forEach(({ outcome, selectionId }, index) => {
      demand(
        outcome === outcomes[index],
        () =>
          `${audit.walletId}: ${bet.betId} has ${selectionId} as ${String(outcome)}, the feed's last word is ${String(outcomes[index])}`,
      );
    });
    if (bet.kind === "SYSTEM") continue;
    const expected = outcomes.includes("lost")
      ? "LOST"
      : outcomes.includes(null)
        ? "PENDING"
        : outcomes.every((outcome) => outcome === "void")
          ? "VOID"
          : "WON";
    demand(bet.status === expected, () => `${audit.walletId}: ${bet.betId} is ${bet.status} and should be ${expected}`);
    const rest = bet.paidMinor - takenOf(bet);
    if (bet.status === "LOST" || bet.status === "PENDING")
      demand(rest === 0, () => `${audit.walletId}: ${bet.betId} is ${bet.status} and was paid`);
    const givenBack = audit.free.has(bet.betId) ? 0 : bet.openStakeMinor;
    if (bet.status === "VOID") demand(rest === givenBack, () => `${audit.walletId}: ${bet.betId} is void and was not given back`);
  }
}

function takenOf({ cashOuts }: BetView): number {
  return cashOuts.reduce((sum, { paidMinor }) => sum + paidMinor, 0);
}

/** Cash-outs and edits: each that was answered is there once, and nothing else but what the player's rule took. */
function checkTaken({ audit, around }: Player, bet: BetView): void {
  const told = audit.cashedOut.get(bet.betId) ?? [];
  const left = bet.cashOuts.map(({ paidMinor }) => paidMinor);
  for (const paidMinor of told) {
    const index = left.indexOf(paidMinor);
    demand(
      index >= 0,
      () => `${audit.walletId}: ${bet.betId} was said to be cashed out for ${paidMinor}, it has ${JSON.stringify(bet.cashOuts)}`,
    );
    left.splice(index, 1);
  }
  const editedTo = audit.edited.get(bet.betId);
  demand(
    bet.editedTo === editedTo,
    () => `${audit.walletId}: ${bet.betId} became ${String(bet.editedTo)}, its player was told ${String(editedTo)}`,
  );
  if (editedTo !== undefined) left.pop();
  demand(
    left.length === 0 || audit.ruled.has(bet.betId),
    () => `${audit.walletId}: ${bet.betId} was cashed out by nobody: ${String(left)}`,
  );
  if (left.length > 0) around.world.reached("rule-took");
  const isClosed = bet.openStakeMinor === 0;
  demand(
    isClosed === (bet.status === "CASHED_OUT"),
    () => `${audit.walletId}: ${bet.betId} is ${bet.status} with ${bet.openStakeMinor} open`,
  );
  if (isClosed) demand(bet.paidMinor === takenOf(bet), () => `${audit.walletId}: ${bet.betId} was paid beyond its cash-outs`);
}

/** A token of the house pays one bet at a time. */
export function checkTokens({ audit, around }: Player, bets: readonly BetView[], { freeBets }: PromotionsView): void {
  for (const { freeBetId, state, betId } of freeBets) {
    around.world.reached(`free-bet-${state.toLowerCase()}`);
    const standing = bets.filter((bet) => bet.freeBetId === freeBetId && bet.status !== "VOID").map((bet) => bet.betId);
    demand(standing.length <= 1, () => `${audit.walletId}: ${freeBetId} pays ${standing.join(" and ")}`);
    if (state === "USED") demand(standing[0] === betId, () => `${audit.walletId}: ${freeBetId} is used by ${String(betId)}, which is void`);
    else demand(standing.length === 0, () => `${audit.walletId}: ${freeBetId} is ${state} and pays ${String(standing[0])}`);
  }
}
