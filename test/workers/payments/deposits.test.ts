/** Deposits by M-Pesa: whatever callbacks do, money that arrived is credited once, and money that did not arrive never. */
import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hmacSha256Hex } from "../../../durable-objects/platform/hash.ts";
import { callbackPath } from "../../../shared/payments/callback-address.ts";
import { configOf } from "../../../workers/env.ts";
import { MPesa } from "./m-pesa.ts";
import { alarmAfter, TestPlayer } from "./player.ts";

// Two queues with their batch waits are in some of the paths.
vi.setConfig({ testTimeout: 20_000 });

let mPesa: MPesa;
beforeAll(() => {
  mPesa = new MPesa();
});
afterAll(() => mPesa.restore());

const DEPOSIT = 10_000;

it("a paid prompt credits the deposit less the excise duty, with its tax line", async () => {
  const player = await TestPlayer.verified();
  const { intentId, status, providerReference } = await player.started("deposit", DEPOSIT);
  expect(status).toBe("PENDING");
  expect(providerReference).toMatch(/^ws_CO_/);
  await mPesa.phonesAct();
  const done = await player.becomes(intentId, "COMPLETED");
  expect(done).toMatchObject({ amountMinor: DEPOSIT, netMinor: 9_500, failure: null });
  expect(done.taxLines).toMatchObject([{ code: "excise", baseMinor: DEPOSIT, taxMinor: 500 }]);
  expect(done.receipt).toBe((await mPesa.movements(player.msisdn))[0]?.receipt);
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it("a callback that comes twice, and once more later, credits once", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "twice" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  await mPesa.phonesAct();
  expect((await mPesa.control("POST", `callbacks/${providerReference}/resend`)).status).toBe(200);
  await mPesa.control("POST", `callbacks/${providerReference}/resend`);
  expect((await player.view()).balances.cashMinor).toBe(9_500);
  expect((await player.wallet.statement({ limit: 10, offset: 0 })).total).toBe(1);
});

it("a callback that overtakes the answer to the call credits once", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "before_response" });
  const { intentId } = await player.started("deposit", DEPOSIT);
  const done = await player.becomes(intentId, "COMPLETED");
  expect(done.providerReference).toMatch(/^ws_CO_/);
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it.each([
  ["cancel", "cancelled_by_user"],
  ["wrong_pin", "wrong_pin"],
])("a prompt answered by %s fails the deposit, moves nothing and frees its share of the limits", async (stk, failure) => {
  const player = await TestPlayer.verified();
  await player.wallet.setDepositLimits({ key: "limit", day: DEPOSIT });
  await mPesa.behave(player.msisdn, { stk });
  const { intentId } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  expect(await player.becomes(intentId, "FAILED")).toMatchObject({ failure, receipt: null, netMinor: null });
  expect((await player.view()).balances.cashMinor).toBe(0);
  expect((await player.wallet.statement({ limit: 10, offset: 0 })).total).toBe(0);
  expect((await player.start("deposit", player.command("deposit", DEPOSIT))).ok).toBe(true);
});

it("another amount than asked for is credited to nobody and goes to a person", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { amount_factor: 0.1 });
  const { intentId } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  expect(await player.becomes(intentId, "REVIEW")).toMatchObject({ netMinor: null });
  expect((await player.view()).balances.cashMinor).toBe(0);
});

it("without a callback the query credits, and the callback that comes after all only brings the receipt", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  await alarmAfter(intentId, 16_000);
  expect((await player.read(intentId)).status).toBe("PENDING");
  await mPesa.phonesAct();
  await alarmAfter(intentId, 31_000);
  expect(await player.becomes(intentId, "COMPLETED")).toMatchObject({ receipt: null, netMinor: 9_500 });
  await mPesa.control("POST", `callbacks/${providerReference}/resend`);
  const [movement] = await mPesa.movements(player.msisdn);
  await expect.poll(async () => (await player.read(intentId)).receipt).toBe(movement?.receipt);
  expect((await player.view()).balances.cashMinor).toBe(9_500);
  expect((await player.wallet.statement({ limit: 10, offset: 0 })).total).toBe(1);
});

it("a phone that is said to be out of reach fails only once the query says so too", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { stk: "timeout" });
  const { intentId } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  await player.becomes(intentId, "PENDING_UNKNOWN");
  await alarmAfter(intentId, 6_000);
  expect(await player.becomes(intentId, "FAILED")).toMatchObject({ failure: "phone_unreachable" });
});

