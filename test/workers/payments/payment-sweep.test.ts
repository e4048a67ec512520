/** The sweep: a callback that is stored but whose queue message was lost is applied after all. */
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../../shared/kernel/time.ts";
import { savePaymentIntent } from "../../../workers/adapters/d1/payment-intents.ts";
import { storeCallback } from "../../../workers/adapters/d1/provider-callbacks.ts";
import { sweepPayments } from "../../../workers/scheduled/payment-sweep.ts";
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
const intentSerial = (index: number) => `0${"STUCK".padEnd(20, "0")}${String(index).padStart(5, "0")}`;
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

it("intents that nothing moves do not keep the one behind them from being asked", async () => {
  const quietSinceMs = Date.UTC(2020, 2, 1);
  const columns = { version: 1, kind: "deposit", country: "KE", method: "mpesa", status: "PENDING", amountMinor: 1, taxMinor: 0 } as const;
  const stuck = Array.from({ length: 55 }, (_, index) => `dep_${intentSerial(index)}`);
  for (const [index, intentId] of stuck.entries())
    await savePaymentIntent(env.DB_KE, { ...columns, intentId, userId: "none", createdAtMs: 0, updatedAtMs: quietSinceMs + (index % 3) });
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId } = await player.started("deposit", 10_000);
  await mPesa.phonesAct();
  const own = { ...columns, intentId, userId: player.userId, createdAtMs: 0, version: 1_000 };
  await savePaymentIntent(env.DB_KE, { ...own, updatedAtMs: quietSinceMs + 60_000 });
  for (let runs = 0; runs < 2; runs += 1) await sweepPayments(env, quietSinceMs + 40 * MINUTE_MS);
  expect((await player.read(intentId)).status).toBe("COMPLETED");
  await env.DB_KE.prepare("DELETE FROM payment_intent WHERE updated_at_ms < ?")
    .bind(quietSinceMs + DAY_MS)
    .run();
  await sweepPayments(env, quietSinceMs + 40 * MINUTE_MS);
  expect(await env.DB_KE.prepare("SELECT position FROM recon_cursor WHERE job = 'quiet_intents'").first("position")).toBe("");
});
