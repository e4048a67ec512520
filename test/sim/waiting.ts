/**
 * What waits for a running match: bets whose stake is held, cash-outs and edits that are priced once more. What became of each is read
 * once all is quiet, and is then part of what the wallet must have.
 */
import type { BetView } from "../../shared/protocol/rpc/wallet.ts";
import { isHeld, type ShownBet } from "../../shared/protocol/rpc/wallet-acceptance.ts";
import type { CashOutOrderView, EditRequestView } from "../../shared/protocol/rpc/wallet-cash-out.ts";
import { answerOffer } from "../../workers/services/bets/answer-offer.ts";
import { answered } from "./answered.ts";
import { demand } from "./failure.ts";
import type { Player } from "./player.ts";

/** A wallet as the checks ask it. */
export interface Asked {
  ask(method: string, args: readonly unknown[]): Promise<unknown>;
}

/** Looks after a bet that waits as its player does: takes new terms, declines them, or lets them pass. */
export async function watchHeld(player: Player, betId: string): Promise<void> {
  const { prng, wallet, around } = player;
  if (prng.chance(0.3)) return;
  await player.sleep(prng.between(4_000, 14_000));
  const shown = (await wallet.shownBet(betId).catch(() => null)) as ShownBet | null;
  if (shown === null || !isHeld(shown) || shown.offer === null) return;
  const input = { betId, accept: prng.chance(0.7), offer: shown.offer.round, idempotencyKey: player.newKey("offer") };
  const reply = await answered(player, "offer", (ctx) => answerOffer(ctx, input));
  around.world.reached(reply.ok ? `offer-${input.accept ? "taken" : "declined"}` : `offer:${reply.error.code}`);
}

/** What of the player's still waits for its decision. */
export async function waitingOf({ audit }: Player, wallet: Asked): Promise<readonly string[]> {
  const waiting: string[] = [];
  for (const betId of audit.held.keys()) {
    const shown = (await wallet.ask("shownBet", [betId])) as ShownBet | null;
    if (shown !== null && isHeld(shown) && shown.decidedAtMs === null) waiting.push(`${betId} is ${shown.status}`);
  }
  for (const betId of audit.askedOut.keys())
    for (const order of await requestsOf(wallet, betId)) if (order.answer === null) waiting.push(`${order.orderId} waits`);
  for (const requestId of audit.askedEdits.keys()) {
    const request = (await wallet.ask("editRequest", [requestId])) as EditRequestView | null;
    if (request?.answer === null) waiting.push(`${requestId} waits`);
  }
  return waiting;
}

/** Adds what waited to what the player was told, as it ended. */
export async function noteWaited({ audit, around }: Player, wallet: Asked): Promise<void> {
  for (const [betId, { stakeMinor, isFree }] of audit.held) {
    const shown = (await wallet.ask("shownBet", [betId])) as ShownBet | null;
    demand(shown !== null, () => `${audit.walletId}: ${betId} waited and is gone`);
    if (shown === null) continue;
    around.world.reached(`held-${isHeld(shown) ? shown.status.toLowerCase() : "accepted"}`);
    if (isHeld(shown)) continue;
    demand(shown.stakeMinor <= stakeMinor, () => `${audit.walletId}: ${betId} was taken with more than its stake`);
    noteStake(audit, shown, isFree);
  }
  for (const betId of audit.askedOut.keys()) {
    const taken = (await requestsOf(wallet, betId)).flatMap(({ answer }) => (answer?.isTaken === true ? [answer.paidMinor] : []));
    around.world.reached(taken.length > 0 ? "waited-cash-out-taken" : "waited-cash-out-refused");
    audit.cashedOut.set(betId, [...(audit.cashedOut.get(betId) ?? []), ...taken]);
  }
  for (const [requestId, parentId] of audit.askedEdits) {
    const { answer } = (await wallet.ask("editRequest", [requestId])) as EditRequestView;
    around.world.reached(answer?.isTaken === true ? "waited-edit-taken" : "waited-edit-refused");
    if (answer?.isTaken !== true) continue;
    noteStake(audit, (await wallet.ask("bet", [answer.betId])) as BetView, false);
    audit.edited.set(parentId, answer.betId);
  }
}

function noteStake(audit: Player["audit"], { betId, stakeMinor }: BetView, isFree: boolean): void {
  audit.bets.set(betId, stakeMinor);
  if (isFree) audit.free.add(betId);
  else audit.cashMinor -= stakeMinor;
}

async function requestsOf(wallet: Asked, betId: string): Promise<readonly CashOutOrderView[]> {
  const orders = (await wallet.ask("cashOutOrders", [betId])) as readonly CashOutOrderView[];
  return orders.filter(({ kind }) => kind === "request");
}
