import { expect, it } from "vitest";
import { ASKS_PER_SECOND_MAX, askEveryMs, askInMs } from "./asking.ts";

const NOW = Date.parse("2026-11-23T10:00:00.123Z");

it.each([25, 84, 834])("all of %i tables, pressed in the same millisecond, ask one after another", (tables) => {
  const instants = Array.from({ length: tables }, (_, index) => askInMs(tables, index + 1, NOW)).sort((a, b) => a - b);
  expect(Math.min(...instants)).toBeGreaterThan(0);
  expect(Math.max(...instants)).toBeLessThanOrEqual(askEveryMs(tables));
  for (const from of instants) {
    const within = instants.filter((at) => at >= from && at < from + 10).length;
    expect(within).toBeLessThanOrEqual((ASKS_PER_SECOND_MAX * 10) / 1_000 + 2);
  }
});

it.each([1, 24, 84, 834])("one of %i tables has a moment to ask in each period, and no more", (tables) => {
  const everyMs = askEveryMs(tables);
  let atMs = NOW;
  const first = atMs + askInMs(tables, tables, atMs);
  for (let ask = 0; ask < 5; ask += 1) {
    atMs += askInMs(tables, tables, atMs);
    expect(atMs).toBe(first + ask * everyMs);
  }
});
