/** The simulated provider keeps the real one's rules, so that a client which passes here is right on the wire. */
import { beforeEach, describe, expect, it } from "vitest";
import { unixMs } from "../../shared/kernel/time.ts";
import { darajaPassword, darajaTimestamp } from "../../shared/payments/daraja/clock.ts";
import type { Simulator } from "../simulator.ts";
import { createDaraja } from "./daraja.ts";

const SETTINGS = {
  MPESA_CONSUMER_KEY: "key",
  MPESA_CONSUMER_SECRET: "secret",
  MPESA_SHORTCODE: "174379",
  MPESA_PASSKEY: "passkey",
  MPESA_B2C_SHORTCODE: "600992",
  MPESA_INITIATOR_NAME: "testapi",
};
const NOW = Date.parse("2026-11-22T10:00:00Z");
const BASE = "http://127.0.0.1:8788";
const PUSH = "/daraja/mpesa/stkpush/v1/processrequest";
const PAYOUT = "/daraja/mpesa/b2c/v3/paymentrequest";

type Json = Record<string, unknown>;

let simulator: Simulator;
let posts: { url: string; text: string }[];
let later: (() => Promise<void>)[];
let token: string;

beforeEach(async () => {
  posts = [];
  later = [];
  simulator = createDaraja(
    { platformUrl: "http://127.0.0.1:8787", environment: SETTINGS },
    {
      now: () => NOW,
      after: (_delayMs, work) => void later.push(work),
      post: async (url, text) => void posts.push({ url, text }),
      stop: () => {},
    },
  );
  token = await newToken();
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  const url = new URL(`${BASE}${path}`);
  const request = new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const response = await simulator.handle(request, url);
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as Json) : { text } };
}

const call = (path: string, body: unknown, bearer = token) => ask("POST", path, body, { Authorization: `Bearer ${bearer}` });

async function newToken(): Promise<string> {
  const headers = { Authorization: `Basic ${btoa("key:secret")}` };
  return String((await ask("GET", "/daraja/oauth/v1/generate?grant_type=client_credentials", undefined, headers)).body.access_token);
}

async function phonesAct(): Promise<void> {
  for (const work of later.splice(0)) await work();
}

function push(change: Json = {}): Json {
  const timestamp = darajaTimestamp(unixMs(NOW));
  return {
    BusinessShortCode: "174379",
    Password: darajaPassword("174379", "passkey", timestamp),
    Timestamp: timestamp,
    TransactionType: "CustomerPayBillOnline",
    Amount: 100,
    PartyA: "254712345678",
    PartyB: "174379",
    PhoneNumber: "254712345678",
    CallBackURL: "http://127.0.0.1:8787/cb/d/KE/00/11",
    AccountReference: "ABCDEF123456",
    TransactionDesc: "Mkeka deposit",
    ...change,
  };
}

function payout(change: Json = {}): Json {
  return {
    OriginatorConversationID: "wdr_1",
    InitiatorName: "testapi",
    SecurityCredential: Buffer.alloc(256, 7).toString("base64"),
    CommandID: "BusinessPayment",
    Amount: 180,
    PartyA: "600992",
    PartyB: "254712345678",
    Remarks: "Mkeka withdrawal",
    QueueTimeOutURL: "http://127.0.0.1:8787/cb/wt/KE/00/11",
    ResultURL: "http://127.0.0.1:8787/cb/w/KE/00/11",
    Occassion: "x",
    ...change,
  };
}

describe("the token", () => {
  it("ends when a new one is made", async () => {
    const old = token;
    await newToken();
    expect(await call(PUSH, push(), old)).toMatchObject({ status: 404, body: { errorCode: "404.001.03" } });
  });

  it("is not given for wrong credentials", async () => {
    const headers = { Authorization: `Basic ${btoa("key:wrong")}` };
    expect((await ask("GET", "/daraja/oauth/v1/generate?grant_type=client_credentials", undefined, headers)).body.errorCode).toBe(
      "400.008.01",
    );
  });
});

describe("a push", () => {
  it.each([
    ["Timestamp", "20261122100000", "Timestamp"],
    ["Amount", 100.5, "Amount"],
    ["Amount", "1e2", "Amount"],
    ["Amount", 0, "Amount"],
    ["Amount", 250_001, "Amount"],
    ["PhoneNumber", "+254712345678", "PhoneNumber"],
    ["PartyA", "0712345678", "PartyA"],
    ["CallBackURL", "https://x.example/api/MPesa/callback", "CallBackURL"],
    ["CallBackURL", "https://x.example/cb/dep_EXE", "CallBackURL"],
    ["AccountReference", "1234567890123", "AccountReference"],
    ["TransactionDesc", "", "Remarks"],
    ["TransactionDesc", "fourteen chars", "Remarks"],
  ])("with %s = %j is refused for its %s", async (field, value, named) => {
    const answer = await call(PUSH, push({ [field]: value }));
    expect(answer).toMatchObject({ status: 400, body: { errorCode: "400.002.02", errorMessage: `Bad Request - Invalid ${named}` } });
  });

  it("with a password of another time is refused", async () => {
    expect(await call(PUSH, push({ Password: "x" }))).toMatchObject({ status: 500, body: { errorMessage: "Wrong credentials" } });
  });

  it("to a phone with an open prompt is refused", async () => {
    expect((await call(PUSH, push())).status).toBe(200);
    expect((await call(PUSH, push())).body.errorMessage).toMatch(/Unable to lock subscriber/);
    await phonesAct();
    expect((await call(PUSH, push())).status).toBe(200);
  });

  it("that is approved moves the money once and tells of it with a Balance that has no value", async () => {
    const { body } = await call(PUSH, push());
    await phonesAct();
    expect(posts).toHaveLength(1);
    const stk = JSON.parse(posts[0]?.text ?? "") as { Body: { stkCallback: { ResultCode: number; CallbackMetadata: { Item: Json[] } } } };
    expect(stk.Body.stkCallback).toMatchObject({ CheckoutRequestID: body.CheckoutRequestID, ResultCode: 0 });
    expect(stk.Body.stkCallback.CallbackMetadata.Item).toContainEqual({ Name: "Balance" });
    expect((await ask("GET", "/sim/daraja/ledger?msisdn=254712345678")).body).toMatchObject({ total_in: 100, total_out: 0 });
  });
});

