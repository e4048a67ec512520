/** Which bounds a table keeps with a round, and when it looks at the next of them. */
import { expect, it } from "vitest";
import { CRASH_TABLE_MIGRATIONS } from "../../../durable-objects/crash-game/crash-table-schema.ts";
import { CrashTableStore } from "../../../durable-objects/crash-game/crash-table-store.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import type { Sql, SqlRow, SqlValue } from "../../../durable-objects/platform/sql.ts";
import type { LocalDay } from "../../../shared/kernel/time.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { KENYA } from "../../../shared/tenants/ke.ts";
import type { Tenant } from "../../../shared/tenants/tenant.ts";
import { nodeSql } from "../../support/node-sql.ts";

const NAME = { gameId: KENYA.crash.gameId, number: 1 };
/** Midnight in Nairobi, where the bounds of July come into force. */
const MIDNIGHT = Date.parse("2026-06-30T21:00:00.000Z");

function caps(validFrom: string, bet: number) {
  const amounts = { betPayoutMaxMinor: minor(bet), playerWinMaxMinor: minor(bet * 2), roundWinMaxMinor: minor(bet * 10) };
  return { validFrom: validFrom as LocalDay, ...amounts };
}

function kenyaWith(...dated: Tenant["crash"]["caps"]): Tenant {
  return { ...KENYA, crash: { ...KENYA.crash, caps: dated } };
}

function view(roundNumber: number, status: RoundView["status"], openedAtMs: number | null, tables = 2): RoundView {
  return {
    ...{ gameId: NAME.gameId, roundNumber, status, serverSeedHash: "0".repeat(64), crashedAtMs: null, crashHundredths: null },
    ...{ bettingEndsAtMs: openedAtMs === null ? null : openedAtMs + KENYA.crash.bettingMs, serverSeed: null, nextRoundAtMs: null },
    ...{ startedAtMs: status === "RUNNING" ? MIDNIGHT : null, curveMillionthsPerMs: 60, tables, activePlayers: 0, serverTimeMs: MIDNIGHT },
  };
}

function migrated() {
  const sql = nodeSql();
  migrate(sql, CRASH_TABLE_MIGRATIONS);
  return sql;
}

it("a round keeps the bounds of the day on which its window opened, also one that flies past midnight; the next has the new ones", () => {
  const store = new CrashTableStore(migrated(), NAME, kenyaWith(caps("2026-01-01", 1_000), caps("2026-07-01", 3_000)));
  store.applyRound(view(1, "WAITING", null), MIDNIGHT - 2_000);
  store.applyRound(view(1, "BETTING", MIDNIGHT - 1), MIDNIGHT - 1);
  store.applyRound(view(1, "RUNNING", MIDNIGHT - 1), MIDNIGHT + 6_000);
  const kept = { betPayoutMaxMinor: 1_000, playerWinMaxMinor: 2_000, tableWinMaxMinor: 5_000 };
  expect(store.capsOf(store.roundNumbered(1), MIDNIGHT + 6_000)).toEqual(kept);
  store.applyRound(view(2, "BETTING", MIDNIGHT), MIDNIGHT);
  const later = { betPayoutMaxMinor: 3_000, playerWinMaxMinor: 6_000, tableWinMaxMinor: 15_000 };
  expect(store.capsOf(store.roundNumbered(2), MIDNIGHT)).toEqual(later);
});

it("bounds that a release changes while a round is on are the next round's", () => {
  const sql = migrated();
  new CrashTableStore(sql, NAME, kenyaWith(caps("2026-01-01", 1_000))).applyRound(view(1, "BETTING", MIDNIGHT), MIDNIGHT);
  const store = new CrashTableStore(sql, NAME, kenyaWith(caps("2026-01-01", 9_000)));
  store.applyRound(view(1, "RUNNING", MIDNIGHT), MIDNIGHT + 6_000);
  expect(store.capsOf(store.roundNumbered(1), MIDNIGHT)).toMatchObject({ betPayoutMaxMinor: 1_000, tableWinMaxMinor: 5_000 });
});

it("the next bound is read once for as long as nobody leaves, and anew when somebody has", () => {
  const sql = migrated();
  let questions = 0;
  const counted: Sql = {
    ...sql,
    all: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => {
      questions += 1;
      return sql.all<Row>(query, ...params);
    },
  };
  const store = new CrashTableStore(counted, NAME, KENYA);
  store.applyRound(view(1, "BETTING", MIDNIGHT, 1), MIDNIGHT);
  const bet = {
    betId: "crb_1",
    userId: "usr_1",
    slot: "A",
    stakeMinor: minor(10_000),
    autoCashOutHundredths: 150,
    fingerprint: "",
  } as const;
  const second = { ...bet, betId: "crb_2", slot: "B", autoCashOutHundredths: 300 } as const;
  store.insertBets([bet, second], MIDNIGHT);
  store.confirmBets(["crb_1", "crb_2"], MIDNIGHT);
  store.applyRound(view(1, "RUNNING", MIDNIGHT, 1), MIDNIGHT + 6_000);
  const round = store.roundNumbered(1);
  expect(store.exits.next(round)).toBe(150);
  questions = 0;
  for (let connection = 0; connection < 100; connection += 1) expect(store.exits.next(round)).toBe(150);
  expect(questions).toBe(0);
  store.exits.sweep(round, [150], MIDNIGHT + 7_000);
  expect(store.exits.next(round)).toBe(300);
  store.exits.sweep(round, [300], MIDNIGHT + 8_000);
  expect(store.exits.next(round)).toBeNull();
});
