/** A table's rows stay for ever, and it asks of them every second: no question of its walks over all rounds or all bets. */
import { expect, it } from "vitest";
import { CRASH_TABLE_MIGRATIONS } from "../../../durable-objects/crash-game/crash-table-schema.ts";
import { CrashTableStore } from "../../../durable-objects/crash-game/crash-table-store.ts";
import { PlayedReport } from "../../../durable-objects/crash-game/played-report.ts";
import { INTERRUPTION_MS } from "../../../durable-objects/crash-game/table-rows.ts";
import { AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import type { Sql, SqlRow, SqlValue } from "../../../durable-objects/platform/sql.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { RULES, TENANT } from "./game-world.ts";

const STARTED_AT = Date.parse("2026-11-23T10:00:00Z");

interface Asked {
  readonly query: string;
  readonly params: readonly SqlValue[];
}

/** A table's database, and all that was asked of it. */
function recorded(): { readonly sql: Sql; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const real = nodeSql();
  const note = (query: string, params: readonly SqlValue[]): void => void asked.push({ query, params });
  const sql: Sql = {
    ...real,
    all: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => {
      note(query, params);
      return real.all<Row>(query, ...params);
    },
    first: <Row extends SqlRow>(query: string, ...params: SqlValue[]) => {
      note(query, params);
      return real.first<Row>(query, ...params);
    },
    run: (query, ...params) => {
      note(query, params);
      return real.run(query, ...params);
    },
  };
  return { sql, asked };
}

function tableOn(sql: Sql): CrashTableStore {
  migrate(sql, CRASH_TABLE_MIGRATIONS);
  return new CrashTableStore(sql, { gameId: RULES.gameId, number: 1 }, TENANT);
}

function view(roundNumber: number, status: RoundView["status"]): RoundView {
  const hasStarted = status === "RUNNING" || status === "CRASHED";
  const hasCrashed = status === "CRASHED";
  return {
    ...{ gameId: RULES.gameId, roundNumber, status, serverSeedHash: "0".repeat(64), bettingEndsAtMs: STARTED_AT },
    ...{ startedAtMs: hasStarted ? STARTED_AT : null, crashedAtMs: hasCrashed ? STARTED_AT + 12_000 : null },
    ...{ crashHundredths: hasCrashed ? 200 : null, serverSeed: hasCrashed ? "1".repeat(64) : null, nextRoundAtMs: null },
    ...{ curveMillionthsPerMs: 60, tables: 1, activePlayers: 0, serverTimeMs: STARTED_AT },
  };
}

it("finds everything of a round by an index, from the first bet to the report", () => {
  const { sql, asked } = recorded();
  const store = tableOn(sql);
  const alarms = new AlarmTable(sql, { setAlarm: async () => {}, getAlarm: async () => null, deleteAlarm: async () => {} } as never);
  asked.length = 0;
  store.applyRound(view(1, "BETTING"), STARTED_AT - 5_000);
  const bet = {
    betId: "crb_1",
    userId: "usr_1",
    slot: "A",
    stakeMinor: minor(10_000),
    autoCashOutHundredths: 150,
    fingerprint: "f",
  } as const;
  store.insertBets([bet, { ...bet, betId: "crb_2", slot: "B", autoCashOutHundredths: null }], STARTED_AT - 4_000);
  store.confirmBets(["crb_1", "crb_2"], STARTED_AT - 3_900);
  store.applyRound(view(1, "RUNNING"), STARTED_AT);
  store.beat(STARTED_AT + 1_000);
  const flying = store.roundNumbered(1);
  store.exits.due(flying, 160);
  store.exits.press("crb_2", 120);
  store.exits.cashOut(flying, [{ betId: "crb_2", hundredths: 120 }], STARTED_AT + 4_000);
  store.exits.sweep(flying, [150], STARTED_AT + 8_000);
  store.exits.next(flying);
  store.openRounds();
  store.openBetCount();
  store.players(1);
  store.betsOf({ userId: "usr_1", limit: 10 });
  store.betsOfRound(1, "usr_1");
  store.onlyActiveBet("usr_1");
  store.applyRound(view(1, "CRASHED"), STARTED_AT + 12_000);
  store.unsettled(STARTED_AT + 12_000, 10);
  store.nextSettleAtMs();
  new PlayedReport(sql, alarms, () => {
    throw new Error("nobody is asked");
  }).schedule(1, STARTED_AT + 12_000);
  // The latest round is the last row of its key.
  const others = asked.filter(({ query }) => !query.endsWith("ORDER BY number DESC LIMIT 1"));
  const walks = others.flatMap(({ query, params }) =>
    sql
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...params)
      // The index of open bets has open bets only: a walk along it is a walk over those.
      .filter(({ detail }) => /^SCAN (bet|round)\b/.test(detail) && !detail.includes("bet_open"))
      .map(({ detail }) => `${detail}: ${query}`),
  );
  expect(walks).toEqual([]);
  // What one player has bet in years is read for the list of their bets only.
  const history = others
    .filter(({ query }) => query.includes("user_id = ?") && !query.includes("LIMIT"))
    .map(({ query, params }) => sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...params).map(({ detail }) => detail)[0]);
  expect(history.length).toBeGreaterThan(2);
  for (const detail of history) expect(detail).toMatch(/^SEARCH bet USING INDEX \w+ \((round=\? AND user_id=\?|user_id=\? AND round=\?)/);
  expect(asked.length).toBeGreaterThan(30);
});

it("leaves signs of life in the latest round only: a round whose end was never heard keeps what was seen of it", () => {
  const { sql } = recorded();
  const store = tableOn(sql);
  store.applyRound(view(1, "RUNNING"), STARTED_AT);
  store.applyRound(view(2, "RUNNING"), STARTED_AT + 1_000);
  store.beat(STARTED_AT + 1_000 + INTERRUPTION_MS + 1);
  expect(store.roundNumbered(1)).toMatchObject({ beat_at: STARTED_AT, interrupted: 0 });
  expect(store.roundNumbered(2)).toMatchObject({ interrupted: 1 });
});

it("reads a round's bets for the next exit once, however many sockets come in flight, and again when one has left", () => {
  const { sql, asked } = recorded();
  const store = tableOn(sql);
  store.applyRound(view(1, "BETTING"), STARTED_AT - 5_000);
  const bet = { betId: "crb_1", userId: "usr_1", slot: "A", stakeMinor: minor(10_000), fingerprint: "f" } as const;
  store.insertBets([{ ...bet, autoCashOutHundredths: 150 }], STARTED_AT - 4_000);
  store.insertBets([{ ...bet, betId: "crb_2", slot: "B", autoCashOutHundredths: 180 }], STARTED_AT - 4_000);
  store.confirmBets(["crb_1", "crb_2"], STARTED_AT - 3_900);
  store.applyRound(view(1, "RUNNING"), STARTED_AT);
  const flying = store.roundNumbered(1);
  expect(store.exits.next(flying)).toBe(150);
  asked.length = 0;
  for (let socket = 0; socket < 5; socket += 1) expect(store.exits.next(flying)).toBe(150);
  expect(asked).toEqual([]);
  expect(store.exits.sweep(flying, [140], STARTED_AT + 5_000)).toEqual([]);
  expect(store.exits.next(flying)).toBe(150);
  store.exits.sweep(flying, [150], STARTED_AT + 8_000);
  expect(store.exits.next(flying)).toBe(180);
});
