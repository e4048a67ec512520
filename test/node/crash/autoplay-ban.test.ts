/** From the day on which the law bans autoplay no order is taken, and those that run end: no bet of theirs is made, what was told stays. */
import { expect, it, vi } from "vitest";
import { CRASH_TABLE_MIGRATIONS } from "../../../durable-objects/crash-game/crash-table-schema.ts";
import { CrashTableStore, type TableTenant } from "../../../durable-objects/crash-game/crash-table-store.ts";
import { PlanStore } from "../../../durable-objects/crash-game/plan-store.ts";
import { TablePlans } from "../../../durable-objects/crash-game/table-plans.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import type { LocalDay } from "../../../shared/kernel/time.ts";
import type { CrashAutoplayRow } from "../../../shared/protocol/queue/crash-table-row.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { RULES, TENANT } from "./game-world.ts";

/** Nairobi's midnight before the first of December. */
const BAN_AT = Date.parse("2026-11-30T21:00:00Z");
const ORDER = { slot: "A", stakeMinor: 10_000, targetHundredths: 150, rounds: 5, stopLossMinor: 50_000, stopWinMinor: 90_000 } as const;

it("ends the running orders with their records, and takes no new one", async () => {
  vi.useFakeTimers({ now: BAN_AT - 60_000 });
  try {
    const autoplay = [
      { validFrom: "2026-01-01" as LocalDay, roundsMax: 100 },
      { validFrom: "2026-12-01" as LocalDay, roundsMax: null },
    ];
    const tenant: TableTenant = { ...TENANT, crash: { ...RULES, autoplay } };
    const sql = nodeSql();
    migrate(sql, CRASH_TABLE_MIGRATIONS);
    const store = new CrashTableStore(sql, { gameId: RULES.gameId, number: 1 }, tenant);
    const records: CrashAutoplayRow[] = [];
    const plans = new PlanStore(sql, RULES.gameId, store, { add: (_topic, row) => void records.push(row as CrashAutoplayRow) });
    const told: unknown[] = [];
    const tablePlans = new TablePlans({
      ...{ tenant, store, plans, sendTo: (_userId, frame) => void told.push(frame), confirmed: () => {}, written: () => {} },
      intake: {
        resume: () => {
          throw new Error("no bet is made");
        },
      } as never,
    });
    const command = { ...ORDER, userId: "usr_1", country: "KE", key: "first" } as const;
    const started = tablePlans.start(command, Date.now());
    expect(started).toMatchObject({ ok: true, value: { endedAtMs: null } });

    vi.setSystemTime(BAN_AT);
    store.applyRound(view(BAN_AT), BAN_AT);
    await tablePlans.take();
    expect(store.openBetCount()).toBe(0);
    expect(plans.plansOf("usr_1").autoplay).toMatchObject([{ endReason: "restricted", endedAtMs: BAN_AT, roundsTaken: 0 }]);
    expect(records.map(({ endReason }) => endReason)).toEqual([null, "restricted"]);
    expect(told.at(-1)).toMatchObject({ autoplay: [], dropped: { plan: "autoplay", reason: "restricted" } });
    expect(tablePlans.start({ ...command, key: "second" }, BAN_AT)).toEqual({ ok: false, error: { reason: "autoplay_not_offered" } });
    // The key of an order that was taken still answers with it.
    expect(tablePlans.start(command, BAN_AT)).toMatchObject({ ok: true, value: { endReason: "restricted" } });
    expect(records).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

function view(nowMs: number): RoundView {
  return {
    ...{ gameId: RULES.gameId, roundNumber: 1, status: "BETTING", serverSeedHash: "0".repeat(64), bettingEndsAtMs: nowMs + 5_000 },
    ...{ startedAtMs: null, crashedAtMs: null, crashHundredths: null, serverSeed: null, nextRoundAtMs: null },
    ...{ curveMillionthsPerMs: 60, tables: 1, activePlayers: 0, serverTimeMs: nowMs },
  };
}
