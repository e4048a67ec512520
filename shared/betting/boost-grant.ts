/**
 * Boosts that are for some players only: a campaign is given to a player for so many bets, up to a stake and until a day. Asked when a bet
 * is quoted, and decided by the wallet when it is placed.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import type { BoostCampaign } from "../tenants/sports/boosts.ts";

/** What a player was given of a campaign, as far as it is left. */
export interface BoostGrant {
  readonly boostId: string;
  /** Of one bet. */
  readonly stakeMaxMinor: number;
  readonly usesLeft: number;
  readonly expiresAtMs: number;
}

/** In order of precedence. */
export type BoostGrantProblem =
  | { readonly reason: "not_granted" | "grant_expired" | "used_up" }
  | { readonly reason: "stake"; readonly maxMinor: number };

/** True for a campaign that a player must have been given. */
export function isPersonal(campaigns: readonly BoostCampaign[], boostId: string): boolean {
  return campaigns.some((one) => one.boostId === boostId && one.personal !== undefined);
}

/** The grant that a bet of this stake would use: of those that are good for it the one that ends first; refuses when there is none. */
export function usableGrant<Grant extends BoostGrant>(
  grants: readonly Grant[],
  boostId: string,
  stakeMinor: number,
  nowMs: number,
): Result<Grant, BoostGrantProblem> {
  const own = grants.filter((grant) => grant.boostId === boostId);
  if (own.length === 0) return err({ reason: "not_granted" });
  const current = own.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  if (current.length === 0) return err({ reason: "grant_expired" });
  const left = current.filter(({ usesLeft }) => usesLeft > 0);
  if (left.length === 0) return err({ reason: "used_up" });
  const [first] = left.filter(({ stakeMaxMinor }) => stakeMinor <= stakeMaxMinor).toSorted((a, b) => a.expiresAtMs - b.expiresAtMs);
  if (first !== undefined) return ok(first);
  return err({ reason: "stake", maxMinor: Math.max(...left.map(({ stakeMaxMinor }) => stakeMaxMinor)) });
}
