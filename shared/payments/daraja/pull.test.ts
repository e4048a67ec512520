/** A statement is read as it really comes: nested, in two zones, with codes that say two things. */
import { describe, expect, it } from "vitest";
import { unixMs } from "../../kernel/time.ts";
import type { HttpAnswer } from "./http-answer.ts";
import { isRegistered, pullDateTime, pullInstant, readPullAnswer } from "./pull.ts";
import type { WireObject } from "./wire-value.ts";

const answer = (body: WireObject, status = 200): HttpAnswer => ({ answered: true, status, body });
const LINE = { transactionId: "yzlyrEsRG1", trxDate: "2020-08-05T10:13:00Z", msisdn: 722000000, amount: "168.00" };

it("times are East Africa's unless they say otherwise", () => {
  expect(pullInstant("2020-08-05T10:13:00Z")).toBe(Date.parse("2020-08-05T10:13:00Z"));
  expect(pullInstant("2020-08-05 8:13:00")).toBe(Date.parse("2020-08-05T05:13:00Z"));
  expect(pullInstant("yesterday")).toBeNull();
  expect(pullDateTime(unixMs(Date.parse("2020-08-04T22:36:00Z")))).toBe("2020-08-05 01:36:00");
});

describe("a page", () => {
  it("has its lines in a list of lists", () => {
    const page = readPullAnswer(answer({ ResponseCode: "1000", Response: [[LINE, { ...LINE, transactionId: "B", amount: 5 }]] }));
    expect(page).toMatchObject({
      answered: true,
      rowCount: 2,
      lines: [
        { receipt: "yzlyrEsRG1", amountMinor: 16_800, occurredAtMs: Date.parse("2020-08-05T10:13:00Z"), raw: JSON.stringify(LINE) },
        { receipt: "B", amountMinor: 500 },
      ],
    });
  });

  it("is empty when the code says so or the lists are", () => {
    for (const body of [{ ResponseCode: "1001", Response: [[]] }, { ResponseCode: "1000", Response: [] }, { ResponseCode: 1001 }])
      expect(readPullAnswer(answer(body))).toEqual({ answered: true, lines: [], unreadable: [], rowCount: 0 });
  });

  it("counts and keeps lines that can't be read, so that the next page starts after them and nobody takes them for nothing", () => {
    const Response = [[{ ...LINE, amount: "much" }, { ...LINE, trxDate: "" }, LINE]];
    const page = readPullAnswer(answer({ ResponseCode: "1000", Response }));
    expect(page).toMatchObject({ rowCount: 3, lines: [{ receipt: "yzlyrEsRG1" }] });
    expect(page.answered && page.unreadable).toEqual(Response[0]?.slice(0, 2).map((row) => JSON.stringify(row)));
  });

  it("is no page when the call failed: an empty one would make everything missing", () => {
    for (const failed of [answer({ errorCode: "500.003.02", errorMessage: "busy" }, 500), { answered: false, problem: "timeout" } as const])
      expect(readPullAnswer(failed).answered).toBe(false);
  });
});

it("a shortcode that was registered before is registered", () => {
  for (const ResponseStatus of ["1000", "1001", 1000]) expect(isRegistered(answer({ ResponseStatus }))).toBe(true);
  expect(isRegistered(answer({ errorCode: "400.002.02" }, 400))).toBe(false);
});
