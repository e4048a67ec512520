/** The sweep: a callback that is stored but whose queue message was lost is applied after all. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import { storeCallback } from "../../../workers/adapters/d1/provider-callbacks.ts";
import { runScheduled } from "../../../workers/scheduled/run.ts";
import { MPesa } from "./m-pesa.ts";
import { TestPlayer } from "./player.ts";

vi.setConfig({ testTimeout: 20_000 });

let mPesa: MPesa;
beforeAll(() => {
  mPesa = new MPesa();
});
afterAll(() => mPesa.restore());

const sweep = (atMs: number) => runScheduled({ scheduledTime: atMs, cron: "*/5 * * * *", noRetry: () => {} }, env);
const resultOf = (callbackId: string) =>
  env.DB_KE.prepare("SELECT result FROM provider_callback WHERE callback_id = ?").bind(callbackId).first("result");

it("a stored callback that never reached the queue credits its deposit, once", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { stk: "silent" });
  const { intentId, providerReference } = await player.started("deposit", 10_000);
  const items = [
    { Name: "Amount", Value: 100 },
    { Name: "MpesaReceiptNumber", Value: `LOST${intentId.slice(-6)}` },
  ];
  const stkCallback = { CheckoutRequestID: providerReference, ResultCode: 0, CallbackMetadata: { Item: items } };
  const callbackId = `cbk_${intentId.slice(-26)}`;
  await storeCallback(env.DB_KE, {
    callbackId,
    provider: "daraja",
    kind: "stk",
    intentId,
    body: JSON.stringify({ Body: { stkCallback } }),
    receivedAtMs: Date.now(),
  });
  await sweep(Date.now());
  expect(await resultOf(callbackId)).toBeNull();
  await sweep(Date.now() + 2 * MINUTE_MS);
  await player.becomes(intentId, "COMPLETED");
  await expect.poll(() => resultOf(callbackId), { timeout: 5_000 }).toBe("COMPLETED");
  await sweep(Date.now() + 2 * MINUTE_MS);
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});
