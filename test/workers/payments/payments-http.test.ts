/** Deposits and withdrawals over HTTP: what a player may ask for, what is answered, and what nobody else gets to see. */
import { exports } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { call, errorOf, Player } from "../identity/player.ts";
import { Providers } from "../identity/providers.ts";
import { MPesa } from "./m-pesa.ts";

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const DEPOSIT = "/api/v1/payments/deposit";
const WITHDRAW = "/api/v1/payments/withdraw";

let mPesa: MPesa;
let player: Player;
let other: Player;
let unverified: Player;

beforeAll(async () => {
  const providers = new Providers();
  [player, other, unverified] = [await Player.confirmed(providers), await Player.confirmed(providers), await Player.confirmed(providers)];
  for (const each of [player, other]) expect((await each.checkDocument()).body).toMatchObject({ verified: true });
  providers.stop();
  mPesa = new MPesa();
});
afterAll(() => mPesa.restore());

async function paidIn(amount: number): Promise<void> {
  const started = await player.send("POST", DEPOSIT, { amount });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await mPesa.phonesAct();
  const path = `/api/v1/payments/deposits/${String(started.body.deposit_id)}`;
  await expect.poll(async () => (await player.get(path)).body.status, { timeout: 10_000 }).toBe("COMPLETED");
}

async function balance(): Promise<unknown> {
  const { balance: cash, held } = (await player.get("/api/v1/users/me/wallet")).body;
  return { cash, held };
}

it("a deposit is answered 202 with the prompt's id, and read until it is completed with its tax line", async () => {
  const started = await player.send("POST", DEPOSIT, { phone_number: `0${player.phone.slice(4)}`, amount: 100 });
  expect(started.status).toBe(202);
  expect(started.body).toEqual({
    deposit_id: expect.stringMatching(/^dep_/),
    checkout_request_id: expect.stringMatching(/^ws_CO_/),
    status: "PENDING",
    amount: 100,
    message: "STK Push sent. Please enter M-Pesa PIN on your phone.",
  });
  await mPesa.phonesAct();
  const path = `/api/v1/payments/deposits/${String(started.body.deposit_id)}`;
  await expect.poll(async () => (await player.get(path)).body.status, { timeout: 10_000 }).toBe("COMPLETED");
  expect((await player.get(path)).body).toMatchObject({
    deposit_id: started.body.deposit_id,
    checkout_request_id: started.body.checkout_request_id,
    method: "mpesa",
    currency: "KES",
    amount: 100,
    net_amount: 95,
    tax_lines: [{ code: "excise", rate_percent: 5, base: 100, amount: 5 }],
    failure: null,
  });
});

it("a withdrawal is answered with its taxes and pays the net", async () => {
  await paidIn(200);
  const started = await player.send("POST", WITHDRAW, { amount: 190 });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  expect(started.body).toMatchObject({
    transaction_id: started.body.withdrawal_id,
    status: "PENDING",
    gross_amount: 189.47,
    net_amount: 180,
    tax: { total: 9.47, lines: [{ code: "wht", base: 189.47, amount: 9.47 }] },
    estimated_time: "60 seconds",
  });
  await mPesa.phonesAct();
  const path = `/api/v1/payments/withdrawals/${String(started.body.withdrawal_id)}`;
  await expect.poll(async () => (await player.get(path)).body.status, { timeout: 10_000 }).toBe("COMPLETED");
  expect((await player.get(path)).body).toMatchObject({ amount: 189.47, gross_amount: 189.47, net_amount: 180, failure: null });
});

it.each([
  [{ amount: 100, phone_number: "0711000000" }, 400, "VALIDATION_FAILED"],
  [{ amount: 100, phone_number: "+2348031234567" }, 400, "VALIDATION_FAILED"],
  [{ amount: 100, phone_number: "hello" }, 400, "VALIDATION_FAILED"],
  [{ amount: 100.5 }, 400, "INVALID_AMOUNT"],
  [{ amount: -5 }, 400, "INVALID_AMOUNT"],
  [{ amount: "1e3" }, 400, "INVALID_AMOUNT"],
  [{ amount: 5 }, 400, "AMOUNT_TOO_LOW"],
  [{ amount: 250_001 }, 400, "AMOUNT_TOO_HIGH"],
  [{ amount: 100, method: "flutterwave_card" }, 400, "PAYMENT_METHOD_UNAVAILABLE"],
])("a deposit of %j is refused, and nobody is called", async (body, status, code) => {
  const [before, calls] = [await balance(), mPesa.askedToMove];
  const reply = await player.send("POST", DEPOSIT, body);
  expect([reply.status, errorOf(reply).code]).toEqual([status, code]);
  expect(mPesa.askedToMove).toBe(calls);
  expect(await balance()).toEqual(before);
});

