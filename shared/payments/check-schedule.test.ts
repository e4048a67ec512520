/** When payments without an answer are asked about. */
import { expect, it } from "vitest";
import { checkDueAtMs } from "./check-schedule.ts";

const ages = (kind: "deposit" | "withdrawal") => {
  const due: number[] = [];
  for (let done = 0; checkDueAtMs(kind, 0, done) !== null; done += 1) due.push(Number(checkDueAtMs(kind, 0, done)) / 1_000);
  return due;
};

it("a prompt is asked about at 15, 30, 60, 90 s, then 3, 10, 30 min, and last after a day", () => {
  expect(ages("deposit")).toEqual([15, 30, 60, 90, 180, 600, 1_800, 86_400]);
});

it("a payout is asked about ever more rarely, and last after a day", () => {
  const due = ages("withdrawal");
  expect(due.at(-1)).toBe(86_400);
  expect(due).toEqual([...due].sort((a, b) => a - b));
});
