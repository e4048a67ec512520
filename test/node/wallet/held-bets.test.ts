/** Bets whose stake is held: each way out, once, and what stays as it was. */
import { describe, expect, it } from "vitest";
import {
  answerOffer,
  betToDecide,
  decideBet,
  endOverdueBets,
  setCustomerFactor,
} from "../../../durable-objects/wallet/commands/decide-bet.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import { releaseHold } from "../../../durable-objects/wallet/commands/holds.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze, selfExclude } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { availableCash } from "../../../shared/ledger/book.ts";
import type { HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import { betCommand, decisionFor, holdCommand, mint, resultFor } from "../../support/wallet-commands.ts";
import { worldWith } from "./ledger-commands.ts";
import { must, refusal, type WalletWorld } from "./wallet-world.ts";

const MINUTE_MS = 60_000;
const free = (world: WalletWorld) => availableCash(world.stores.journal.book());
const cash = (world: WalletWorld) => world.digest().balances.cashMinor;

/** A held bet whose delay is over. */
function waited(world: WalletWorld, changes: Partial<HoldBet> = {}): HoldBet {
  const bet = holdCommand(changes);
  must(holdBet(world.stores, bet, world.moment()));
  world.pass(bet.delayMs);
  return bet;
}

function offered(world: WalletWorld, changes: Parameters<typeof decisionFor>[1] = { asksAgain: true }): HoldBet {
  const bet = waited(world);
  expect(must(decideBet(world.stores, decisionFor(bet, changes), world.moment()))).toMatchObject({ status: "OFFERED" });
  return bet;
}

const answer = (bet: HoldBet, accept: boolean) => ({ key: mint("key"), fingerprint: "print", betId: bet.betId, round: null, accept });

describe("a held bet", () => {
  it("sets its stake aside, and is not to be decided before its delay is over", () => {
    const world = worldWith();
    const bet = holdCommand();
    expect(must(holdBet(world.stores, bet, world.moment()))).toMatchObject({
      status: "DELAYED",
      stakeMinor: 10_000,
      potentialWinMinor: 20_000,
    });
    expect([cash(world), free(world)]).toEqual([95_000, 85_000]);
    expect(betToDecide(world.stores, bet.betId, world.moment())).toBeNull();
    world.pass(bet.delayMs);
    expect(betToDecide(world.stores, bet.betId, world.moment())).toMatchObject({ round: 1, stakeMinor: 10_000 });
    expect(world.digest().violations).toEqual([]);
  });

  it("that is accepted is settled like any other", () => {
    const world = worldWith();
    const bet = waited(world);
    const decision = decisionFor(bet);
    expect(must(decideBet(world.stores, decision, world.moment()))).toMatchObject({ status: "PENDING", paidMinor: 0 });
    expect([cash(world), free(world)]).toEqual([85_000, 85_000]);
    const before = world.digest().digest;
    const again = decideBet(world.stores, decision, world.moment());
    expect(again).toMatchObject({ ok: true, value: { replayed: true, value: { status: "PENDING" } } });
    expect(world.digest().digest).toBe(before);
    const won = resultFor(bet, bet.selections[0]?.fixtureId ?? "", 1, "won");
    expect(must(settleBet(world.stores, won, world.moment())).paidMinor).toBe(20_000);
    expect(world.digest().violations).toEqual([]);
  });

  it("that is refused gives its stake back, whatever is decided afterwards", () => {
    const world = worldWith();
    const bet = waited(world);
    const decision = { verdict: "refused", code: "MARKET_CLOSED", details: "{}" } as const;
    expect(must(decideBet(world.stores, { betId: bet.betId, round: 1, decision }, world.moment()))).toMatchObject({
      status: "REJECTED",
      refusal: { code: "MARKET_CLOSED" },
    });
    expect(must(decideBet(world.stores, decisionFor(bet), world.moment())).status).toBe("REJECTED");
    expect([cash(world), free(world)]).toEqual([95_000, 95_000]);
  });

  it("that nobody decides gives its stake back once, even while the wallet is frozen", () => {
    const world = worldWith();
    const bet = waited(world);
    expect(endOverdueBets(world.stores, world.moment())).toEqual([]);
    must(freeze(world.stores, { key: mint("key"), reason: "a doubt" }, world.moment()));
    expect(refusal(decideBet(world.stores, decisionFor(bet), world.moment()))).toEqual({ reason: "wallet_frozen" });
    world.pass(MINUTE_MS);
    expect(endOverdueBets(world.stores, world.moment())).toMatchObject([{ status: "REJECTED", refusal: { code: "DECISION_TIMEOUT" } }]);
    expect(endOverdueBets(world.stores, world.moment())).toEqual([]);
    expect(free(world)).toBe(95_000);
    expect(world.digest().violations).toEqual([]);
  });

  it("is not accepted after its time, although its alarm has not run", () => {
    const world = worldWith();
    const bet = waited(world);
    world.pass(MINUTE_MS);
    expect(must(decideBet(world.stores, decisionFor(bet), world.moment()))).toMatchObject({ refusal: { code: "DECISION_TIMEOUT" } });
    expect(free(world)).toBe(95_000);
  });

  it("is refused when its player has excluded themselves meanwhile", () => {
    const world = worldWith();
    const bet = waited(world);
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "enough" }, world.moment()));
    expect(must(decideBet(world.stores, decisionFor(bet), world.moment()))).toMatchObject({ refusal: { code: "SELF_EXCLUDED" } });
    expect(free(world)).toBe(95_000);
  });

  it("keeps its hold from everybody else", () => {
    const world = worldWith();
    waited(world);
    const holdId = world.stores.holds.allOpen()[0]?.holdId ?? "";
    expect(refusal(releaseHold(world.stores, { key: mint("key"), holdId, reason: "mine" }, world.moment()))).toEqual({
      reason: "not_found",
    });
  });

  it("shares its key with a bet that is placed at once, whichever came first", () => {
    const world = worldWith();
    const held = holdCommand();
    must(holdBet(world.stores, held, world.moment()));
    expect(must(placeBet(world.stores, held, world.moment()))).toMatchObject({ betId: held.betId, status: "DELAYED" });
    const placed = holdCommand();
    must(placeBet(world.stores, placed, world.moment()));
    expect(must(holdBet(world.stores, placed, world.moment()))).toMatchObject({ betId: placed.betId, status: "PENDING" });
    expect(free(world)).toBe(75_000);
  });

  it("counts in the window of bets a minute, come what may of it", () => {
    const world = worldWith();
    world.rateLimits = true;
    for (let n = 0; n < 10; n += 1) must(holdBet(world.stores, holdCommand({ stakeMinor: 2_000 }), world.moment()));
    expect(refusal(placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment()))).toMatchObject({ reason: "rate_limited" });
    world.pass(MINUTE_MS);
    must(placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment()));
  });
});

