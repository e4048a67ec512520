/** Cash-out of the player's own bets. */
import { ok } from "../../../shared/kernel/result.ts";
import { betParams } from "../../../shared/protocol/http/bets.ts";
import { cashOutBody, cashOutQuery, cashOutResult, cashOutState } from "../../../shared/protocol/http/cash-out.ts";
import { readCashOut, takeCashOut } from "../../services/bets/cash-out.ts";
import { type Api, route } from "../api.ts";

const TAG = "Sportsbook";
const PATH = "/api/v1/bets/{id}/cash-out";

export function addCashOutRoutes(app: Api): void {
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
    summary: "Take a cash-out offer",
    auth: "player",
    idempotent: true,
    params: betParams,
    body: cashOutBody,
    answer: cashOutResult,
    statuses: [200],
    errors: [
      "NOT_FOUND",
      "INVALID_AMOUNT",
      "CASH_OUT_CLOSED",
      "CASH_OUT_SUSPENDED",
      "CASH_OUT_CHANGED",
      "AMOUNT_TOO_LOW",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
    ],
    handle: async ({ ctx, params, body, idempotencyKey }) => takeCashOut(ctx, { betId: params.id, request: body, idempotencyKey }),
  });
}