it("a lost answer is PENDING_UNKNOWN, is not repeated, and the callback still credits", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { answer: "lost" });
  const before = mPesa.calls.length;
  const { intentId, status, providerReference } = await player.started("deposit", DEPOSIT);
  expect([status, providerReference]).toEqual(["PENDING_UNKNOWN", null]);
  await alarmAfter(intentId, 16_000);
  await alarmAfter(intentId, 31_000);
  expect(mPesa.calls.slice(before).filter((path) => path.endsWith("processrequest"))).toHaveLength(1);
  expect((await player.read(intentId)).status).toBe("PENDING_UNKNOWN");
  await mPesa.phonesAct();
  await player.becomes(intentId, "COMPLETED");
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it("a callback that decides nothing still brings the reference to ask by, when the answer that had it was lost", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { answer: "lost", stk: "timeout" });
  const { intentId } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  await expect.poll(async () => (await player.read(intentId)).providerReference).toMatch(/^ws_CO_/);
  await alarmAfter(intentId, 6_000);
  expect(await player.becomes(intentId, "FAILED")).toMatchObject({ failure: "phone_unreachable" });
});

it("a payment without an answer for a day goes to a person, and a late callback still credits it", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  for (const seconds of [16, 31, 61, 91, 181, 601, 1_801, 86_401]) await alarmAfter(intentId, seconds * 1_000);
  await player.becomes(intentId, "REVIEW");
  await mPesa.phonesAct();
  await mPesa.control("POST", `callbacks/${providerReference}/resend`);
  await player.becomes(intentId, "COMPLETED");
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it("a query that answers with a code nobody knows keeps to its schedule, and the payment stays unknown", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { stk: "silent" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  const strange = () => Response.json({ ResponseCode: "0", CheckoutRequestID: providerReference, ResultCode: "31337", ResultDesc: "?" });
  for (const seconds of [16, 31, 61]) {
    mPesa.answerOnce("/mpesa/stkpushquery/v1/query", strange);
    await alarmAfter(intentId, seconds * 1_000);
    await player.becomes(intentId, "PENDING_UNKNOWN");
  }
  const due = await runInDurableObject(env.PAYMENT_INTENT.getByName(`KE:${intentId}`), (_intent, { storage }) =>
    storage.sql.exec<{ due_at: number }>("SELECT due_at FROM alarm_job WHERE key = 'check'").one(),
  );
  expect(due.due_at - Date.now()).toBeGreaterThan(80_000);
});

it("money that comes after a query said that none would is credited", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  mPesa.answerOnce("/mpesa/stkpushquery/v1/query", () =>
    Response.json({ ResponseCode: "0", CheckoutRequestID: providerReference, ResultCode: "1032", ResultDesc: "Request cancelled by user" }),
  );
  await alarmAfter(intentId, 16_000);
  expect(await player.becomes(intentId, "FAILED")).toMatchObject({ failure: "cancelled_by_user" });
  await mPesa.phonesAct();
  await mPesa.control("POST", `callbacks/${providerReference}/resend`);
  expect(await player.becomes(intentId, "COMPLETED")).toMatchObject({ failure: null, netMinor: 9_500 });
});

it("a request that the provider turns away is refused, and fails for every repeat", async () => {
  const player = await TestPlayer.verified();
  mPesa.answerOnce("/mpesa/stkpush/v1/processrequest", () =>
    Response.json({ requestId: "r", errorCode: "400.002.02", errorMessage: "Bad Request - Invalid PhoneNumber" }, { status: 400 }),
  );
  const command = player.command("deposit", DEPOSIT);
  const refusal = { reason: "provider_refused", failure: "provider_unavailable" };
  expect(await player.start("deposit", command)).toEqual({ ok: false, error: refusal });
  expect(await player.start("deposit", command)).toEqual({ ok: false, error: refusal });
  expect((await player.read(command.intentId)).status).toBe("FAILED");
});

it("a repeat answers what the first request led to and calls nobody; another request under its key is refused", async () => {
  const player = await TestPlayer.verified();
  const command = player.command("deposit", DEPOSIT);
  const [first, second] = await Promise.all([player.start("deposit", command), player.start("deposit", command)]);
  expect(first.ok && second.ok && first.value.intent.providerReference === second.value.intent.providerReference).toBe(true);
  const before = mPesa.askedToMove;
  expect(await player.start("deposit", command)).toMatchObject({ ok: true, value: { replayed: true } });
  expect(await player.start("deposit", { ...command, fingerprint: "other" })).toEqual({
    ok: false,
    error: { reason: "idempotency_key_reused" },
  });
  expect(mPesa.askedToMove).toBe(before);
});

