/** The crash game: the round now and before, betting and cashing out, proofs, and the game's WebSocket. */
import { REQUEST_BODY_BYTES_MAX } from "../../../shared/kernel/limits.ts";
import { ok } from "../../../shared/kernel/result.ts";
import {
  crashBetBody,
  crashCashOutBody,
  crashCashOutOut,
  crashFairnessOut,
  crashGameParams,
  crashHistoryOut,
  crashHistoryQuery,
  crashRoundOut,
  crashRoundParams,
  crashRoundProofOut,
  crashVerifyBody,
  crashVerifyOut,
  placedCrashBetOut,
} from "../../../shared/protocol/http/crash.ts";
import { commitServerSeed, type LegacyReply, verifyLegacyRound } from "../../services/crash/legacy-fairness.ts";
import { openGameSocket } from "../../services/crash/open-game-socket.ts";
import { cashOutCrashBet, placeCrashBet } from "../../services/crash/play.ts";
import {
  presentCrashBet,
  presentFairness,
  presentHistory,
  presentProof,
  presentRound,
  presentVerification,
} from "../../services/crash/present-crash.ts";
import { listRounds, readCurrentRound, readFairness, readProof } from "../../services/crash/read-game.ts";
import { verifyRound } from "../../services/crash/verify-round.ts";
import { type Api, errorResponse, route } from "../api.ts";
import { addCrashPlanRoutes } from "./crash-plans.ts";

const TAG = "Crash";
const BASE = "/api/v1/games/crash";

export function addCrashRoutes(app: Api): void {
  addRounds(app);
  addPlaying(app);
  addCrashPlanRoutes(app);
  addProofs(app);
  addLegacyProofs(app);
  // A WebSocket has no JSON answer, so it is no `route`; the frames are documented in shared/protocol/ws/crash.ts.
  app.get("/ws/games/:game", async (c) => {
    const opened = await openGameSocket(c.get("ctx"), { game: c.req.param("game"), request: c.req.raw });
    return opened.ok ? opened.value : errorResponse(c, opened.error);
  });
}

/** Each list exists for the country's own game and for a game by its id. */
function addRounds(app: Api): void {
  const round = { method: "get", tag: TAG, auth: "none", answer: crashRoundOut, statuses: [200], errors: ["NOT_FOUND"] } as const;
  route(app, {
    ...round,
    path: `${BASE}/current`,
    summary: "The round of your country's game, now",
    handle: async ({ ctx }) => {
      const current = await readCurrentRound(ctx, null);
      return current.ok ? ok({ body: presentRound(current.value) }) : current;
    },
  });
  route(app, {
    ...round,
    path: `${BASE}/{game}/current`,
    params: crashGameParams,
    summary: "A game's round, now",
    handle: async ({ ctx, params }) => {
      const current = await readCurrentRound(ctx, params.game);
      return current.ok ? ok({ body: presentRound(current.value) }) : current;
    },
  });

  const history = { ...round, query: crashHistoryQuery, answer: crashHistoryOut } as const;
  route(app, {
    ...history,
    path: `${BASE}/history`,
    summary: "Finished rounds of your country's game, newest first",
    handle: async ({ ctx, query }) => {
      const rounds = await listRounds(ctx, { game: null, limit: query.limit });
      return rounds.ok ? ok({ body: presentHistory(rounds.value) }) : rounds;
    },
  });
  route(app, {
    ...history,
    path: `${BASE}/{game}/history`,
    params: crashGameParams,
    summary: "Finished rounds of a game, newest first",
    handle: async ({ ctx, params, query }) => {
      const rounds = await listRounds(ctx, { game: params.game, limit: query.limit });
      return rounds.ok ? ok({ body: presentHistory(rounds.value) }) : rounds;
    },
  });
}

function addPlaying(app: Api): void {
  route(app, {
    method: "post",
    path: `${BASE}/bet`,
    tag: TAG,
    summary: "Bet on the round that takes bets now",
    auth: "player",
    idempotent: true,
    body: crashBetBody,
    answer: placedCrashBetOut,
    statuses: [201],
    errors: [
      "INVALID_AMOUNT",
      "GAME_NOT_ACTIVE",
      "SLOT_TAKEN",
      "STAKE_TOO_LOW",
      "STAKE_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "PHONE_NOT_VERIFIED",
      "USER_NOT_VERIFIED",
      "SELF_EXCLUDED",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
      "OVERLOADED",
    ],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const { amount, auto_cashout: target = null, slot } = body;
      const placed = await placeCrashBet(ctx, { stake: amount, autoCashOutHundredths: target, slot, idempotencyKey });
      if (!placed.ok) return placed;
      const message = "Bet placed. Connect to WebSocket for live updates.";
      return ok({ body: { ...presentCrashBet(placed.value.bet), message }, replayed: placed.value.replayed });
    },
  });

  route(app, {
    method: "post",
    path: `${BASE}/cashout`,
    tag: TAG,
    summary: "Cash a running bet out at the multiplier of this moment",
    auth: "player",
    body: crashCashOutBody,
    answer: crashCashOutOut,
    statuses: [200],
    errors: ["NOT_FOUND", "GAME_NOT_ACTIVE", "CASH_OUT_TOO_LATE", "BET_NOT_ACTIVE", "OVERLOADED"],
    handle: async ({ ctx, body }) => {
      const cashedOut = await cashOutCrashBet(ctx, body.bet_id);
      if (!cashedOut.ok) return cashedOut;
      const { bet_id, multiplier, payout, limited_by } = presentCrashBet(cashedOut.value);
      return ok({ body: { bet_id, multiplier: multiplier ?? 1, payout, limited_by } });
    },
  });
}

function addProofs(app: Api): void {
  route(app, {
    method: "post",
    path: `${BASE}/verify`,
    tag: TAG,
    summary: "Compute a crash point from its hash and salt, step by step, and compare it with a claimed one",
    auth: "none",
    body: crashVerifyBody,
    answer: crashVerifyOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, body }) => {
      const verified = await verifyRound(ctx, body);
      return verified.ok ? ok({ body: presentVerification(verified.value) }) : verified;
    },
  });

  route(app, {
    method: "get",
    path: `${BASE}/{game}/rounds/{round_number}`,
    tag: TAG,
    summary: "A finished round with everything it is checked with",
    auth: "none",
    params: crashRoundParams,
    answer: crashRoundProofOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const read = await readProof(ctx, { game: params.game, roundNumber: params.round_number });
      return read.ok ? ok({ body: presentProof(read.value.gameId, read.value.proof) }) : read;
    },
  });

  route(app, {
    method: "get",
    path: `${BASE}/{game}/fairness`,
    tag: TAG,
    summary: "The commitment to a game's hash chain, its salt and its rules",
    auth: "none",
    params: crashGameParams,
    answer: crashFairnessOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const fairness = await readFairness(ctx, params.game);
      return fairness.ok ? ok({ body: presentFairness(fairness.value) }) : fairness;
    },
  });
}

/** Their error shape differs from ours, so they are no `route`s. */
function addLegacyProofs(app: Api): void {
  const proofs: readonly (readonly [path: string, answer: (bodyText: string) => LegacyReply])[] = [
    ["/api/fairness/commitment", commitServerSeed],
    ["/api/fairness/verify", verifyLegacyRound],
  ];
  for (const [path, answer] of proofs)
    app.post(path, async (c) => {
      const text = await c.req.text();
      if (text.length > REQUEST_BODY_BYTES_MAX) return errorResponse(c, { code: "BODY_TOO_LARGE" });
      const { status, body } = answer(text);
      return c.json(body, status);
    });
}
