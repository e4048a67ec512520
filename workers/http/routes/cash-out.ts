/** Cash-out of the player's own bets: offers, requests that wait, and rules that cash out by themselves. */
import * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { betParams } from "../../../shared/protocol/http/bets.ts";
import {
  cashOutBody,
  cashOutQuery,
  cashOutRequest,
  cashOutRequestParams,
  cashOutResult,
  cashOutRule,
  cashOutRuleBody,
  cashOutRules,
  cashOutState,
} from "../../../shared/protocol/http/cash-out.ts";
import { readCashOut, readCashOutRequest, takeCashOut } from "../../services/bets/cash-out.ts";
import { readCashOutRules, removeCashOutRule, setCashOutRule } from "../../services/bets/cash-out-rule.ts";
import { type Api, route } from "../api.ts";

const TAG = "Sportsbook";
const PATH = "/api/v1/bets/{id}/cash-out";
const RULE_PATH = "/api/v1/bets/{id}/auto-cash-out";
/** Paid (200), or waiting for the delay of its matches (202). */
const paidOrWaiting = z.union([cashOutResult, cashOutRequest]);

export function addCashOutRoutes(app: Api): void {
  addOffers(app);
  addRules(app);
}

function addOffers(app: Api): void {
  route(app, {
    method: "get",
    path: PATH,
    tag: TAG,
    summary: "What a bet's cash-out would bring now, or why there is none",
    auth: "player",
    params: betParams,
    query: cashOutQuery,
    answer: cashOutState,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const state = await readCashOut(ctx, params.id, query.percent);
      return state.ok ? ok({ body: state.value }) : state;
    },
  });

  route(app, {
    method: "post",
    path: PATH,
    tag: TAG,
    summary: "Take a cash-out offer; while a match of the bet runs it waits for its delay",
    auth: "player",
    idempotent: true,
    params: betParams,
    body: cashOutBody,
    answer: paidOrWaiting,
    statuses: [200, 202],
    errors: [
      "NOT_FOUND",
      "INVALID_AMOUNT",
      "CASH_OUT_CLOSED",
      "CASH_OUT_SUSPENDED",
      "CASH_OUT_CHANGED",
      "CASH_OUT_PENDING",
      "AMOUNT_TOO_LOW",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
    ],
    handle: async ({ ctx, params, body, idempotencyKey }) => {
      const taken = await takeCashOut(ctx, { betId: params.id, request: body, idempotencyKey });
      if (!taken.ok) return taken;
      return ok({ body: taken.value.body, status: taken.value.isWaiting ? 202 : 200, replayed: taken.value.replayed });
    },
  });

  route(app, {
    method: "get",
    path: `${PATH}/requests/{request}`,
    tag: TAG,
    summary: "What a cash-out that waits, or waited, has come to",
    auth: "player",
    params: cashOutRequestParams,
    answer: cashOutRequest,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const request = await readCashOutRequest(ctx, params.id, params.request);
      return request.ok ? ok({ body: request.value }) : request;
    },
  });
}

function addRules(app: Api): void {
  route(app, {
    method: "get",
    path: RULE_PATH,
    tag: TAG,
    summary: "The bet's rule that cashes it out by itself, and those that it had",
    auth: "player",
    params: betParams,
    answer: cashOutRules,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const rules = await readCashOutRules(ctx, params.id);
      return rules.ok ? ok({ body: rules.value }) : rules;
    },
  });

  route(app, {
    method: "put",
    path: RULE_PATH,
    tag: TAG,
    summary: "Cash out a part of the bet by itself as soon as that brings so much",
    auth: "player",
    params: betParams,
    body: cashOutRuleBody,
    answer: cashOutRule,
    statuses: [200],
    errors: ["NOT_FOUND", "INVALID_AMOUNT", "CASH_OUT_CLOSED", "AMOUNT_TOO_LOW", "AMOUNT_TOO_HIGH", "WALLET_FROZEN"],
    handle: async ({ ctx, params, body }) => {
      const rule = await setCashOutRule(ctx, params.id, body);
      return rule.ok ? ok({ body: rule.value }) : rule;
    },
  });

  route(app, {
    method: "delete",
    path: RULE_PATH,
    tag: TAG,
    summary: "End the bet's rule",
    auth: "player",
    params: betParams,
    answer: z.null(),
    statuses: [204],
    errors: ["NOT_FOUND", "WALLET_FROZEN"],
    handle: async ({ ctx, params }) => {
      const removed = await removeCashOutRule(ctx, params.id);
      return removed.ok ? ok({ body: null }) : removed;
    },
  });
}