describe("an offer", () => {
  it("that is taken waits once more at its terms, and then stands", () => {
    const world = worldWith();
    const bet = offered(world, { stakeMaxMinor: 6_000 });
    expect(must(answerOffer(world.stores, answer(bet, true), world.moment()))).toMatchObject({
      status: "DELAYED",
      stakeMinor: 6_000,
      offer: null,
    });
    expect(free(world)).toBe(85_000);
    expect(must(decideBet(world.stores, decisionFor(bet), world.moment())).status).toBe("DELAYED");
    world.pass(bet.delayMs);
    expect(must(decideBet(world.stores, decisionFor(bet, {}, 2), world.moment()))).toMatchObject({ status: "PENDING", stakeMinor: 6_000 });
    expect([cash(world), free(world)]).toEqual([89_000, 89_000]);
    expect(world.digest().violations).toEqual([]);
  });

  it("that is declined or runs out gives the stake back, and takes no other answer", () => {
    const world = worldWith();
    const [declined, forgotten] = [offered(world), offered(world)];
    expect(must(answerOffer(world.stores, answer(declined, false), world.moment())).status).toBe("EXPIRED");
    expect(refusal(answerOffer(world.stores, answer(declined, true), world.moment()))).toEqual({ reason: "offer_over", status: "EXPIRED" });
    world.pass(10_000);
    expect(refusal(answerOffer(world.stores, answer(forgotten, true), world.moment()))).toEqual({
      reason: "offer_over",
      status: "OFFERED",
    });
    expect(endOverdueBets(world.stores, world.moment())).toMatchObject([{ status: "EXPIRED", refusal: { code: "OFFER_EXPIRED" } }]);
    expect(free(world)).toBe(95_000);
  });

  it("is taken by the answer that means it: a repeat of an earlier one does not take the next", () => {
    const world = worldWith();
    const bet = offered(world);
    const first = { ...answer(bet, true), round: 1 };
    must(answerOffer(world.stores, first, world.moment()));
    world.pass(bet.delayMs);
    must(decideBet(world.stores, decisionFor(bet, { asksAgain: true }, 2), world.moment()));
    expect(answerOffer(world.stores, first, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(refusal(answerOffer(world.stores, { ...first, key: mint("key") }, world.moment()))).toMatchObject({ reason: "offer_over" });
    expect(world.stores.pendingBets.find(bet.betId)?.state).toBe("OFFERED");
  });

  it("is not made below the smallest stake", () => {
    const world = worldWith();
    const bet = waited(world);
    const decided = decideBet(world.stores, decisionFor(bet, { stakeMaxMinor: 1_999 }), world.moment());
    expect(must(decided)).toMatchObject({
      status: "REJECTED",
      refusal: { code: "STAKE_TOO_HIGH", details: JSON.stringify({ max: 19.99 }) },
    });
  });
});

describe("a player's factor", () => {
  it("scales what the fixtures take, and stands for every later bet", () => {
    const world = worldWith();
    must(setCustomerFactor(world.stores, { key: mint("key"), basisPoints: 2_500 }, world.moment()));
    const bet = betCommand({ stakeMinor: 10_000, stakeMaxMinor: 20_000 });
    expect(refusal(placeBet(world.stores, bet, world.moment()))).toEqual({ reason: "amount_too_high", maxMinor: 5_000 });
    world.evict();
    must(placeBet(world.stores, betCommand({ stakeMinor: 5_000, stakeMaxMinor: 20_000 }), world.moment()));
  });
});
