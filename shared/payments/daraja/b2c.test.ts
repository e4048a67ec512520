/** What payout answers, results and status results say: a payout that may have been sent is never failed. */
import { describe, expect, it } from "vitest";
import { b2cResultReferences, readB2cAnswer, readB2cResult, readStatusResult } from "./b2c.ts";
import { darajaReferences, readDarajaMessage } from "./callback-message.ts";
import type { HttpAnswer } from "./http-answer.ts";

const answered = (status: number, body: Record<string, unknown> | null): HttpAnswer => ({ answered: true, status, body });
const failure = (status: number, errorCode: string, errorMessage: string) => answered(status, { errorCode, errorMessage });
const result = (fields: Record<string, unknown>) => JSON.stringify({ Result: { ResultType: 0, ConversationID: "AG_1", ...fields } });
const parameter = (values: Record<string, unknown>) => ({
  ResultParameters: { ResultParameter: Object.entries(values).map(([Key, Value]) => ({ Key, Value })) },
});

describe("the answer to a payout request", () => {
  it("is accepted, also when our id is known already: then the first request was taken", () => {
    expect(readB2cAnswer(answered(200, { ConversationID: "AG_1", ResponseCode: "0" }))).toEqual({ outcome: "accepted", reference: "AG_1" });
    expect(readB2cAnswer(failure(500, "500.002.1001", "Duplicate OriginatorConversationID."))).toEqual({
      outcome: "accepted",
      reference: null,
    });
  });

  it("is refused only when the request was turned away at the door", () => {
    expect(readB2cAnswer(failure(400, "400.002.02", "Bad Request - Invalid Amount"))).toMatchObject({ outcome: "refused" });
    expect(readB2cAnswer(failure(404, "404.001.03", "Invalid Access Token"))).toMatchObject({ outcome: "refused" });
  });

  it.each<HttpAnswer>([
    { answered: false, problem: "timeout" },
    { answered: false, problem: "network" },
    answered(504, null),
    answered(200, { ResponseCode: "17" }),
    failure(500, "500.002.1001", "System internal error."),
    failure(500, "500.003.02", "Error Occurred: Spike Arrest Violation"),
  ])("is unknown otherwise: %j", (answer) => {
    expect(readB2cAnswer(answer)).toMatchObject({ outcome: "unknown" });
  });
});

describe("a payout's result", () => {
  it("of a payment has amount, receipt and time", () => {
    const text = result({
      ResultCode: 0,
      TransactionID: "SG632NMUAB",
      ...parameter({ TransactionAmount: 10, TransactionReceipt: "SG632NMUAB", TransactionCompletedDateTime: "06.07.2024 22:48:52" }),
      ReferenceData: { ReferenceItem: { Key: "QueueTimeoutURL", Value: "https://x" } },
    });
    expect(readB2cResult(text)).toEqual({
      source: "callback",
      reference: "AG_1",
      finding: { found: "paid", amountMinor: 1_000, receipt: "SG632NMUAB", occurredAtMs: Date.parse("2024-07-06T19:48:52Z") },
    });
  });

  it("of a failure has no parameters", () => {
    expect(readB2cResult(result({ ResultCode: 2040 }))?.finding).toEqual({ found: "not_paid", failure: "recipient_not_registered" });
    expect(readB2cResult(result({ ResultCode: "SFC_IC0003" }))?.finding).toEqual({ found: "not_paid", failure: "phone_not_valid" });
  });

  it.each([17, 26, 9_999, "X1"])("with the code %j decides nothing", (code) => {
    expect(readB2cResult(result({ ResultCode: code }))?.finding).toMatchObject({ found: "unclear" });
  });

  it("may have one bare parameter; a success without an amount decides nothing", () => {
    const text = result({ ResultCode: 0, ResultParameters: { ResultParameter: { Key: "TransactionReceipt", Value: "R" } } });
    expect(readB2cResult(text)?.finding).toMatchObject({ found: "unclear" });
  });

  it("names its payout by both ids", () => {
    expect(b2cResultReferences(result({ OriginatorConversationID: "wdr_1", ResultCode: 0 }))).toEqual({
      originatorId: "wdr_1",
      conversationId: "AG_1",
    });
    expect(darajaReferences("b2c_result", "{}")).toEqual([]);
  });
});

describe("a status result", () => {
  const status = (values: Record<string, unknown>) => readStatusResult(result({ ResultCode: 0, ...parameter(values) }))?.finding;

  it("with repeated keys and keys without a value is read by the first value", () => {
    const text = result({
      ResultCode: 0,
      ResultParameters: {
        ResultParameter: [
          { Key: "DebitPartyName", Value: "600310 - A" },
          { Key: "DebitPartyName", Value: "254708374149 - B" },
          { Key: "TransactionReason" },
          { Key: "TransactionStatus", Value: "Completed" },
          { Key: "FinalisedTime", Value: "20180223054112" },
          { Key: "Amount", Value: "300" },
          { Key: "ReceiptNo", Value: "MBN31H462N" },
        ],
      },
    });
    expect(readStatusResult(text)).toEqual({
      source: "query",
      reference: null,
      finding: { found: "paid", amountMinor: 30_000, receipt: "MBN31H462N", occurredAtMs: Date.parse("2018-02-23T02:41:12Z") },
    });
  });

  it.each(["Cancelled", "Declined", "Expired"])("of a payout that ended as %s says that no money moved", (name) => {
    expect(status({ TransactionStatus: name })).toEqual({ found: "not_paid", failure: "declined" });
  });

  it.each(["Initiated", "Authorized", "Pending Authorized", "Something new"])("of a payout that is %s brings no news", (name) => {
    expect(status({ TransactionStatus: name })).toMatchObject({ found: "open" });
  });

  it("of a question that failed says nothing of the payout, whatever the code means elsewhere", () => {
    expect(readStatusResult(result({ ResultCode: 2001 }))?.finding).toMatchObject({ found: "open" });
  });
});

it("a queue's time-out decides nothing, whatever its body", () => {
  expect(readDarajaMessage("b2c_timeout", result({ ResultCode: 1 }))?.finding).toMatchObject({ found: "unclear" });
  expect(readDarajaMessage("b2c_timeout", "")?.finding).toMatchObject({ found: "unclear" });
});
