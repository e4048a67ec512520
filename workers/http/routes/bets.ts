/** Bets: placing, quoting, looking up. Seed addresses `/api/bets` are the same routes. */
import * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import {
  betHistoryQuery,
  betKeyParams,
  betList,
  betOut,
  betParams,
  builderBody,
  builderOut,
  heldBet,
  offerAnswer,
  placedBet,
  quoteOut,
  slipBody,
} from "../../../shared/protocol/http/bets.ts";
import { isHeld } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { answerOffer } from "../../services/bets/answer-offer.ts";
import { getBet } from "../../services/bets/get-bet.ts";
import { listBets } from "../../services/bets/list-bets.ts";
import { placeBet } from "../../services/bets/place-bet.ts";
import { presentAnswer, presentBet } from "../../services/bets/present-bet.ts";
import { priceBuilder } from "../../services/bets/price-builder.ts";
import { quoteBet } from "../../services/bets/quote-bet.ts";
import { type Api, route } from "../api.ts";

const TAG = "Bets";
/** Placed (201), or waiting for its decision (202). */
const placedOrHeld = z.union([placedBet, heldBet]);

export function addBetRoutes(app: Api): void {
  addPlacing(app);
  addBuilder(app);
  // The fixed names come before `/bets/{id}`, which would take them for an id.
  addLists(app);
  addOne(app);
}

function addPlacing(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/bets",
    aliases: ["/api/bets"],
    tag: TAG,
    summary: "Place a bet at the server's price; with a live selection it waits for its decision",
    auth: "player",
    idempotent: true,
    body: slipBody,
    answer: placedOrHeld,
    statuses: [201, 202],
    errors: [
      "BOOST_REFUSED",
      "EACH_WAY_REFUSED",
      "INSURANCE_REFUSED",
      "INVALID_AMOUNT",
      "INVALID_BET",
      "CORRELATED_SELECTIONS",
      "ODDS_CHANGED",
      "MARKET_CLOSED",
      "MARKET_SUSPENDED",
      "FREE_BET_REFUSED",
      "STAKE_TOO_LOW",
      "STAKE_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "USER_NOT_VERIFIED",
      "SELF_EXCLUDED",
      "LIMIT_REACHED",
      "WALLET_FROZEN",
      "OFFER_EXPIRED",
      "IDEMPOTENCY_CONFLICT",
    ],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const placed = await placeBet(ctx, { slip: body, idempotencyKey });
      if (!placed.ok) return placed;
      const { bet, replayed } = placed.value;
      return ok({ body: presentAnswer(bet), status: isHeld(bet) ? 202 : 201, replayed });
    },
  });

  route(app, {
    method: "post",
    path: "/api/v1/bets/quote",
    tag: TAG,
    summary: "What a slip would cost and win now; moves nothing",
    auth: "none",
    body: slipBody,
    answer: quoteOut,
    statuses: [200],
    errors: [
      "INVALID_AMOUNT",
      "INVALID_BET",
      "MARKET_CLOSED",
      "MARKET_SUSPENDED",
      "BOOST_REFUSED",
      "INSURANCE_REFUSED",
      "EACH_WAY_REFUSED",
    ],
    handle: async ({ ctx, body }) => {
      const quote = await quoteBet(ctx, body);
      return quote.ok ? ok({ body: quote.value }) : quote;
    },
  });
}

function addBuilder(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/bets/builder/price",
    tag: TAG,
    summary: "The price of several selections of one match together, as one selection",
    auth: "none",
    body: builderBody,
    answer: builderOut,
    statuses: [200],
    errors: ["INVALID_BET", "MARKET_CLOSED", "MARKET_SUSPENDED"],
    handle: async ({ ctx, body }) => {
      const priced = await priceBuilder(ctx, body);
      return priced.ok ? ok({ body: priced.value }) : priced;
    },
  });
}

function addLists(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/bets/history",
    tag: TAG,
    summary: "The player's bets, newest first",
    auth: "player",
    query: betHistoryQuery,
    answer: betList,
    statuses: [200],
    errors: [],
    handle: async ({ ctx, query }) => {
      const page = await listBets(ctx, query);
      if (!page.ok) return page;
      return ok({ body: { bets: page.value.rows.map(presentBet), total: page.value.total, limit: query.limit, offset: query.offset } });
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/bets/by-key/{key}",
    tag: TAG,
    summary: "The bet that was placed under an Idempotency-Key",
    auth: "player",
    params: betKeyParams,
    answer: betOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const bet = await getBet(ctx, { idempotencyKey: params.key });
      return bet.ok ? ok({ body: presentBet(bet.value) }) : bet;
    },
  });
}

function addOne(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/bets/{id}/offer",
    tag: TAG,
    summary: "Take or decline new terms; what is taken is checked once more",
    auth: "player",
    idempotent: true,
    params: betParams,
    body: offerAnswer,
    answer: placedOrHeld,
    statuses: [202, 200],
    errors: ["NOT_FOUND", "OFFER_EXPIRED", "WALLET_FROZEN", "GEO_BLOCKED", "IDEMPOTENCY_CONFLICT"],
    handle: async ({ ctx, params, body, idempotencyKey }) => {
      const answered = await answerOffer(ctx, { betId: params.id, accept: body.accept, offer: body.offer ?? null, idempotencyKey });
      if (!answered.ok) return answered;
      const { bet, replayed } = answered.value;
      return ok({ body: presentAnswer(bet), status: isHeld(bet) && bet.decidedAtMs === null ? 202 : 200, replayed });
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/bets/{id}",
    aliases: ["/api/bets/{id}"],
    tag: TAG,
    summary: "One of the player's bets, with its results and settlements",
    auth: "player",
    params: betParams,
    answer: betOut,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const bet = await getBet(ctx, { betId: params.id });
      return bet.ok ? ok({ body: presentBet(bet.value) }) : bet;
    },
  });
}
