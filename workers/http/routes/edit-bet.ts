/** Editing the player's own bets: a quote, and its confirmation. */
import { ok } from "../../../shared/kernel/result.ts";
import { betParams } from "../../../shared/protocol/http/bets.ts";
import { confirmEditBody, editBody, editedBet, editQuote } from "../../../shared/protocol/http/edit-bet.ts";
import { confirmEdit, quoteEdit } from "../../services/bets/edit-bet.ts";
import { type Api, route } from "../api.ts";

const TAG = "Bets";
const PATH = "/api/v1/bets/{id}/edit";
const SLIP_ERRORS = ["NOT_FOUND", "INVALID_AMOUNT", "INVALID_BET", "CORRELATED_SELECTIONS", "MARKET_CLOSED", "MARKET_SUSPENDED"] as const;
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
    summary: "Close a bet for its quoted value and stake that on another one",
    auth: "player",
    idempotent: true,
    params: betParams,
    body: confirmEditBody,
    answer: editedBet,
    statuses: [201],
    errors: [
      ...SLIP_ERRORS,
      ...VALUE_ERRORS,
      "EDIT_CHANGED",
      "STAKE_TOO_LOW",
      "STAKE_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "USER_NOT_VERIFIED",
      "SELF_EXCLUDED",
      "WALLET_FROZEN",
      "OFFER_EXPIRED",
      "IDEMPOTENCY_CONFLICT",
    ],
    handle: async ({ ctx, params, body, idempotencyKey }) => confirmEdit(ctx, { betId: params.id, request: body, idempotencyKey }),
  });
}
