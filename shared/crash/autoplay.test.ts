import { describe, expect, it } from "vitest";
import { type LocalDay, unixMs } from "../kernel/time.ts";
import { autoplayRoundsMax, autoplayVerdict } from "./autoplay.ts";

const terms = { stakeMinor: 1_000, rounds: 10, stopLossMinor: 3_000, stopWinMinor: 5_000 };
const fresh = { roundsTaken: 0, netMinor: 0, bestWinMinor: 0 };

describe("autoplay", () => {
  it("is offered as the rule of the day says, and not while the law bans it", () => {
    const rules = [
      { validFrom: "2026-06-01" as LocalDay, roundsMax: null },
      { validFrom: "2026-01-01" as LocalDay, roundsMax: 100 },
    ];
    // Midnight in Nairobi is 21:00 UTC.
    const at = (time: string) => autoplayRoundsMax(rules, unixMs(Date.parse(time)), 180);
    expect(at("2025-12-31T20:59:59Z")).toBeNull();
    expect(at("2025-12-31T21:00:00Z")).toBe(100);
    expect(at("2026-05-31T21:00:00Z")).toBeNull();
  });

  it("goes on while another lost stake stays within the loss, and ends before the one that would not", () => {
    expect(autoplayVerdict(terms, { ...fresh, netMinor: -2_000 })).toBeNull();
    expect(autoplayVerdict(terms, { ...fresh, netMinor: -2_001 })).toBe("loss_reached");
    expect(autoplayVerdict(terms, { ...fresh, netMinor: -3_000 })).toBe("loss_reached");
  });

  it("ends at a single win that reaches its value, not one unit below it, whatever was lost before", () => {
    expect(autoplayVerdict(terms, { ...fresh, bestWinMinor: 4_999 })).toBeNull();
    expect(autoplayVerdict(terms, { ...fresh, bestWinMinor: 5_000 })).toBe("win_reached");
    expect(autoplayVerdict(terms, { ...fresh, netMinor: -3_000, bestWinMinor: 5_000 })).toBe("win_reached");
  });

  it("plays exactly its rounds", () => {
    expect(autoplayVerdict(terms, { ...fresh, roundsTaken: 9 })).toBeNull();
    expect(autoplayVerdict(terms, { ...fresh, roundsTaken: 10 })).toBe("rounds_played");
  });

  it("never lets a losing streak cost more than the order may lose", () => {
    for (let stakeMinor = 1; stakeMinor <= 3_000; stakeMinor += 37) {
      let netMinor = 0;
      while (autoplayVerdict({ ...terms, stakeMinor, rounds: 10_000 }, { ...fresh, netMinor }) === null) netMinor -= stakeMinor;
      expect(-netMinor).toBeLessThanOrEqual(terms.stopLossMinor);
      expect(-netMinor + stakeMinor).toBeGreaterThan(terms.stopLossMinor);
    }
  });
});
