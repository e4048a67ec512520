/** A round never starts on a link that does not verify: the game closes with an alarm line, and no stake is taken. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { GameWorld, offlineChain, SECRET } from "./game-world.ts";

const alarms: string[] = [];

beforeEach(() => {
  alarms.length = 0;
  vi.spyOn(console, "error").mockImplementation((line: string) => void alarms.push(String(JSON.parse(line).event)));
});
afterEach(() => vi.restoreAllMocks());

function readyWorld(): GameWorld {
  const world = new GameWorld();
  world.install(offlineChain(7, 1_200));
  return world;
}

it.each([
  ["a sealed checkpoint", "UPDATE checkpoint SET sealed = 'ff' || substr(sealed, 3)"],
  ["a missing checkpoint", "DELETE FROM checkpoint"],
  ["the last revealed hash", `UPDATE round SET commitment = '${"0".repeat(64)}'`],
  ["the chain's name", "UPDATE chain SET nonce = 'another'"],
])("closes the game before betting when somebody changed %s", (_what, tampering) => {
  const world = readyWorld();
  world.sql.run(tampering);
  expect(world.store.open(world.nowMs)).toBe(false);
  expect(world.round).toMatchObject({ status: "WAITING", betting_ends_at: null });
  expect(world.fairness.report().closing).toMatchObject({ reason: "chain_broken", detail: "round 1" });
  expect(alarms).toEqual(["crash_link_broken", "crash_game_closed"]);
  expect(world.store.open(world.nowMs)).toBe(false);
  expect(alarms).toHaveLength(2);
});

it("closes the game under another secret, and plays on with the right one after it was opened again", () => {
  const world = readyWorld();
  world.wake("the-secret-of-somebody-else-altogether");
  expect(world.store.open(world.nowMs)).toBe(false);
  expect(world.fairness.report().closing).toMatchObject({ reason: "chain_broken" });
  world.wake(SECRET);
  expect(world.store.open(world.nowMs)).toBe(false);
  expect(world.fairness.reopen()).toBe(true);
  expect(world.playRound()).toMatchObject({ number: 1, status: "CRASHED" });
  expect(world.fairness.reopen()).toBe(false);
});

it.each(["house_edge_basis_points", "cap_hundredths", "curve_millionths_per_ms"])(
  "plays no round under another %s than the published one",
  (column) => {
    const world = readyWorld();
    world.sql.run(`UPDATE chain SET ${column} = ${column} + 1`);
    expect(world.store.open(world.nowMs)).toBe(false);
    expect(world.fairness.report().closing).toMatchObject({ reason: "config_differs" });
    expect(world.fairness.view(world.round).configSha256).toBeNull();
  },
);

it.each([
  ["betting", "BETTING"],
  ["its flight", "RUNNING"],
])("holds a round whose secret is lost in %s, and ends it by the published rule when it is back", (_phase, status) => {
  const world = readyWorld();
  const twin = readyWorld();
  const expected = twin.playRound();
  world.store.open(world.nowMs);
  world.nowMs = world.round.betting_ends_at ?? 0;
  if (status === "RUNNING") world.store.endPhase(world.nowMs);
  world.wake("the-secret-of-somebody-else-altogether");
  world.nowMs += status === "RUNNING" ? 10_000_000 : 0;
  expect(world.store.endPhase(world.nowMs)).toBe(false);
  expect(world.round).toMatchObject({ status, crash_hundredths: null, server_seed: null });
  expect(world.fairness.report().closing).toMatchObject({ reason: "chain_broken" });
  const retry = world.sql.first<{ due_at: number }>("SELECT due_at FROM alarm_job WHERE key = 'phase'");
  expect(retry?.due_at).toBeGreaterThan(world.nowMs);

  world.wake(SECRET);
  while (world.round.status !== "CRASHED") {
    world.nowMs += 10_000_000;
    expect(world.store.endPhase(world.nowMs)).toBe(true);
  }
  expect(world.round).toMatchObject({ crash_hundredths: expected.crash_hundredths, server_seed: expected.server_seed });
  world.nowMs += 10_000;
  world.store.rest(1, world.nowMs, null);
  expect(world.store.open(world.nowMs)).toBe(false);
});