it("what the wallet refuses never reaches the provider", async () => {
  const player = await TestPlayer.verified();
  await player.wallet.setVerified({ key: "unverify", verified: false });
  const before = mPesa.askedToMove;
  const command = player.command("deposit", DEPOSIT);
  expect(await player.start("deposit", command)).toMatchObject({
    ok: false,
    error: { reason: "wallet", refusal: { reason: "not_verified" } },
  });
  expect((await player.read(command.intentId)).status).toBe("FAILED");
  expect(mPesa.askedToMove).toBe(before);
});

it("a deposit into a wallet that was frozen meanwhile is credited once it thaws", async () => {
  const player = await TestPlayer.verified();
  const { intentId } = await player.started("deposit", DEPOSIT);
  await player.wallet.freeze({ key: "freeze", reason: "a test" });
  await mPesa.phonesAct();
  await expect.poll(async () => (await mPesa.movements(player.msisdn)).length).toBe(1);
  await alarmAfter(intentId, 1_000);
  expect((await player.read(intentId)).status).toBe("PENDING");
  await player.wallet.unfreeze({ key: "unfreeze", reason: "a test" });
  await alarmAfter(intentId, 700_000);
  await player.becomes(intentId, "COMPLETED");
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it("a token that another client ended is replaced, and the call repeated once", async () => {
  const player = await TestPlayer.verified();
  const { MPESA_CONSUMER_KEY: key, MPESA_CONSUMER_SECRET: secret } = configOf(env);
  const oauth = "http://127.0.0.1:8788/daraja/oauth/v1/generate?grant_type=client_credentials";
  await fetch(oauth, { headers: { Authorization: `Basic ${btoa(`${key}:${secret}`)}` } });
  const before = mPesa.calls.length;
  expect((await player.started("deposit", DEPOSIT)).status).toBe("PENDING");
  expect(mPesa.calls.slice(before).filter((path) => !path.endsWith("/query"))).toEqual([
    "/mpesa/stkpush/v1/processrequest",
    "/oauth/v1/generate",
    "/mpesa/stkpush/v1/processrequest",
  ]);
});

it("without a token nothing is sent, so the deposit fails at once", async () => {
  const player = await TestPlayer.verified();
  mPesa.answerOnce("/mpesa/stkpush/v1/processrequest", () =>
    Response.json({ errorCode: "404.001.03", errorMessage: "Invalid Access Token" }, { status: 404 }),
  );
  mPesa.answerOnce("/oauth/v1/generate", () => new Response("busy", { status: 503 }));
  const reply = await player.start("deposit", player.command("deposit", DEPOSIT));
  expect(reply).toMatchObject({ ok: false, error: { reason: "provider_refused" } });
});

/** A callback body that says the deposit was paid. */
function paidCallback(reference: string | null, amount: number): string {
  const items = [
    { Name: "Amount", Value: amount },
    { Name: "MpesaReceiptNumber", Value: "FORGED0001" },
  ];
  const stkCallback = {
    MerchantRequestID: "1-1-1",
    CheckoutRequestID: reference,
    ResultCode: 0,
    ResultDesc: "x",
    CallbackMetadata: { Item: items },
  };
  return JSON.stringify({ Body: { stkCallback } });
}

async function storedCallbacks(reference: string | null): Promise<number> {
  const row = await env.DB_KE.prepare("SELECT count(*) AS n FROM provider_callback WHERE body LIKE ?")
    .bind(`%${reference}%`)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

it("a callback with a wrong secret is answered like an unknown address, and nothing of it is kept", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { stk: "silent" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  const right = callbackPath("d", "KE", intentId, configOf(env).CALLBACK_SECRET, hmacSha256Hex);
  const body = paidCallback(providerReference, 100);
  for (const path of [
    right.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
    right.replace("/cb/d/", "/cb/w/"),
    "/cb/d/KE/00/11",
    `/cb/d/XX/${right.split("/").slice(4).join("/")}`,
  ]) {
    const response = await exports.default.fetch(`http://mkeka.test${path}`, { method: "POST", body });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: "NOT_FOUND" } });
  }
  expect(await storedCallbacks(providerReference)).toBe(0);
  expect((await player.read(intentId)).status).toBe("PENDING");
  expect((await player.view()).balances.cashMinor).toBe(0);
});

