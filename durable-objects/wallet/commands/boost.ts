/**
 * Boosts of one player: given by an operator, and used up bet by bet. Which campaigns a player must have been given, the tenant's data says;
 * whether one is left is asked here, in the transaction that places the bet, so that two bets can't both take the last.
 *
 * A use is the bet's for good: one that is void or corrected gives none back.
 */
import { isPersonal, usableGrant } from "../../../shared/betting/boost-grant.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import { fingerprint } from "../../../shared/ledger/fingerprint.ts";
import type { PlaceBet, WalletRefusal, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { BoostGrantView, GrantBoost } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import { sha256Hex } from "../../platform/hash.ts";
import { toBoostGrantView } from "../boost-grant-store.ts";
import { checkNotExcluded, checkVerified, firstRefusal } from "../eligibility.ts";
import { callerKey } from "../idempotency-store.ts";
import { type CommandScope, type Moment, runCommand } from "../run-command.ts";
import type { WalletStores } from "../wallet-stores.ts";

/** Gives the player a campaign for so many bets. Refuses, in this order: `not_verified`, `self_excluded`. Idempotent by key. */
export function grantBoost(wallet: WalletStores, command: GrantBoost, moment: Moment): WalletReply<BoostGrantView> {
  const { key, grantId, boostId, stakeMaxMinor, uses, days, reason } = command;
  const print = fingerprint("grant_boost", { grantId, boostId, stakeMaxMinor, uses, days, reason }, sha256Hex);
  return runCommand(wallet, moment, { name: "grant_boost", key: callerKey(key), fingerprint: print }, (scope) => {
    // A key that was forgotten made this grant long ago: it can't make another.
    if (wallet.boosts.has(grantId)) return err({ reason: "idempotency_key_reused" });
    const refusal = firstRefusal(
      () => checkVerified(scope, "bet"),
      () => checkNotExcluded(scope),
    );
    if (refusal !== null) return refusal;

    // From here it must succeed.
    const expiresAtMs = moment.nowMs + days * DAY_MS;
    const facts = { boostId, stakeMaxMinor, uses, expiresAtMs, reason };
    const { seq } = scope.post({ kind: "BOOST_GRANTED", ref: grantId, refType: "promotion", facts });
    const grant = { seq, grantId, boostId, stakeMaxMinor, uses, grantedAtMs: moment.nowMs, expiresAtMs };
    wallet.boosts.add(grant);
    return ok(toBoostGrantView({ ...grant, usesLeft: uses }));
  });
}

type BoostedBet = Pick<PlaceBet, "selections" | "stakeMinor">;

/** Refuses `boost_refused` for a bet at prices that the player was not given, or not for this stake. */
export function checkBoost(wallet: WalletStores, bet: BoostedBet, scope: CommandScope): Result<null, WalletRefusal> {
  const grant = grantFor(wallet, bet, scope);
  return grant === null || grant.ok ? ok(null) : err({ reason: "boost_refused", why: grant.error });
}

/** Takes one use off the grant of a bet that was checked; nothing where its campaign is for everybody. */
export function useBoost(wallet: WalletStores, bet: BoostedBet, scope: CommandScope): void {
  const grant = grantFor(wallet, bet, scope);
  if (grant?.ok === true) wallet.boosts.use(grant.value.grantId);
}

/** The grant that a bet uses; null when it needs none. A bet has the boost of one campaign at most. */
function grantFor(wallet: WalletStores, { selections, stakeMinor }: BoostedBet, { profile, moment }: CommandScope) {
  const boostId = selections.find(({ boost }) => boost !== undefined)?.boost?.boostId;
  if (boostId === undefined || !isPersonal(sportsRulesOf(profile.country).boosts, boostId)) return null;
  return usableGrant(wallet.boosts.all(), boostId, stakeMinor, moment.nowMs);
}
