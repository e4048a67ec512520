/** A table's questions to its game: gathered, bounded, and by the game's clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CashOuts } from "../../../durable-objects/crash-game/cash-outs.ts";
import { CRASH_TABLE_MIGRATIONS } from "../../../durable-objects/crash-game/crash-table-schema.ts";
import { CrashTableStore } from "../../../durable-objects/crash-game/crash-table-store.ts";
import { GameTime } from "../../../durable-objects/crash-game/game-time.ts";
import type { BetRow } from "../../../durable-objects/crash-game/table-rows.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { ASKS_PER_SECOND_MAX, askEveryMs } from "../../../shared/crash/asking.ts";
import { multiplierAt } from "../../../shared/crash/curve.ts";
import { tableOf } from "../../../shared/crash/seats.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { CrashGameRpc, RoundView } from "../../../shared/protocol/rpc/crash.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { RULES, TENANT } from "./game-world.ts";

const STARTED_AT = Date.parse("2026-11-23T10:00:00Z");
const RATE = 60;
const STAKE = minor(10_000);
const NAME = { gameId: RULES.gameId, number: 1 };

function view(status: RoundView["status"], tables: number): RoundView {
  return {
    ...{ gameId: RULES.gameId, roundNumber: 1, status, serverSeedHash: "0".repeat(64), bettingEndsAtMs: STARTED_AT },
    ...{ startedAtMs: status === "RUNNING" ? STARTED_AT : null, crashedAtMs: null, crashHundredths: null, serverSeed: null },
    ...{ nextRoundAtMs: null, curveMillionthsPerMs: RATE, tables, activePlayers: 0, serverTimeMs: Date.now() },
  };
}

/** A flying table whose game's clock is `aheadMs` ahead of its own, with so many bets. */
function flying(tables: number, targets: readonly (number | null)[], aheadMs = 0) {
  const sql = nodeSql();
  migrate(sql, CRASH_TABLE_MIGRATIONS);
  const store = new CrashTableStore(sql, NAME, TENANT);
  store.applyRound(view("BETTING", tables), STARTED_AT - 5_000);
  const here = Array.from({ length: 100_000 }, (_, index) => `usr_${index}`).filter((userId) => tableOf(userId, tables) === 1);
  const bets = targets.map((autoCashOutHundredths, index) => {
    const [betId, userId] = [`crb_${index}`, here[index] ?? ""];
    return { betId, userId, slot: "A" as const, stakeMinor: STAKE, autoCashOutHundredths, fingerprint: "" };
  });
  expect(store.insertBets(bets, STARTED_AT - 4_000)).toEqual(bets.map(() => "inserted"));
  store.confirmBets(
    bets.map(({ betId }) => betId),
    STARTED_AT - 4_000,
  );
  store.applyRound(view("RUNNING", tables), STARTED_AT);

  const asked: (readonly number[])[] = [];
  const reachedNow = (): number => multiplierAt(Date.now() + aheadMs - STARTED_AT, RATE);
  const game = {
    grantCashOuts: async (_round: number, hundredths: readonly number[]) => {
      asked.push(hundredths);
      return hundredths.map((one) => Math.min(one, reachedNow()));
    },
  } as unknown as CrashGameRpc;
  const time = new GameTime(NAME);
  const decided: BetRow[] = [];
  const cashOuts = new CashOuts({
    ...{ name: NAME, store, game: () => game, nowMs: () => time.nowMs() },
    decided: (rows) => void decided.push(...rows),
  });
  const bet = (index: number): BetRow => {
    const row = store.bet(`crb_${index}`);
    if (row === null) throw new Error("no such bet");
    return row;
  };
  return { store, cashOuts, time, asked, decided, bet };
}

beforeEach(() => void vi.useFakeTimers({ now: STARTED_AT }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a table's questions", () => {
  it("carry the presses of a moment and the targets that are due in one, and pay each at its own worth", async () => {
    const table = flying(1, [null, 120, null]);
    await vi.advanceTimersByTimeAsync(4_000);
    const presses = [0, 2].map((index) => table.cashOuts.press(table.bet(index), table.time.nowMs()));
    const swept = table.cashOuts.sweep();
    await vi.advanceTimersByTimeAsync(askEveryMs(1));
    const pressed = multiplierAt(4_000, RATE);
    expect((await Promise.all(presses)).map((reply) => reply.ok && reply.value.cashOutHundredths)).toEqual([pressed, pressed]);
    await swept;
    expect(table.asked).toHaveLength(1);
    expect(table.decided.map((bet) => [bet.bet_id, bet.status, bet.cash_out_hundredths])).toEqual([
      ["crb_1", "CASHED_OUT", 120],
      ["crb_0", "CASHED_OUT", pressed],
      ["crb_2", "CASHED_OUT", pressed],
    ]);
  });

  it.each([1, 24, 84, 834])("stay within what the game takes when all of %i tables are pressed all the time", async (tables) => {
    const table = flying(
      tables,
      Array.from({ length: 60 }, () => null),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    const presses = [];
    for (let press = 0; press < 60; press += 1) {
      presses.push(table.cashOuts.press(table.bet(press), table.time.nowMs()));
      await vi.advanceTimersByTimeAsync(50);
    }
    await vi.advanceTimersByTimeAsync(askEveryMs(tables));
    expect((await Promise.all(presses)).every((reply) => reply.ok)).toBe(true);
    expect(table.asked.length).toBeGreaterThan(0);
    expect((table.asked.length - 1) * tables).toBeLessThanOrEqual(3.05 * ASKS_PER_SECOND_MAX);
  });

  it("wait longer the more tables there are, and what a press is worth stays that of its receipt", async () => {
    const table = flying(834, [null]);
    await vi.advanceTimersByTimeAsync(2_000);
    const press = table.cashOuts.press(table.bet(0), table.time.nowMs());
    await vi.advanceTimersByTimeAsync(askEveryMs(834));
    expect(askEveryMs(834)).toBeGreaterThan(1_000);
    expect(await press).toMatchObject({ ok: true, value: { cashOutHundredths: multiplierAt(2_000, RATE) } });
  });
});

describe("a table whose clock is not the game's", () => {
  it.each([
    ["behind", 3_000],
    ["ahead", -3_000],
  ])("that is %s gives a press what the flight had reached by the game's clock, to the line's delay", async (_, aheadMs) => {
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    const table = flying(1, [null], aheadMs);
    await table.time.asked(async () => {
      await vi.advanceTimersByTimeAsync(10);
      return { ...view("RUNNING", 1), serverTimeMs: Date.now() + aheadMs };
    });
    expect(warned).toHaveBeenCalledTimes(1);
    expect(String(warned.mock.calls[0])).toContain("crash_table_clock_off");
    await vi.advanceTimersByTimeAsync(5_000 - (Date.now() - STARTED_AT));
    const press = table.cashOuts.press(table.bet(0), table.time.nowMs());
    await vi.advanceTimersByTimeAsync(askEveryMs(1));
    const reply = await press;
    const worth = reply.ok ? (reply.value.cashOutHundredths ?? 0) : 0;
    expect(worth).toBeLessThanOrEqual(multiplierAt(5_000 + aheadMs + 12, RATE));
    expect(worth).toBeGreaterThanOrEqual(multiplierAt(5_000 + aheadMs - 12, RATE));
  });
});
