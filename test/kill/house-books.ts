/**
 * The house's constant as one sum: whatever the power cut, what all players have lost is what the house, the tax office and promotions
 * have gained, and what all have is what the house owes them. The wallets are asked themselves; the house's side is the read model's.
 */
import assert from "node:assert/strict";
import { type Json, type Player, until } from "../e2e/client.ts";
import type { Operator } from "../e2e/operator.ts";

/** The totals are a second behind the wallets, whose outboxes are empty by now. */
const TOTALS_MS_MAX = 30_000;
const DAY_MS = 24 * 3_600_000;

interface HouseBooks {
  readonly playersHaveMinor: number;
  readonly playersLostMinor: number;
}

/** Sums every wallet of the platform and every account of the house; each player has deposited `deposit` shillings, and none withdrew. */
export async function checkHouse(operator: Operator, players: readonly Player[], deposit: number): Promise<HouseBooks> {
  const wallets = await Promise.all(players.map((player) => player.wallet()));
  const playersHaveMinor = wallets.reduce((sum, { balance }) => sum + minorOf(balance), 0);
  const playersLostMinor = players.length * minorOf(deposit) - playersHaveMinor;
  const totals = await until(
    "the house's totals of what the wallets have",
    async () => {
      const seen = await houseTotals(operator);
      return totalOf(seen, (account) => account === "user:cash") === playersHaveMinor ? seen : null;
    },
    TOTALS_MS_MAX,
  );
  assert.equal(totals.unexplained, 0, `money came from nowhere: ${JSON.stringify(totals)}`);
  const paidIn = -totalOf(totals, (account) => account.startsWith("clearing:"));
  assert.equal(paidIn, players.length * minorOf(deposit), `the provider's account is what was paid in: ${JSON.stringify(totals)}`);
  const gained = totalOf(totals, (account) => !account.startsWith("user:") && !account.startsWith("clearing:"));
  assert.equal(gained, playersLostMinor, `what players lost is what others gained: ${JSON.stringify(totals)}`);
  return { playersHaveMinor, playersLostMinor };
}

/** Since the day before: a run may go past midnight. */
async function houseTotals(operator: Operator): Promise<Json> {
  const [from, to] = [Date.now() - DAY_MS, Date.now() + DAY_MS].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  const answer = await operator.get(`/api/v1/admin/house-totals?country=KE&from=${from}&to=${to}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

function totalOf({ accounts }: Json, matches: (account: string) => boolean): number {
  return (accounts as Json[]).filter(({ account }) => matches(account)).reduce((sum, { total }) => sum + minorOf(total), 0);
}

function minorOf(amount: number): number {
  return Math.round(amount * 100);
}
