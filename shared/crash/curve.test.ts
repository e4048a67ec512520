import { describe, expect, it } from "vitest";
import { flightMs, millisecondsTo, multiplierAt } from "./curve.ts";
import { formatMultiplier, parseMultiplier, toMultiplier } from "./multiplier.ts";
import { isLater, nextStatus } from "./round.ts";

const RATE = 60;

describe("curve", () => {
  it.each([
    [100, 166],
    [200, 11_636],
    [1_000, 38_394],
    [10_000, 76_755],
    [205_590, 127_142],
  ])("a flight to %i hundredths lasts %i ms", (crash, ms) => {
    expect(flightMs(crash, RATE)).toBe(ms);
  });

  it.each([
    [0, 100],
    [-5, 100],
    [30_000, 604],
    [120_000, 133_943],
  ])("stands after %i ms at %i hundredths", (ms, multiplier) => {
    expect(multiplierAt(ms, RATE)).toBe(multiplier);
  });

  it("reaches a multiplier at the first millisecond that shows it, and never shows more than the crash point", () => {
    for (let hundredths = 101; hundredths < 3_000; hundredths += 1) {
      const ms = millisecondsTo(hundredths, RATE);
      expect(multiplierAt(ms, RATE)).toBeGreaterThanOrEqual(hundredths);
      expect(multiplierAt(ms - 1, RATE)).toBeLessThan(hundredths);
      expect(multiplierAt(flightMs(hundredths, RATE) - 1, RATE)).toBeLessThanOrEqual(hundredths);
    }
  });
});

describe("multiplier", () => {
  it("prints every hundredth with the decimals it has", () => {
    for (let hundredths = 100; hundredths < 100_000; hundredths += 7) {
      expect(Number(formatMultiplier(hundredths))).toBe(toMultiplier(hundredths));
      expect(String(toMultiplier(hundredths)).split(".")[1]?.length ?? 0).toBeLessThanOrEqual(2);
    }
    expect(JSON.stringify(toMultiplier(123))).toBe("1.23");
    expect(formatMultiplier(120)).toBe("1.20");
  });

  it("parses what it prints", () => {
    expect(parseMultiplier("1.5")).toEqual({ ok: true, value: 150 });
    expect(parseMultiplier(2.07)).toEqual({ ok: true, value: 207 });
    expect(parseMultiplier(2)).toEqual({ ok: true, value: 200 });
  });

  it.each(["", "1.234", "1e2", "-2", "01.2", Number.NaN, 1e21])("refuses %s", (input) => {
    expect(parseMultiplier(input)).toEqual({ ok: false, error: { reason: "not_a_multiplier" } });
  });
});

describe("round", () => {
  it("goes around and takes no other way", () => {
    expect(nextStatus("WAITING", "open")).toBe("BETTING");
    expect(nextStatus("BETTING", "start")).toBe("RUNNING");
    expect(nextStatus("RUNNING", "crash")).toBe("CRASHED");
    expect(nextStatus("CRASHED", "rest")).toBe("WAITING");
    expect(nextStatus("WAITING", "start")).toBeNull();
    expect(nextStatus("BETTING", "open")).toBeNull();
    expect(nextStatus("RUNNING", "open")).toBeNull();
    expect(nextStatus("CRASHED", "crash")).toBeNull();
  });

  it("knows what is later", () => {
    expect(isLater({ roundNumber: 2, status: "WAITING" }, { roundNumber: 1, status: "CRASHED" })).toBe(true);
    expect(isLater({ roundNumber: 1, status: "RUNNING" }, { roundNumber: 1, status: "BETTING" })).toBe(true);
    expect(isLater({ roundNumber: 1, status: "RUNNING" }, { roundNumber: 1, status: "RUNNING" })).toBe(false);
    expect(isLater({ roundNumber: 1, status: "CRASHED" }, { roundNumber: 2, status: "BETTING" })).toBe(false);
  });
});
