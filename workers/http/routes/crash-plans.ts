/** The crash game's plans: a bet for the next round, taking one back, and autoplay. */
import { ok } from "../../../shared/kernel/result.ts";
import { crashBetBody } from "../../../shared/protocol/http/crash.ts";
import {
  autoplayBody,
  autoplayOut,
  cancelledCrashBetOut,
  crashPlansOut,
  crashSlotBody,
  queuedCrashBetOut,
} from "../../../shared/protocol/http/crash-plans.ts";
import { cancelCrashBet, queueCrashBet, readCrashPlans, startAutoplay, stopAutoplay } from "../../services/crash/plans.ts";
import { presentAutoplay, presentPlans, presentQueued } from "../../services/crash/present-plans.ts";
import { type Api, route } from "../api.ts";

const TAG = "Crash";
const BASE = "/api/v1/games/crash";

export function addCrashPlanRoutes(app: Api): void {
  addQueue(app);
  addAutoplay(app);
}

function addQueue(app: Api): void {
  route(app, {
    method: "post",
    path: `${BASE}/queue`,
    tag: TAG,
    summary: "Bet on the next round, or on this one while it takes bets; no money is held before the window opens",
    auth: "player",
    idempotent: true,
    body: crashBetBody,
    answer: queuedCrashBetOut,
    statuses: [201],
    errors: [
      "INVALID_AMOUNT",
      "GAME_NOT_ACTIVE",
      "SLOT_TAKEN",
      "STAKE_TOO_LOW",
      "STAKE_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "SELF_EXCLUDED",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
      "OVERLOADED",
    ],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const { amount, auto_cashout: target = null, slot } = body;
      const queued = await queueCrashBet(ctx, { stake: amount, autoCashOutHundredths: target, slot, idempotencyKey });
      return queued.ok ? ok({ body: presentQueued(queued.value) }) : queued;
    },
  });

  route(app, {
    method: "post",
    path: `${BASE}/cancel`,
    tag: TAG,
    summary: "Take back what waits in a slot, or its bet until the betting window ends",
    auth: "player",
    body: crashSlotBody,
    answer: cancelledCrashBetOut,
    statuses: [200],
    errors: ["NOT_FOUND", "GAME_NOT_ACTIVE"],
    handle: async ({ ctx, body }) => {
      const cancelled = await cancelCrashBet(ctx, body.slot);
      return cancelled.ok ? ok({ body: { cancelled: cancelled.value.cancelled } }) : cancelled;
    },
  });

  route(app, {
    method: "get",
    path: `${BASE}/plans`,
    tag: TAG,
    summary: "What waits for the next round, and your autoplay orders with how they ended",
    auth: "player",
    answer: crashPlansOut,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const plans = await readCrashPlans(ctx);
      return plans.ok ? ok({ body: presentPlans(plans.value) }) : plans;
    },
  });
}

function addAutoplay(app: Api): void {
  route(app, {
    method: "post",
    path: `${BASE}/autoplay`,
    tag: TAG,
    summary: "Start autoplay in a slot; both stops and a target are required",
    auth: "player",
    idempotent: true,
    body: autoplayBody,
    answer: autoplayOut,
    statuses: [201],
    errors: ["INVALID_AMOUNT", "GAME_NOT_ACTIVE", "SLOT_TAKEN", "STAKE_TOO_LOW", "STAKE_TOO_HIGH", "IDEMPOTENCY_CONFLICT", "OVERLOADED"],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const { amount: stake, auto_cashout: targetHundredths, slot, rounds, stop_loss: stopLoss, stop_win: stopWin } = body;
      const started = await startAutoplay(ctx, { stake, targetHundredths, slot, rounds, stopLoss, stopWin, idempotencyKey });
      return started.ok ? ok({ body: presentAutoplay(started.value) }) : started;
    },
  });

  route(app, {
    method: "post",
    path: `${BASE}/autoplay/stop`,
    tag: TAG,
    summary: "Stop a slot's autoplay; a bet of it that is in plays on",
    auth: "player",
    body: crashSlotBody,
    answer: autoplayOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, body }) => {
      const stopped = await stopAutoplay(ctx, body.slot);
      return stopped.ok ? ok({ body: presentAutoplay(stopped.value) }) : stopped;
    },
  });
}
