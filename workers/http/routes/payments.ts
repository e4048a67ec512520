/**
 * Deposits and withdrawals, and the addresses that the money provider calls. The latter answer in the provider's own shape, so they
 * are plain handlers: stored means acknowledged, and nothing of a player is ever told there.
 */
import { bodyLimit } from "hono/body-limit";
import type * as z from "zod";
import { CALLBACK_BODY_BYTES_MAX } from "../../../shared/kernel/limits.ts";
import { ok } from "../../../shared/kernel/result.ts";
import {
  depositBody,
  depositOut,
  depositParams,
  paymentMethodsOut,
  startedDeposit,
  startedWithdrawal,
  withdrawalOut,
  withdrawalParams,
  withdrawBody,
} from "../../../shared/protocol/http/payments.ts";
import { listPaymentMethods } from "../../services/payments/list-payment-methods.ts";
import {
  presentDeposit,
  presentStartedDeposit,
  presentStartedWithdrawal,
  presentWithdrawal,
} from "../../services/payments/present-payment.ts";
import { readPayment } from "../../services/payments/read-payment.ts";
import { receiveCallback, receivePlainCallback } from "../../services/payments/receive-callback.ts";
import { startDeposit } from "../../services/payments/start-deposit.ts";
import { startWithdrawal } from "../../services/payments/start-withdrawal.ts";
import { type Api, type AppContext, errorResponse, route } from "../api.ts";

const TAG = "Payments";

/** The seed's addresses, by what is sent to them. */
const PLAIN_ADDRESSES = [
  ["/api/mpesa/callback", "stk"],
  ["/api/mpesa/stk-callback", "stk"],
  ["/api/v1/payments/mpesa/callback", "stk"],
  ["/api/mpesa/b2c-result", "b2c_result"],
  ["/api/mpesa/timeout", "b2c_timeout"],
  ["/api/mpesa/b2c-timeout", "b2c_timeout"],
] as const;

export function addPaymentRoutes(app: Api): void {
  addDeposits(app);
  addWithdrawals(app);
  route(app, {
    method: "get",
    path: "/api/v1/payments/deposit-methods",
    tag: TAG,
    summary: "How money can be moved in your country",
    auth: "player",
    answer: paymentMethodsOut,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const listed = listPaymentMethods(ctx);
      return listed.ok ? ok({ body: listed.value }) : listed;
    },
  });
  addCallbacks(app);
}

function addDeposits(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/payments/deposit",
    tag: TAG,
    summary: "Pay in: sends a prompt to your phone",
    auth: "player",
    idempotent: true,
    body: depositBody,
    answer: startedDeposit,
    statuses: [202],
    errors: [
      "INVALID_AMOUNT",
      "AMOUNT_TOO_LOW",
      "AMOUNT_TOO_HIGH",
      "PAYMENT_METHOD_UNAVAILABLE",
      "PHONE_NOT_VERIFIED",
      "USER_NOT_VERIFIED",
      "SELF_EXCLUDED",
      "LIMIT_REACHED",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
      "PROVIDER_REFUSED",
    ],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const started = await startDeposit(ctx, { request: body, idempotencyKey });
      return started.ok ? ok({ body: presentStartedDeposit(started.value.intent), replayed: started.value.replayed }) : started;
    },
  });
  addRead(app, "deposits", "One of your deposits", depositParams, depositOut, presentDeposit);
}

function addWithdrawals(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/payments/withdraw",
    tag: TAG,
    summary: "Pay out to your phone",
    auth: "player",
    idempotent: true,
    body: withdrawBody,
    answer: startedWithdrawal,
    statuses: [202],
    errors: [
      "INVALID_AMOUNT",
      "AMOUNT_TOO_LOW",
      "AMOUNT_TOO_HIGH",
      "INSUFFICIENT_BALANCE",
      "PAYMENT_METHOD_UNAVAILABLE",
      "PHONE_NOT_VERIFIED",
      "USER_NOT_VERIFIED",
      "WALLET_FROZEN",
      "IDEMPOTENCY_CONFLICT",
      "PROVIDER_REFUSED",
    ],
    handle: async ({ ctx, body, idempotencyKey }) => {
      const started = await startWithdrawal(ctx, { request: body, idempotencyKey });
      return started.ok ? ok({ body: presentStartedWithdrawal(started.value.intent), replayed: started.value.replayed }) : started;
    },
  });
  addRead(app, "withdrawals", "One of your withdrawals", withdrawalParams, withdrawalOut, presentWithdrawal);
}

function addRead<O extends z.ZodType>(
  app: Api,
  list: "deposits" | "withdrawals",
  summary: string,
  params: typeof depositParams,
  answer: O,
  present: (intent: Parameters<typeof presentDeposit>[0]) => z.input<O>,
): void {
  route(app, {
    method: "get",
    path: `/api/v1/payments/${list}/{id}`,
    tag: TAG,
    summary,
    auth: "player",
    params,
    answer,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params: { id } }) => {
      const read = await readPayment(ctx, id);
      return read.ok ? ok({ body: present(read.value) }) : read;
    },
  });
}

function addCallbacks(app: Api): void {
  app.post("/cb/:kind/:country/:intent/:secret", smallBody, async (c) => {
    const { kind, country, intent, secret } = c.req.param();
    const taken = await receiveCallback(c.get("ctx"), { kind, country, intentHex: intent, secret }, await c.req.text());
    return taken.ok ? acknowledged(c) : errorResponse(c, taken.error);
  });
  for (const [path, kind] of PLAIN_ADDRESSES) {
    app.post(path, smallBody, async (c) => {
      const taken = await receivePlainCallback(c.get("ctx"), kind, await c.req.text());
      if (taken.ok) return acknowledged(c);
      if (taken.error.code !== "VALIDATION_FAILED") return errorResponse(c, taken.error);
      const missing = kind === "stk" ? "CheckoutRequestID" : "ConversationID";
      return c.json({ ResultCode: 1, ResultDesc: `missing ${missing}` }, 400);
    });
  }
}

/** Stops reading at the limit, whether or not the body's length was announced. */
const smallBody = bodyLimit({
  maxSize: CALLBACK_BODY_BYTES_MAX,
  onError: (c) => errorResponse(c as AppContext, { code: "BODY_TOO_LARGE" }),
});

function acknowledged(c: AppContext): Response {
  return c.json({ ResultCode: 0, ResultDesc: "Accepted" }, 200);
}
