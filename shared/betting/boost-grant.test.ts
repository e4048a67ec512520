import { describe, expect, it } from "vitest";
import { BOOSTS } from "../tenants/sports/boosts.ts";
import { type BoostGrant, isPersonal, usableGrant } from "./boost-grant.ts";

const NOW = 1_000;
const grant = (changes: Partial<BoostGrant> = {}): BoostGrant => ({
  ...{ boostId: "vip", stakeMaxMinor: 500, usesLeft: 2, expiresAtMs: NOW + 1 },
  ...changes,
});
const asked = (grants: readonly BoostGrant[], stakeMinor = 500) => usableGrant(grants, "vip", stakeMinor, NOW);

describe("a player's boost", () => {
  it("is the grant that is good for the bet and ends first", () => {
    const [later, sooner] = [grant({ expiresAtMs: NOW + 9 }), grant({ expiresAtMs: NOW + 5 })];
    const others = [grant({ usesLeft: 0 }), grant({ expiresAtMs: NOW }), grant({ stakeMaxMinor: 499 }), grant({ boostId: "other" })];
    expect(asked([later, ...others, sooner])).toEqual({ ok: true, value: sooner });
  });

  it.each([
    ["that was never given", [grant({ boostId: "other" })], { reason: "not_granted" }],
    ["that has ended", [grant({ expiresAtMs: NOW, usesLeft: 0 })], { reason: "grant_expired" }],
    ["that has no bet left", [grant({ usesLeft: 0, stakeMaxMinor: 1 })], { reason: "used_up" }],
    ["for smaller stakes", [grant({ stakeMaxMinor: 300 }), grant({ stakeMaxMinor: 499 })], { reason: "stake", maxMinor: 499 }],
  ])("%s can't be used", (_what, grants, error) => {
    expect(asked(grants)).toEqual({ ok: false, error });
  });

  it("is of a campaign that says so; others are for everybody", () => {
    expect(isPersonal(BOOSTS.KE, "KE-loyal-boost-1")).toBe(true);
    expect(isPersonal(BOOSTS.KE, "KE-opening-2027")).toBe(false);
    expect(isPersonal(BOOSTS.KE, "no-such")).toBe(false);
  });
});
