/** Business figures at /metrics: exact sums of the read models, and only for whom they are. */
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { expect, it } from "vitest";
import { unixMs } from "../../../shared/kernel/time.ts";
import { countryFigures } from "../../../workers/adapters/d1/business-figures.ts";
import { bet } from "../../../workers/adapters/d1/schema/wallet.ts";
import { configOf } from "../../../workers/env.ts";
import type { ServiceContext } from "../../../workers/services/context.ts";
import { businessFamilies } from "../../../workers/services/operations/business-families.ts";
import { readMetrics } from "../../../workers/services/operations/read-metrics.ts";

function betRow(n: number, change: Partial<typeof bet.$inferInsert>): typeof bet.$inferInsert {
  return {
    betId: `bet_metrics_${n}`,
    walletId: "GH:usr_metrics",
    userId: "usr_metrics",
    kind: "SINGLE",
    status: "PENDING",
    stakeMinor: 1_000,
    lines: 1,
    potentialWinMinor: 2_000,
    paidMinor: 0,
    placedAtMs: 1,
    settledAtMs: null,
    seq: n,
    ...change,
  };
}

function contextWith(change: Partial<ServiceContext["config"]>): ServiceContext {
  return { env, config: { ...configOf(env), ...change }, nowMs: unixMs(Date.now()) } as ServiceContext;
}

it("counts bets and money once by kind and status, whatever was there before", async () => {
  const before = await countryFigures(env.DB_GH);
  const rows = [
    betRow(1, {}),
    betRow(2, { kind: "MULTI", status: "WON", paidMinor: 5_000 }),
    betRow(3, { status: "LOST", stakeMinor: 700 }),
  ];
  // Told twice, as a queue may: a row of the same key is the same row.
  for (const row of [...rows, ...rows]) await drizzle(env.DB_GH).insert(bet).values(row).onConflictDoNothing();
  const after = await countryFigures(env.DB_GH);
  const samples = (figures: typeof after) =>
    new Map<string, number>(
      businessFamilies(new Map([["GH", figures]])).flatMap(({ name, samples: all }) =>
        all.map(({ labels, value }) => [`${name} ${Object.values(labels).join(" ")}`, value] as const),
      ),
    );
  const [then, now] = [samples(before), samples(after)];
  const grown = (name: string) => (now.get(name) ?? 0) - (then.get(name) ?? 0);
  expect(grown("betting_bets_placed_total GH SINGLE")).toBe(2);
  expect(grown("betting_bets_placed_total GH MULTI")).toBe(1);
  expect(grown("betting_bets_settled_total GH LOST")).toBe(1);
  expect(grown("betting_bets_won_total GH")).toBe(1);
  expect(grown("betting_volume_total GH GHS")).toBe(2_700);
  expect(grown("betting_payout_total GH GHS")).toBe(5_000);
  expect(grown("betting_revenue_total GH GHS")).toBe(1_700 - 5_000);
});

it("shows figures in development without a token, and elsewhere to the holder of METRICS_TOKEN only", async () => {
  const token = "metrics-token-of-the-test";
  expect((await readMetrics(contextWith({}), null)).ok).toBe(true);
  const production = contextWith({ ENVIRONMENT: "production", METRICS_TOKEN: token });
  expect((await readMetrics(production, `Bearer ${token}`)).ok).toBe(true);
  for (const wrong of [null, "", "Bearer ", `Bearer ${token}x`, token])
    expect(await readMetrics(production, wrong), String(wrong)).toEqual({ ok: false, error: { code: "UNAUTHORIZED" } });
});

it("shows nothing outside development while no token is set", async () => {
  const closed = contextWith({ ENVIRONMENT: "production", METRICS_TOKEN: "" });
  for (const sent of [null, "Bearer ", "Bearer undefined"]) expect((await readMetrics(closed, sent)).ok).toBe(false);
});