it("the right address takes anything from anywhere, and answers in the provider's own shape", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { stk: "silent" });
  const { intentId } = await player.started("deposit", DEPOSIT);
  const path = callbackPath("d", "KE", intentId, configOf(env).CALLBACK_SECRET, hmacSha256Hex);
  const response = await exports.default.fetch(`http://mkeka.test${path}`, {
    method: "POST",
    body: "not json",
    headers: { "X-Dev-Country": "US" },
  });
  expect([response.status, await response.json()]).toEqual([200, { ResultCode: 0, ResultDesc: "Accepted" }]);
  expect((await player.read(intentId)).status).toBe("PENDING");
});

it.each(["/api/mpesa/callback", "/api/mpesa/stk-callback", "/api/v1/payments/mpesa/callback"])(
  "a callback at %s is no proof: it only makes us ask, and an unpaid deposit stays unpaid",
  async (path) => {
    const player = await TestPlayer.verified();
    await mPesa.behave(player.msisdn, { stk: "silent" });
    const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
    await projected(providerReference);
    const before = mPesa.calls.length;
    const response = await exports.default.fetch(`http://mkeka.test${path}`, {
      method: "POST",
      body: paidCallback(providerReference, 100),
    });
    expect([response.status, await response.json()]).toEqual([200, { ResultCode: 0, ResultDesc: "Accepted" }]);
    await expect.poll(() => mPesa.calls.slice(before)).toContain("/mpesa/stkpushquery/v1/query");
    expect((await player.read(intentId)).status).toBe("PENDING");
    expect((await player.view()).balances.cashMinor).toBe(0);
  },
);

it("a callback at a plain address for a payment that happened credits it by the query, never by its own words", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  await mPesa.phonesAct();
  await projected(providerReference);
  await exports.default.fetch("http://mkeka.test/api/mpesa/callback", { method: "POST", body: paidCallback(providerReference, 9_999) });
  expect(await player.becomes(intentId, "COMPLETED")).toMatchObject({ netMinor: 9_500, receipt: null });
  expect((await player.view()).balances.cashMinor).toBe(9_500);
});

it("a callback at a plain address makes us ask about a payment that a person was handed, too", async () => {
  const player = await TestPlayer.verified();
  await mPesa.behave(player.msisdn, { callback: "never" });
  const { intentId, providerReference } = await player.started("deposit", DEPOSIT);
  for (const seconds of [16, 31, 61, 91, 181, 601, 1_801, 86_401]) await alarmAfter(intentId, seconds * 1_000);
  await player.becomes(intentId, "REVIEW");
  await mPesa.phonesAct();
  await projected(providerReference);
  const later = Date.now() + 90_000_000;
  const clock = vi.spyOn(Date, "now").mockReturnValue(later);
  await env.PAYMENT_INTENT.getByName(`KE:${intentId}`).check();
  clock.mockRestore();
  expect(await player.read(intentId)).toMatchObject({ status: "COMPLETED", netMinor: 9_500 });
});

it.each(["", "{}", '{"Body":{"stkCallback":{"ResultCode":0}}}', "[]"])(
  "a plain callback without an id (%j) is answered 400 and not kept",
  async (body) => {
    const response = await exports.default.fetch("http://mkeka.test/api/mpesa/stk-callback", { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([400, { ResultCode: 1, ResultDesc: "missing CheckoutRequestID" }]);
  },
);

it("an oversized callback is refused and not kept", async () => {
  const body = paidCallback(`big-${"x".repeat(40_000)}`, 1);
  const response = await exports.default.fetch("http://mkeka.test/api/mpesa/callback", { method: "POST", body });
  expect(response.status).toBe(413);
  // Nor when nobody says how long it is.
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("x".repeat(10_000)));
    },
  });
  const endless = await exports.default.fetch("http://mkeka.test/api/mpesa/callback", { method: "POST", body: stream });
  expect(endless.status).toBe(413);
});

/** Waits until the read model knows the payment. */
async function projected(reference: string | null): Promise<void> {
  const find = () => env.DB_KE.prepare("SELECT 1 FROM payment_intent WHERE provider_reference = ?").bind(reference).first();
  await expect.poll(find, { timeout: 15_000 }).not.toBeNull();
}
