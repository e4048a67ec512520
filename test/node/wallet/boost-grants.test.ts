/** Boosts of one player: who may use them, how often, and that they are used up with the bet or not at all. Amounts in minor units. */
import { describe, expect, it } from "vitest";
import { grantBoost } from "../../../durable-objects/wallet/commands/boost.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude, setVerified } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import type { PlaceBet, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { GrantBoost } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { betCommand, boostCommand, mint, resultFor, selection } from "../../support/wallet-commands.ts";
import { balance } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const OWN = "KE-loyal-boost-1";

function world(): WalletWorld {
  const made = new WalletWorld("KE", "2026-12-01T09:00:00Z");
  made.deposit(1_000_000);
  return made;
}

const boosted = (boostId = OWN, changes: Partial<PlaceBet> = {}) =>
  betCommand({
    stakeMinor: 10_000,
    selections: [selection({ oddsThousandths: 2_150, boost: { boostId, oddsThousandths: 2_000 } })],
    ...changes,
  });

function granted(at: WalletWorld, changes: Partial<GrantBoost> = {}) {
  return must(grantBoost(at.stores, boostCommand(changes), at.moment()));
}

const left = (at: WalletWorld) => at.stores.boosts.all().map(({ usesLeft }) => usesLeft);

function expectRefused(at: WalletWorld, run: () => WalletReply<unknown>, expected: object): void {
  const before = at.digest();
  expect(refusal(run())).toMatchObject(expected);
  expect(at.digest()).toEqual(before);
}

describe("a boost that players are given", () => {
  it("is not for a player who was not given it, and one for everybody needs no grant", () => {
    const own = world();
    expectRefused(own, () => placeBet(own.stores, boosted(), own.moment()), { reason: "boost_refused", why: { reason: "not_granted" } });
    must(placeBet(own.stores, boosted("KE-opening-2027"), own.moment()));
    must(placeBet(own.stores, betCommand(), own.moment()));
    expect(own.digest().violations).toEqual([]);
  });

  it("is used up bet by bet, whatever becomes of them, and a repeat of a bet uses nothing more", () => {
    const own = world();
    granted(own);
    const bet = boosted();
    must(placeBet(own.stores, bet, own.moment()));
    expect(left(own)).toEqual([1]);
    must(placeBet(own.stores, bet, own.moment()));
    expect(left(own)).toEqual([1]);
    must(settleBet(own.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "void"), own.moment()));
    own.evict();
    must(placeBet(own.stores, boosted(), own.moment()));
    expect(left(own)).toEqual([0]);
    expectRefused(own, () => placeBet(own.stores, boosted(), own.moment()), { reason: "boost_refused", why: { reason: "used_up" } });
    expect(own.digest().violations).toEqual([]);
  });

  it("is bounded by its stake and its time, and a bet that is refused for something else uses nothing", () => {
    const own = world();
    granted(own);
    const large = boosted(OWN, { stakeMinor: 50_001 });
    expectRefused(own, () => placeBet(own.stores, large, own.moment()), { why: { reason: "stake", maxMinor: 50_000 } });
    const late = boosted(OWN, { selections: [selection({ reservedUntilMs: own.nowMs, boost: { boostId: OWN, oddsThousandths: 1_900 } })] });
    expectRefused(own, () => placeBet(own.stores, late, own.moment()), { reason: "reservation_expired" });
    expect(left(own)).toEqual([2]);
    own.pass(14 * DAY_MS);
    expectRefused(own, () => placeBet(own.stores, boosted(), own.moment()), { why: { reason: "grant_expired" } });
  });

  it("is given once per key, and costs promotions only what a winner pays more", () => {
    const own = world();
    const command = boostCommand();
    const first = must(grantBoost(own.stores, command, own.moment()));
    expect(must(grantBoost(own.stores, command, own.moment()))).toEqual(first);
    expect(refusal(grantBoost(own.stores, { ...command, uses: 5 }, own.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(left(own)).toEqual([2]);
    expect(balance(own, "promo:cost")[0]).toBe(0);
    const bet = boosted();
    must(placeBet(own.stores, bet, own.moment()));
    must(settleBet(own.stores, resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won"), own.moment()));
    expect(balance(own, "promo:cost")[0]).toBe(-1_500);
    expect(own.digest().violations).toEqual([]);
  });

  it("draws nobody back to play", () => {
    const own = world();
    must(selfExclude(own.stores, { key: mint("exclude"), untilMs: null, reason: "asked for it" }, own.moment()));
    expectRefused(own, () => grantBoost(own.stores, boostCommand(), own.moment()), { reason: "self_excluded" });
    const unverified = world();
    must(setVerified(unverified.stores, { key: mint("verify"), verified: false }, unverified.moment()));
    expectRefused(unverified, () => grantBoost(unverified.stores, boostCommand(), unverified.moment()), { reason: "not_verified" });
  });
});
