/** The monitor's sums: each table's report once, windows that follow each other, and a breach that closes the game. */
import { expect, it, vi } from "vitest";
import { type PlayedBet, type PlayedRound, playedRound } from "../../../shared/crash/rtp-monitor.ts";
import { GameWorld, offlineChain, RULES } from "./game-world.ts";

const EDGE = RULES.houseEdgeBasisPoints;

function partOf(round: number, payFactor = 1): PlayedRound {
  // Crash points spread as the formula spreads them: P(crash >= c) = 0.97 / c, by a walk through the unit interval.
  const draw = (round * 0.6180339887) % 1;
  const crash = Math.max(100, Math.min(RULES.capHundredths, Math.floor(97 / (1 - draw))));
  const bets = [150, 200, 300].map((target): PlayedBet => {
    const isWon = crash >= target;
    return { stakeMinor: 10_000, leftHundredths: isWon ? target : null, payoutMinor: isWon ? Math.floor(target * 100 * payFactor) : 0 };
  });
  return playedRound(bets, crash, EDGE);
}

function spans(world: GameWorld) {
  const [lifetime, window] = world.fairness.report().rtp;
  if (lifetime === undefined || window === undefined) throw new Error("a report has two spans");
  return { lifetime, window };
}

it("counts each table's part of a round once, and a round of two tables as one", () => {
  const world = new GameWorld();
  world.fairness.recordPlayed("crash-ke:1", 1, partOf(1), world.nowMs);
  world.fairness.recordPlayed("crash-ke:2", 1, partOf(1), world.nowMs);
  const before = world.stored();
  world.fairness.recordPlayed("crash-ke:1", 1, partOf(1), world.nowMs);
  expect(world.stored()).toBe(before);
  expect(spans(world).lifetime.sums).toMatchObject({ rounds: 1, bets: 6, stakedMinor: 60_000 });
  expect(spans(world).lifetime.sums.variance).toBeCloseTo(4 * partOf(1).variance, 3);
});

it("starts a window anew when it is full and goes on with the lifetime, in rows that do not grow", () => {
  const world = new GameWorld();
  for (let round = 1; round <= 1_450; round += 1) world.fairness.recordPlayed("crash-ke:1", round, partOf(round), world.nowMs + round);
  const { lifetime, window } = spans(world);
  expect([lifetime.sums.rounds, window.sums.rounds]).toEqual([1_450, 50]);
  expect(window.sinceMs).toBe(world.nowMs + 1_401);
  expect(lifetime.theoretical).toBeCloseTo(0.97, 9);
  expect(Math.abs(lifetime.actual - lifetime.theoretical)).toBeLessThan(lifetime.tolerance);
  expect(world.fairness.report().closing).toBeNull();
  expect(world.sql.first("SELECT count(*) AS n FROM rtp_part")).toEqual({ n: 1_000 });
});

it("leaves out a report that comes so late that it may be a repeat", () => {
  const world = new GameWorld();
  world.fairness.recordPlayed("crash-ke:1", 5_000, partOf(1), world.nowMs);
  const before = world.stored();
  world.fairness.recordPlayed("crash-ke:1", 4_000, partOf(2), world.nowMs);
  expect(world.stored()).toBe(before);
});

it("closes the game on a breach: the running round ends, none opens, and an operator's opening starts the sums anew", () => {
  const world = new GameWorld();
  world.install(offlineChain(9, 300));
  world.store.open(world.nowMs);
  const lines = vi.spyOn(console, "error").mockImplementation(() => undefined);
  for (let round = 1; round <= 400 && !world.fairness.isClosed; round += 1)
    world.fairness.recordPlayed("crash-ke:1", round, partOf(round, 0.5), world.nowMs);
  expect(lines.mock.calls.map(([line]) => JSON.parse(String(line)).event)).toEqual(["crash_game_closed"]);
  lines.mockRestore();
  const { closing } = world.fairness.report();
  expect(closing).toMatchObject({ reason: "rtp_breach" });
  expect(closing?.detail).toMatch(/^lifetime: paid 4\d(\.\d+)?%, expected 97%, within [\d.]+% by chance$/);

  world.nowMs += RULES.bettingMs;
  expect(world.store.endPhase(world.nowMs)).toBe(true);
  world.nowMs = world.round.crash_at ?? 0;
  expect(world.store.endPhase(world.nowMs)).toBe(true);
  world.nowMs += RULES.cooldownMs;
  world.store.rest(1, world.nowMs, null);
  expect(world.store.open(world.nowMs)).toBe(false);

  expect(world.fairness.reopen()).toBe(true);
  expect(spans(world).lifetime.sums.rounds).toBe(0);
  expect(world.store.open(world.nowMs)).toBe(true);
});
