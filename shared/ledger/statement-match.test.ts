/** Every way in which a statement and the journal can disagree has a class of its own. */
import { expect, it } from "vitest";
import { minor } from "../money/minor.ts";
import { matchStatement } from "./statement-match.ts";

const line = (receipt: string, amountMinor: number) => ({ receipt, amountMinor: minor(amountMinor) });

it("the same receipt with the same amount on both sides matches", () => {
  expect(matchStatement([line("A", 100)], [line("A", 100)])).toEqual([{ receipt: "A", class: "matched", hereMinor: 100, thereMinor: 100 }]);
});

it("money that the provider has and we don't is missing here", () => {
  expect(matchStatement([], [line("A", 100)])).toEqual([{ receipt: "A", class: "missing_here", hereMinor: null, thereMinor: 100 }]);
});

it("money that we credited and the provider never had is missing there", () => {
  expect(matchStatement([line("A", 100)], [])).toEqual([{ receipt: "A", class: "missing_there", hereMinor: 100, thereMinor: null }]);
});

it("one receipt with two amounts differs", () => {
  expect(matchStatement([line("A", 100)], [line("A", 10_000)])).toEqual([
    { receipt: "A", class: "amount_differs", hereMinor: 100, thereMinor: 10_000 },
  ]);
});

it("a receipt that we credited twice is a duplicate, even when the sum is right", () => {
  expect(matchStatement([line("A", 50), line("A", 50)], [line("A", 100)])).toEqual([
    { receipt: "A", class: "duplicate", hereMinor: 100, thereMinor: 100 },
  ]);
  expect(matchStatement([line("A", 50), line("A", 50)], [])[0]?.class).toBe("duplicate");
});

it("a receipt that is stated with two amounts is a duplicate; the same line read twice is one", () => {
  expect(matchStatement([line("A", 100)], [line("A", 100), line("A", 200)])[0]?.class).toBe("duplicate");
  expect(matchStatement([line("A", 100)], [line("A", 100), line("A", 100)])[0]?.class).toBe("matched");
});

it("receipts are told apart letter by letter, in order, and nothing in means nothing out", () => {
  const matches = matchStatement([line("b", 1), line("A", 1)], [line("B", 1), line("A", 1)]);
  expect(matches.map(({ receipt, class: kind }) => `${receipt} ${kind}`)).toEqual(["A matched", "B missing_here", "b missing_there"]);
  expect(matchStatement([], [])).toEqual([]);
});