it("prompts can be answered by a person, once", async () => {
  await ask("POST", "/sim/daraja/behaviour", { msisdn: "254712345678", stk: "manual" });
  const { body } = await call(PUSH, push());
  const id = String(body.CheckoutRequestID);
  expect((await ask("GET", "/sim/daraja/prompts?msisdn=254712345678")).body.prompts).toMatchObject([
    { checkout_request_id: id, amount: 100 },
  ]);
  expect((await ask("POST", `/sim/daraja/prompts/${id}`, { action: "cancel" })).status).toBe(200);
  expect((await ask("POST", `/sim/daraja/prompts/${id}`, { action: "approve" })).status).toBe(409);
  expect((await ask("GET", "/sim/daraja/prompts?msisdn=254712345678")).body.prompts).toEqual([]);
  expect(posts[0]?.text).toContain('"ResultCode":1032');
});

it("a query says not yet in both ways, then how it ended", async () => {
  const { body } = await call(PUSH, push());
  const { BusinessShortCode, Password, Timestamp } = push();
  const query = () =>
    call("/daraja/mpesa/stkpushquery/v1/query", { BusinessShortCode, Password, Timestamp, CheckoutRequestID: body.CheckoutRequestID });
  expect((await query()).body).toMatchObject({ ResultCode: "4999" });
  expect(await query()).toMatchObject({
    status: 500,
    body: { errorCode: "500.001.1001", errorMessage: "The transaction is being processed" },
  });
  await phonesAct();
  expect((await query()).body).toMatchObject({ ResponseCode: "0", ResultCode: "0" });
});

it("a payout's id is taken once: a repeat pays nothing", async () => {
  expect(await call(PAYOUT, payout())).toMatchObject({ status: 200, body: { OriginatorConversationID: "wdr_1", ResponseCode: "0" } });
  expect(await call(PAYOUT, payout())).toMatchObject({ status: 500, body: { errorCode: "500.002.1001" } });
  await phonesAct();
  expect((await ask("GET", "/sim/daraja/ledger")).body).toMatchObject({
    total_out: 180,
    movements: [{ direction: "out", reference: "wdr_1" }],
  });
});

it.each([
  ["Amount", 9],
  ["Amount", 180.5],
  ["PartyB", "0712345678"],
  ["SecurityCredential", "short"],
  ["Remarks", "x"],
])("a payout with %s = %j is refused", async (field, value) => {
  expect((await call(PAYOUT, payout({ [field]: value }))).body.errorMessage).toBe(`Bad Request - Invalid ${field}`);
});

it("a statement has what phones paid and nothing else, page by page, in lists within lists", async () => {
  const question = { ShortCode: "174379", StartDate: "2026-11-22 12:00:00", EndDate: "2026-11-22 14:00:00", OffSetValue: "0" };
  const pull = (change: Json = {}) => call("/daraja/pulltransactions/v1/query", { ...question, ...change });
  expect((await pull()).body).toMatchObject({ ResponseCode: "1001", Response: [[]] });
  await call(PUSH, push());
  await call(PAYOUT, payout());
  await phonesAct();
  const { body } = await pull();
  const [lines] = body.Response as [Json[]];
  expect(body.ResponseCode).toBe("1000");
  expect(lines).toMatchObject([{ trxDate: "2026-11-22T10:00:00Z", msisdn: 712345678, transactiontype: "c2b-pay-bill-debit" }]);
  expect((await pull({ OffSetValue: "1" })).body).toMatchObject({ ResponseCode: "1001" });
  expect((await pull({ EndDate: "2026-11-22 12:59:00" })).body).toMatchObject({ ResponseCode: "1001" });
  expect((await pull({ StartDate: "today" })).body.errorMessage).toBe("Bad Request - Invalid StartDate");
});

it("a shortcode is registered for statements once, and saying so again does no harm", async () => {
  const register = () =>
    call("/daraja/pulltransactions/v1/register", {
      ShortCode: "174379",
      RequestType: "Pull",
      NominatedNumber: "0722000000",
      CallBackURL: "http://127.0.0.1:8787",
    });
  expect((await register()).body).toMatchObject({ ResponseStatus: "1000" });
  expect((await register()).body).toMatchObject({ ResponseStatus: "1001" });
});

it("an unknown behaviour is refused and changes nothing", async () => {
  expect((await ask("POST", "/sim/daraja/behaviour", { msisdn: "254712345678", stk: "explode" })).status).toBe(400);
  expect((await ask("POST", "/sim/daraja/behaviour", { msisdn: "0712345678" })).status).toBe(400);
});
