/** What operators read of the house is what all wallets' books say. */
import { env, exports } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import type { StaffRole } from "../../../shared/protocol/rpc/staff.ts";
import { configOf } from "../../../workers/env.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { signStaffToken } from "../../../workers/services/operators/staff-token.ts";
import { betCommand, resultFor, selection } from "../../support/wallet-commands.ts";
import { newFixtureId } from "../odds/messages.ts";
import { must, newWallet } from "../wallet/wallet-support.ts";

async function read(query: string, role: StaffRole = "finance"): Promise<Response> {
  const token = await signStaffToken(configOf(env), { email: "books@mkeka.test", role, countries: ["KE"] }, Date.now());
  return exports.default.fetch(`http://mkeka.test/api/v1/admin/house-totals${query}`, { headers: { Authorization: `Bearer ${token}` } });
}

it("adds up what players staked and won, tax and what the provider holds, to nothing unexplained", async () => {
  vi.spyOn(env.PROJECTION_QUEUE, "send").mockResolvedValue({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
  const { wallet } = await newWallet(95_000);
  const bet = betCommand({ stakeMinor: 10_000, selections: [selection({ fixtureId: newFixtureId() })] });
  must(await wallet.placeBet(bet));
  must(await wallet.settleBet(resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won")));
  const run = await wallet.readEntries({ fromSeq: 1, toSeq: Number.MAX_SAFE_INTEGER });
  // Half past midnight in Nairobi, on a day that no other test writes to.
  const recordedAtMs = Date.parse("2021-03-03T21:30:00Z");
  const rows = run?.rows.map(({ entry, bet: stands }) => ({ entry: { ...entry, recordedAtMs }, bet: stands }));
  expect(await consumeProjections(env, [{ ...run, rows }])).toEqual([null]);
  expect(await (await read("?from=2021-03-04&to=2021-03-04")).json()).toEqual({
    country: "KE",
    currency: "KES",
    from: "2021-03-04",
    to: "2021-03-04",
    accounts: [
      { account: "clearing:daraja", total: -1_000 },
      { account: "house:payouts", total: -200 },
      { account: "house:stakes", total: 100 },
      { account: "tax:excise", total: 50 },
      { account: "user:cash", total: 1_050 },
    ],
    gross_gaming_revenue: -100,
    unexplained: 0,
  });
  vi.restoreAllMocks();
});

it("answers days of the past, and nothing but days and to nobody but those who keep the books", async () => {
  expect(await (await read("?from=2020-01-01&to=2020-01-31")).json()).toMatchObject({
    from: "2020-01-01",
    to: "2020-01-31",
    accounts: [],
    gross_gaming_revenue: 0,
  });
  expect((await read("?from=2020-02-30")).status).toBe(400);
  expect((await read("", "support")).status).toBe(403);
  expect((await read("?country=NG")).status).toBe(403);
});
