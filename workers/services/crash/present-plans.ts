/** What players leave a crash table to do, as the API writes it. */
import type * as z from "zod";
import { toMultiplier } from "../../../shared/crash/multiplier.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { autoplayOut, autoplayRecordsOut, crashPlansOut, queuedCrashBetOut } from "../../../shared/protocol/http/crash-plans.ts";
import type { AutoplayView, CrashPlansView, QueuedBet, WaitingBetView } from "../../../shared/protocol/rpc/crash-plans.ts";
import type { AutoplayRecord } from "../../adapters/d1/crash-autoplay.ts";
import { presentCrashBet } from "./present-crash.ts";

export function presentQueued({ waiting, bet }: QueuedBet): z.input<typeof queuedCrashBetOut> {
  return { queued: waiting === null ? null : presentWaiting(waiting), bet: bet === null ? null : presentCrashBet(bet) };
}

export function presentAutoplay(order: AutoplayView): z.input<typeof autoplayOut> {
  return {
    order_id: order.orderId,
    slot: order.slot,
    amount: toMajor(minor(order.stakeMinor)),
    auto_cashout: toMultiplier(order.targetHundredths),
    rounds: order.rounds,
    rounds_taken: order.roundsTaken,
    stop_loss: toMajor(minor(order.stopLossMinor)),
    stop_win: toMajor(minor(order.stopWinMinor)),
    net: toMajor(minor(order.netMinor)),
    started_at: toRfc3339(unixMs(order.startedAtMs)),
    ended_at: order.endedAtMs === null ? null : toRfc3339(unixMs(order.endedAtMs)),
    end_reason: order.endReason,
    end_detail: order.endDetail,
  };
}

export function presentPlans({ waiting, autoplay }: CrashPlansView): z.input<typeof crashPlansOut> {
  return { queued: waiting.map(presentWaiting), autoplay: autoplay.map(presentAutoplay) };
}

function presentWaiting(bet: WaitingBetView) {
  return {
    bet_id: bet.betId,
    round_number: bet.roundNumber,
    slot: bet.slot,
    amount: toMajor(minor(bet.stakeMinor)),
    auto_cashout: bet.autoCashOutHundredths === null ? null : toMultiplier(bet.autoCashOutHundredths),
  };
}

/** An order as the database keeps it. */
export function presentAutoplayRecord(order: AutoplayRecord): z.input<typeof autoplayRecordsOut>["orders"][number] {
  const { endReason: end_reason, tableNumber: table } = order;
  return { ...presentAutoplay({ ...order, endReason: null }), end_reason, table };
}