it.each([
  [{ amount: 100_000 }, 400, "INSUFFICIENT_BALANCE"],
  [{ amount: 60, phone_number: "0711000000" }, 400, "VALIDATION_FAILED"],
  [{ amount: 10 }, 400, "AMOUNT_TOO_LOW"],
  [{ amount: "12.345" }, 400, "INVALID_AMOUNT"],
])("a withdrawal of %j is refused, and nobody is called", async (body, status, code) => {
  const [before, calls] = [await balance(), mPesa.askedToMove];
  const reply = await player.send("POST", WITHDRAW, body);
  expect([reply.status, errorOf(reply).code]).toEqual([status, code]);
  expect(mPesa.askedToMove).toBe(calls);
  expect(await balance()).toEqual(before);
});

it("a method that this country lacks names those it has", async () => {
  const reply = await player.send("POST", DEPOSIT, { amount: 100, method: "cheque" });
  expect(errorOf(reply).details).toEqual({ methods: ["mpesa"] });
});

it("before the identity is verified no deposit is taken", async () => {
  const calls = mPesa.askedToMove;
  const reply = await unverified.send("POST", DEPOSIT, { amount: 100 });
  expect([reply.status, errorOf(reply).code]).toEqual([403, "USER_NOT_VERIFIED"]);
  expect(mPesa.askedToMove).toBe(calls);
});

it("without a login nothing is answered", async () => {
  for (const path of [DEPOSIT, WITHDRAW]) expect((await call("POST", path, { amount: 100 })).status).toBe(401);
  expect((await call("GET", "/api/v1/payments/deposits/dep_00000000000000000000000000")).status).toBe(401);
});

it("a repeat under the same key gets the first answer, another body under it a conflict", async () => {
  const key = { "Idempotency-Key": crypto.randomUUID() };
  const first = await other.send("POST", DEPOSIT, { amount: 100 }, key);
  const calls = mPesa.askedToMove;
  const second = await other.send("POST", DEPOSIT, { amount: "100.00" }, key);
  expect(second.body).toEqual(first.body);
  expect([first.headers.get("Idempotent-Replayed"), second.headers.get("Idempotent-Replayed")]).toEqual([null, "true"]);
  const third = await other.send("POST", DEPOSIT, { amount: 200 }, key);
  expect([third.status, errorOf(third).code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  expect(mPesa.askedToMove).toBe(calls);
});

it("from another tenant's country money can leave but not come in", async () => {
  await paidIn(200);
  const abroad = { "X-Dev-Country": "NG" };
  const deposit = await player.send("POST", DEPOSIT, { amount: 100 }, abroad);
  expect([deposit.status, errorOf(deposit).code]).toEqual([451, "GEO_BLOCKED"]);
  expect((await player.send("POST", WITHDRAW, { amount: 60 }, abroad)).status).toBe(202);
  await mPesa.phonesAct();
});

it("another player's payment looks like one that does not exist", async () => {
  const started = await player.send("POST", DEPOSIT, { amount: 100 });
  await mPesa.phonesAct();
  const path = `/api/v1/payments/deposits/${String(started.body.deposit_id)}`;
  const foreign = await other.get(path);
  const missing = await other.get("/api/v1/payments/deposits/dep_00000000000000000000000000");
  expect([foreign.status, missing.status]).toEqual([404, 404]);
  expect(errorOf(foreign)).toEqual(errorOf(missing));
  expect((await other.get("/api/v1/payments/deposits/..%2f")).status).toBe(404);
  expect((await player.get(path.replace("deposits", "withdrawals"))).status).toBe(404);
});

it("lists how money can be moved", async () => {
  expect((await player.get("/api/v1/payments/deposit-methods")).body).toEqual({
    methods: [
      {
        method: "mpesa",
        currency: "KES",
        available: true,
        deposit: { min: 10, max: 250_000 },
        withdrawal: { min: 50, max: 250_000 },
        unit: 1,
      },
    ],
  });
});

it.each(["/api/mpesa/callback", "/api/v1/payments/mpesa/callback"])(
  "%s is open to any country and any token, and what lies beside it is not",
  async (path) => {
    const post = (address: string) =>
      exports.default.fetch(`http://mkeka.test${address}`, {
        method: "POST",
        body: "{}",
        headers: { "X-Dev-Country": "US", Authorization: "Bearer of-the-provider" },
      });
    expect((await post(path)).status).toBe(400);
    for (const other of [
      "/healthy",
      "//api/mpesa/callback",
      "/api/v1/payments/deposit",
      "/cb/..%2fapi/v1/bets",
      "/cb/%2e%2e/api/v1/bets",
    ]) {
      expect([404, 451], other).toContain((await post(other)).status);
    }
    expect((await post("/healthy")).status).toBe(451);
    expect((await post("/cb/%2e%2e/api/v1/bets")).status).toBe(451);
  },
);
