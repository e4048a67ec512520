/** What sums over all wallets mean. */
import { expect, it } from "vitest";
import { minor } from "../money/minor.ts";
import { grossGamingRevenue, totalsAccount, unexplained } from "./house-totals.ts";

const TOTALS = [
  { account: "clearing:daraja", sumMinor: minor(-100_000) },
  { account: "house:payouts", sumMinor: minor(-15_000) },
  { account: "house:stakes", sumMinor: minor(40_000) },
  { account: "tax:excise", sumMinor: minor(5_000) },
  { account: "user:cash", sumMinor: minor(70_000) },
];

it("all grants of all players are one account, all locked bonuses another, every other account is its own", () => {
  const accounts = ["user:bonus:welcome", "user:bonus:2", "user:locked:bon_1", "user:cash", "clearing:daraja"];
  expect(accounts.map(totalsAccount)).toEqual(["user:bonus", "user:bonus", "user:locked", "user:cash", "clearing:daraja"]);
});

it("revenue is stakes less payouts, and all accounts together are nothing", () => {
  expect(grossGamingRevenue(TOTALS)).toBe(25_000);
  expect(unexplained(TOTALS)).toBe(0);
  expect(unexplained(TOTALS.slice(1))).toBe(100_000);
});
