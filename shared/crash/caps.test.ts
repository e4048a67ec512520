import { describe, expect, it } from "vitest";
import { isCalendarDay } from "../kernel/time.ts";
import { tenantOf } from "../tenants/index.ts";
import { COUNTRIES } from "../tenants/tenant.ts";
import { TARGET_HUNDREDTHS_MIN } from "./multiplier.ts";

describe.each(COUNTRIES)("the bounds of a round in %s", (country) => {
  const { caps, stake } = tenantOf(country).crash;

  it("are each of a day of their own, so that one set holds at any time", () => {
    const days = caps.map(({ validFrom }) => validFrom);
    expect(days.length).toBeGreaterThan(0);
    expect(days.every(isCalendarDay)).toBe(true);
    expect(new Set(days).size).toBe(days.length);
  });

  it("let one bet win its most, and two of the largest stakes leave at the least multiplier, within the player's and the round's", () => {
    const leastWinMinor = (2 * stake.maxMinor * (TARGET_HUNDREDTHS_MIN - 100)) / 100;
    for (const { betPayoutMaxMinor, playerWinMaxMinor, roundWinMaxMinor } of caps) {
      expect(betPayoutMaxMinor).toBeGreaterThanOrEqual(2 * stake.maxMinor);
      expect(playerWinMaxMinor).toBeGreaterThanOrEqual(Math.max(leastWinMinor, betPayoutMaxMinor - stake.minMinor));
      expect(roundWinMaxMinor).toBeGreaterThanOrEqual(playerWinMaxMinor);
    }
  });
});
