/** Editing the player's own bets: a quote, and its confirmation. */
import * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { betParams } from "../../../shared/protocol/http/bets.ts";
import { cashOutRequestParams } from "../../../shared/protocol/http/cash-out.ts";
import { confirmEditBody, editBody, editedBet, editQuote, editRequest } from "../../../shared/protocol/http/edit-bet.ts";
import { confirmEdit, quoteEdit, readEditRequest } from "../../services/bets/edit-bet.ts";
import { type Api, route } from "../api.ts";

const TAG = "Bets";
const PATH = "/api/v1/bets/{id}/edit";
const SLIP_ERRORS = ["NOT_FOUND", "INVALID_AMOUNT", "INVALID_BET", "CORRELATED_SELECTIONS", "MARKET_CLOSED", "MARKET_SUSPENDED"] as const;
/** Made (201), or waiting for the delay of a running match (202). */
const madeOrWaiting = z.union([editedBet, editRequest]);
const VALUE_ERRORS = ["EDIT_CLOSED", "CASH_OUT_SUSPENDED"] as const;

export function addEditRoutes(app: Api): void {
  route(app, {
    method: "post",
    path: `${PATH}/quote`,
    tag: TAG,
    summary: "What a bet brings and what another one made of it would be; moves nothing",
    auth: "player",
    params: betParams,
    body: editBody,
    answer: editQuote,
    statuses: [200],
    errors: [...SLIP_ERRORS, ...VALUE_ERRORS],
    handle: async ({ ctx, params, body }) => {
      const quote = await quoteEdit(ctx, params.id, body);
      return quote.ok ? ok({ body: quote.value }) : quote;
    },
  });

  route(app, {
    method: "post",
    path: PATH,
    tag: TAG,
    summary: "Close a bet for its quoted value and stake that on another one; while a match of either runs it waits for its delay",
    auth: "player",
    idempotent: true,
    params: betParams,
    body: confirmEditBody,
    answer: madeOrWaiting,
    statuses: [201, 202],
    errors: [
      ...SLIP_ERRORS,
      ...VALUE_ERRORS,
      "EDIT_CHANGED",
      "CASH_OUT_PENDING",
      "SCORE_CHANGED",
      "STAKE_TOO_LOW",
      "STAKE_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "USER_NOT_VERIFIED",
      "SELF_EXCLUDED",
      "WALLET_FROZEN",
      "OFFER_EXPIRED",
      "IDEMPOTENCY_CONFLICT",
    ],
    handle: async ({ ctx, params, body, idempotencyKey }) => {
      const confirmed = await confirmEdit(ctx, { betId: params.id, request: body, idempotencyKey });
      if (!confirmed.ok) return confirmed;
      const { body: answer, isWaiting, replayed } = confirmed.value;
      return ok({ body: answer, status: isWaiting ? 202 : 201, replayed });
    },
  });

  route(app, {
    method: "get",
    path: `${PATH}/requests/{request}`,
    tag: TAG,
    summary: "What an edit that waits, or waited, has come to",
    auth: "player",
    params: cashOutRequestParams,
    answer: editRequest,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const request = await readEditRequest(ctx, params.id, params.request);
      return request.ok ? ok({ body: request.value }) : request;
    },
  });
}
