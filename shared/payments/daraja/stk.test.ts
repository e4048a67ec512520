/** What STK answers, callbacks and queries say, over captured messages and their known oddities. */
import { describe, expect, it } from "vitest";
import type { HttpAnswer } from "./http-answer.ts";
import { readStkCallback, readStkPushAnswer, readStkQueryAnswer, stkCallbackReference } from "./stk.ts";

const answered = (status: number, body: Record<string, unknown> | null): HttpAnswer => ({ answered: true, status, body });
const failure = (status: number, errorCode: string, errorMessage: string) => answered(status, { requestId: "r", errorCode, errorMessage });

const LIVE = `{"Body":{"stkCallback":{"MerchantRequestID":"11225-96181251-1","CheckoutRequestID":"ws_CO_1","ResultCode":0,
 "ResultDesc":"The service request is processed successfully.","CallbackMetadata":{"Item":[{"Name":"Amount","Value":1.00},
 {"Name":"MpesaReceiptNumber","Value":"QKH94M1Z11"},{"Name":"Balance"},{"Name":"TransactionDate","Value":20221117155745},
 {"Name":"PhoneNumber","Value":254700000000}]}}}}`;

const callback = (code: unknown, items?: unknown) =>
  JSON.stringify({
    Body: {
      stkCallback: {
        CheckoutRequestID: "ws_CO_1",
        ResultCode: code,
        ResultDesc: "x",
        ...(items === undefined ? {} : { CallbackMetadata: { Item: items } }),
      },
    },
  });

describe("a callback", () => {
  it("of a payment is read by names: a Balance without a value and the order of items don't matter", () => {
    expect(readStkCallback(LIVE)).toEqual({
      source: "callback",
      reference: "ws_CO_1",
      finding: { found: "paid", amountMinor: 100, receipt: "QKH94M1Z11", occurredAtMs: Date.parse("2022-11-17T12:57:45Z") },
    });
    const reversed = [
      { Name: "MpesaReceiptNumber", Value: "R1" },
      { Name: "Amount", Value: "250.00" },
    ];
    expect(readStkCallback(callback("0", reversed))?.finding).toMatchObject({ found: "paid", amountMinor: 25_000, receipt: "R1" });
  });

  it.each([1, "1", "1.0", "1.00"])("with the amount %j is one shilling", (amount) => {
    const items = [
      { Name: "Amount", Value: amount },
      { Name: "MpesaReceiptNumber", Value: "R1" },
    ];
    expect(readStkCallback(callback(0, items))?.finding).toMatchObject({ found: "paid", amountMinor: 100 });
  });

  it.each([
    [[{ Name: "Amount", Value: 1 }]],
    [[{ Name: "MpesaReceiptNumber", Value: "R1" }]],
    [
      [
        { Name: "Amount", Value: "1.005" },
        { Name: "MpesaReceiptNumber", Value: "R1" },
      ],
    ],
    [undefined],
  ])("of a success that lacks its amount or receipt decides nothing", (items) => {
    expect(readStkCallback(callback(0, items))?.finding).toMatchObject({ found: "unclear" });
  });

  it.each([
    [1032, "cancelled_by_user"],
    ["1032", "cancelled_by_user"],
    [2001, "wrong_pin"],
    [1, "insufficient_funds"],
    ["SFC_IC0003", "provider_unavailable"],
  ])("with the code %j says that no money moved: %s", (code, reason) => {
    expect(readStkCallback(callback(code))?.finding).toEqual({ found: "not_paid", failure: reason });
  });

  it.each([1037, 1019, 26, 4999, 7777, "NEW_CODE"])("with the code %j decides nothing", (code) => {
    expect(readStkCallback(callback(code))?.finding).toMatchObject({ found: "unclear" });
  });

  it.each(["", "null", "[]", "{", '{"Body":{}}', '{"Body":{"stkCallback":{"ResultCode":0}}}', '{"Body":{"stkCallback":[1]}}'])(
    "is not made of %j",
    (text) => {
      expect(readStkCallback(text)).toBeNull();
      expect(stkCallbackReference(text)).toBeNull();
    },
  );
});

describe("the answer to a push", () => {
  it("is accepted with the prompt's id", () => {
    const body = { MerchantRequestID: "m", CheckoutRequestID: "ws_CO_1", ResponseCode: "0" };
    expect(readStkPushAnswer(answered(200, body))).toEqual({ outcome: "accepted", reference: "ws_CO_1" });
    expect(readStkPushAnswer(answered(200, { ...body, ResponseCode: 0 }))).toMatchObject({ outcome: "accepted" });
  });

  it.each([
    failure(400, "400.002.02", "Bad Request - Invalid PhoneNumber"),
    failure(404, "404.001.03", "Invalid Access Token"),
    failure(500, "500.001.1001", "Wrong credentials"),
    failure(500, "500.001.1001", "Merchant does not exist"),
    failure(500, "500.003.02", "Error Occurred: Spike Arrest Violation"),
    failure(500, "500.003.03", "Error Occurred: Quota Violation"),
  ])("is refused when nothing can have been sent: %j", (answer) => {
    expect(readStkPushAnswer(answer)).toMatchObject({ outcome: "refused", failure: "provider_unavailable" });
  });

  it("tells the player of another open prompt", () => {
    const answer = failure(
      500,
      "500.001.1001",
      "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    );
    expect(readStkPushAnswer(answer)).toMatchObject({ outcome: "refused", failure: "another_payment_open" });
  });

  it.each<HttpAnswer>([
    { answered: false, problem: "timeout" },
    { answered: false, problem: "network" },
    answered(504, null),
    answered(200, null),
    answered(200, { ResponseCode: "0" }),
    answered(200, { ResponseCode: "1", CheckoutRequestID: "ws_CO_1" }),
    failure(500, "500.003.1001", "Internal Server Error"),
    failure(500, "500.003.02", "System is busy. Please try again in few minutes."),
    failure(500, "500.001.1001", "Something new"),
  ])("is unknown, never refused, when a prompt may have been sent: %j", (answer) => {
    expect(readStkPushAnswer(answer)).toMatchObject({ outcome: "unknown" });
  });
});

describe("the answer to a query", () => {
  const result = (code: unknown) => answered(200, { ResponseCode: "0", CheckoutRequestID: "ws_CO_1", ResultCode: code, ResultDesc: "x" });

  it.each<HttpAnswer>([
    result("4999"),
    result(4999),
    failure(500, "500.001.1001", "The transaction is being processed"),
    failure(500, "500.003.02", "System is busy"),
    { answered: false, problem: "timeout" },
    answered(200, null),
    answered(200, { ResponseCode: "1", ResultCode: "0" }),
  ])("brings no news while the payment is open or the question was not answered: %j", (answer) => {
    expect(readStkQueryAnswer(answer).finding).toMatchObject({ found: "open" });
  });

  it("confirms a payment without amount or receipt", () => {
    expect(readStkQueryAnswer(result("0"))).toEqual({
      source: "query",
      reference: "ws_CO_1",
      finding: { found: "paid", amountMinor: null, receipt: null, occurredAtMs: null },
    });
  });

  it.each([
    ["1032", "cancelled_by_user"],
    ["1037", "phone_unreachable"],
    [1019, "prompt_expired"],
  ])("with the code %j confirms that no money moved", (code, reason) => {
    expect(readStkQueryAnswer(result(code)).finding).toEqual({ found: "not_paid", failure: reason });
  });

  it("with a code that is not in the table decides nothing", () => {
    expect(readStkQueryAnswer(result("31337")).finding).toEqual({ found: "unclear", code: "31337" });
  });
});
