import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GameTables } from "../../../durable-objects/crash-game/game-tables.ts";
import type { CrashTableRpc, RoundView, TablePresence } from "../../../shared/protocol/rpc/crash.ts";

const NOBODY: TablePresence = { connections: 0, openBets: 0, players: 0, roundNumber: 7 };
const view = (status: RoundView["status"]): RoundView => ({
  ...{ gameId: "g", roundNumber: 7, status, serverSeedHash: "", startedAtMs: null, bettingEndsAtMs: null, crashedAtMs: null },
  ...{
    crashHundredths: null,
    serverSeed: null,
    nextRoundAtMs: null,
    curveMillionthsPerMs: 60,
    tables: 3,
    activePlayers: 0,
    serverTimeMs: 0,
  },
});

/** Tables that answer as told; what they were told is kept. */
class FakeTables {
  readonly told: string[] = [];
  answers: Record<number, (() => Promise<TablePresence>) | undefined> = {};

  readonly table = (number: number): CrashTableRpc => {
    const answer = () => (this.answers[number] ?? (() => Promise.resolve({ ...NOBODY, connections: number * 10, players: number })))();
    return {
      roundChanged: (round: RoundView) => {
        this.told.push(`${number} ${round.status}`);
        return answer();
      },
      presence: () => {
        this.told.push(`${number} who`);
        return answer();
      },
    } as Partial<CrashTableRpc> as CrashTableRpc;
  };
}

describe("a game's tables", () => {
  const fakes = new FakeTables();
  let tables = new GameTables("g", fakes.table);

  beforeEach(() => {
    vi.useFakeTimers();
    fakes.told.length = 0;
    fakes.answers = {};
    tables = new GameTables("g", fakes.table);
  });
  afterEach(() => void vi.useRealTimers());

  it("hear each change in one message, which brings back who is there", async () => {
    expect(await tables.announce(view("BETTING"), 3)).toBe(true);
    expect(await tables.announce(view("BETTING"), 3)).toBe(true);
    expect(fakes.told).toEqual(["1 BETTING", "2 BETTING", "3 BETTING"]);
    expect(await tables.presence(3)).toEqual({ connections: 60, openBets: 0 });
    expect(tables.players(7)).toBe(6);
    expect(tables.players(8)).toBe(0);
    expect(fakes.told).toHaveLength(3);
  });

  it("hear of a closing once, and again when it is for another reason", async () => {
    for (const closedFor of ["rtp_breach", "rtp_breach", "config_differs"] as const)
      expect(await tables.announce({ ...view("WAITING"), isClosed: true, closedFor }, 1)).toBe(true);
    expect(fakes.told).toEqual(["1 WAITING", "1 WAITING"]);
  });

  it("don't wait for one that hangs or fails; only it is told again", async () => {
    fakes.answers = { 1: () => new Promise(() => {}), 2: () => Promise.reject(new Error("gone")) };
    const announced = tables.announce(view("RUNNING"), 3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await announced).toBe(false);
    fakes.answers = {};
    expect(await tables.announce(view("RUNNING"), 3)).toBe(true);
    expect(fakes.told.slice(3)).toEqual(["1 RUNNING", "2 RUNNING"]);
  });

  it("are asked who is there when they have said nothing since the game woke, and count as empty when they don't answer", async () => {
    tables.report(1, { ...NOBODY, connections: 5, openBets: 2 });
    fakes.answers = { 2: () => new Promise(() => {}) };
    const asked = tables.presence(3);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await asked).toEqual({ connections: 35, openBets: 2 });
    expect(fakes.told).toEqual(["2 who", "3 who"]);
  });

  it("are not told twice while they may still answer, and what they answer late counts", async () => {
    const late = Promise.withResolvers<TablePresence>();
    fakes.answers = { 1: () => late.promise };
    const first = tables.announce(view("RUNNING"), 1);
    await vi.advanceTimersByTimeAsync(1_000);
    const second = tables.announce(view("RUNNING"), 1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all([first, second])).toEqual([false, false]);
    late.resolve({ ...NOBODY, connections: 4 });
    await vi.advanceTimersByTimeAsync(0);
    expect(await tables.announce(view("RUNNING"), 1)).toBe(true);
    expect(fakes.told).toEqual(["1 RUNNING"]);
    expect(await tables.presence(1)).toEqual({ connections: 4, openBets: 0 });
  });

  it("are not waited for at the end of a pause once they have kept silent, until they speak", async () => {
    fakes.answers = { 2: () => new Promise(() => {}) };
    const announced = tables.announce(view("RUNNING"), 2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await announced).toBe(false);
    expect(await tables.presence(2)).toEqual({ connections: 10, openBets: 0 });
    tables.report(2, { ...NOBODY, connections: 7 });
    expect(await tables.presence(2)).toEqual({ connections: 17, openBets: 0 });
    expect(fakes.told).toEqual(["1 RUNNING", "2 RUNNING"]);
  });
});
