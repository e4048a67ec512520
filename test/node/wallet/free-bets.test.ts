/**
 * Free bets: what a token costs whom, when it comes back, and that it stakes one bet at a time. Amounts in minor units; odds of 2.00
 * unless a test says otherwise.
 */
import { describe, expect, it } from "vitest";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { answerOffer, decideBet, endOverdueBets } from "../../../durable-objects/wallet/commands/decide-bet.ts";
import { grantFreeBet } from "../../../durable-objects/wallet/commands/free-bet.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { toFreeBetView } from "../../../durable-objects/wallet/free-bet-store.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import type { PlaceBet, SelectionOutcome, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { HoldBet } from "../../../shared/protocol/rpc/wallet-acceptance.ts";
import type { FreeBetTerms } from "../../../shared/tenants/sports/promotions.ts";
import {
  betCommand,
  decisionFor,
  freeBetCommand as grantCommand,
  holdCommand,
  mint,
  resultFor,
  selection,
} from "../../support/wallet-commands.ts";
import { balance, freezeAccount } from "./ledger-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const TOKEN = 5_000;

function worldWithToken(terms: Partial<FreeBetTerms> = {}): { readonly world: WalletWorld; readonly freeBetId: string } {
  const world = new WalletWorld("KE");
  const { freeBetId } = must(grantFreeBet(world.stores, grantCommand({ amountMinor: TOKEN }, terms), world.moment()));
  return { world, freeBetId };
}

function freeBet(freeBetId: string, changes: Partial<PlaceBet> = {}): PlaceBet {
  return betCommand({ stakeMinor: TOKEN, freeBetId, ...changes });
}

function placed(world: WalletWorld, freeBetId: string, changes: Partial<PlaceBet> = {}): PlaceBet {
  const bet = freeBet(freeBetId, changes);
  must(placeBet(world.stores, bet, world.moment()));
  return bet;
}

function settle(world: WalletWorld, bet: PlaceBet, version: number, outcome: SelectionOutcome | null, at = 0) {
  return must(settleBet(world.stores, resultFor(bet, bet.selections[at]?.fixtureId ?? "", version, outcome), world.moment()));
}

const stateOf = (world: WalletWorld, freeBetId: string) => {
  const token = world.stores.freeBets.find(freeBetId);
  return token === null ? null : toFreeBetView(token, world.nowMs).state;
};
const books = (world: WalletWorld) => ({
  cash: balance(world, "user:cash")[0],
  promotions: balance(world, "promo:cost"),
  house: balance(world, "house:stakes")[0] + balance(world, "house:payouts")[0],
});

function expectRefused(world: WalletWorld, run: () => WalletReply<unknown>, expected: object): void {
  const before = world.digest();
  expect(refusal(run())).toMatchObject(expected);
  expect(world.digest()).toEqual(before);
  expect(before.violations).toEqual([]);
}

describe("a free bet", () => {
  it("costs the player nothing and promotions its stake, and pays what it wins above the stake", () => {
    const { world, freeBetId } = worldWithToken();
    expect(books(world)).toEqual({ cash: 0, promotions: [0, 0], house: 0 });
    const bet = placed(world, freeBetId, { selections: [selection({ oddsThousandths: 3_500 })] });
    expect(books(world)).toEqual({ cash: 0, promotions: [-TOKEN, 0], house: TOKEN });
    expect(settle(world, bet, 1, "won")).toMatchObject({ status: "WON", paidMinor: 12_500, potentialWinMinor: 12_500, freeBetId });
    expect(books(world)).toEqual({ cash: 12_500, promotions: [-TOKEN, 0], house: TOKEN - 12_500 });
    expect(stateOf(world, freeBetId)).toBe("USED");
    expect(world.digest().violations).toEqual([]);
  });

  it.each([
    ["lost", "LOST", 0],
    ["half_won", "WON", 2_500],
    ["half_lost", "LOST", 0],
  ] as const)("that is %s ends %s and pays %i", (outcome, status, paidMinor) => {
    const { world, freeBetId } = worldWithToken();
    expect(settle(world, placed(world, freeBetId), 1, outcome)).toMatchObject({ status, paidMinor });
    expect(stateOf(world, freeBetId)).toBe("USED");
    expect(world.digest().violations).toEqual([]);
  });

  it("with a void selection plays on with the others", () => {
    const { world, freeBetId } = worldWithToken({ selectionsMin: 2 });
    const bet = placed(world, freeBetId, { kind: "MULTI", selections: [selection(), selection({ oddsThousandths: 1_800 })] });
    settle(world, bet, 1, "void");
    expect(settle(world, bet, 1, "won", 1)).toMatchObject({ status: "WON", paidMinor: 4_000 });
    expect(stateOf(world, freeBetId)).toBe("USED");
  });

  it("is promised no accumulator bonus", () => {
    const { world, freeBetId } = worldWithToken();
    world.pass(Date.parse("2027-02-01T00:00:00Z") - world.nowMs);
    const token = must(grantFreeBet(world.stores, grantCommand({ amountMinor: TOKEN }), world.moment()));
    const selections = [selection(), selection(), selection()];
    const own = betCommand({ kind: "MULTI", stakeMinor: TOKEN, selections });
    world.deposit(100_000);
    must(placeBet(world.stores, own, world.moment()));
    const bet = placed(world, token.freeBetId, { kind: "MULTI", selections });
    expect(world.stores.bets.find(own.betId)?.terms.ladder).not.toBeNull();
    expect(world.stores.bets.find(bet.betId)?.terms.ladder).toBeNull();
    expect(stateOf(world, freeBetId)).toBe("EXPIRED");
  });

  it("can't be cashed out, and asking changes nothing", () => {
    const { world, freeBetId } = worldWithToken();
    const { betId } = placed(world, freeBetId);
    const ask = { key: mint("key"), fingerprint: "print", betId, stateVersion: 0, percent: 100, payoutMinor: 3_000 };
    expectRefused(world, () => cashOut(world.stores, ask, world.moment()), { reason: "bet_not_eligible" });
  });
});

describe("a free bet that is void", () => {
  it("pays nothing, gives promotions their money and the player the token, for some days at least", () => {
    const { world, freeBetId } = worldWithToken();
    const bet = placed(world, freeBetId);
    world.pass(13 * DAY_MS);
    expect(settle(world, bet, 1, "void")).toMatchObject({ status: "VOID", paidMinor: 0 });
    expect(books(world)).toEqual({ cash: 0, promotions: [0, 0], house: 0 });
    expect(stateOf(world, freeBetId)).toBe("RETURNED");
    world.pass(6 * DAY_MS);
    const again = placed(world, freeBetId);
    expect(settle(world, again, 1, "won").paidMinor).toBe(TOKEN);
    expect(world.digest().violations).toEqual([]);
  });

  it("takes its token again when the result is corrected, whatever order the versions come in", () => {
    const straight = worldWithToken();
    const bet = placed(straight.world, straight.freeBetId);
    settle(straight.world, bet, 2, "won");
    const winding = worldWithToken();
    const other = placed(winding.world, winding.freeBetId);
    for (const outcome of ["void", null, "void", "won", "void", "won"] as const)
      settle(winding.world, other, (winding.world.stores.bets.find(other.betId)?.settlements.length ?? 0) + 1, outcome);
    for (const { world, freeBetId } of [straight, winding]) {
      expect(books(world)).toEqual({ cash: TOKEN, promotions: [-TOKEN, 0], house: 0 });
      expect(stateOf(world, freeBetId)).toBe("USED");
      expect(world.digest().violations).toEqual([]);
    }
  });

  it("leaves the token where it is staked by now: the correction pays, and the second bet stands", () => {
    const { world, freeBetId } = worldWithToken();
    const first = placed(world, freeBetId);
    settle(world, first, 1, "void");
    const second = placed(world, freeBetId);
    expect(settle(world, first, 2, "won").paidMinor).toBe(TOKEN);
    expect(books(world)).toEqual({ cash: TOKEN, promotions: [-TOKEN, 0], house: 0 });
    expect(settle(world, second, 1, "void").status).toBe("VOID");
    expect(settle(world, first, 3, "lost").paidMinor).toBe(0);
    expect(world.digest().violations).toEqual([]);
  });

  it("leaves promotions within what an operator lets them cost", () => {
    const { world, freeBetId } = worldWithToken();
    const bet = placed(world, freeBetId);
    settle(world, bet, 1, "void");
    freezeAccount(world, "promo:cost");
    expect(settle(world, bet, 2, "won").paidMinor).toBe(TOKEN);
    expect(books(world)).toEqual({ cash: TOKEN, promotions: [0, 0], house: -TOKEN });
    expect(stateOf(world, freeBetId)).toBe("RETURNED");
    expect(world.digest().violations).toEqual([]);
  });
});

describe("a free bet is refused and nothing changes", () => {
  it.each([
    ["amount", {}, { stakeMinor: TOKEN + 1 }],
    ["bet_type", { kinds: ["MULTI"] }, {}],
    ["selections", { selectionsMin: 2 }, {}],
    ["sport", { sports: ["tennis"] }, {}],
    ["odds", { oddsMinThousandths: 2_001 }, {}],
    ["unknown", {}, { freeBetId: "fbt_other" }],
  ] as const)("when the bet does not meet its terms: %s", (why, terms, changes) => {
    const { world, freeBetId } = worldWithToken(terms);
    const bet = freeBet(freeBetId, changes);
    expectRefused(world, () => placeBet(world.stores, bet, world.moment()), { reason: "free_bet_refused", why });
    const waiting = holdCommand({ ...freeBet(freeBetId, changes) });
    expectRefused(world, () => holdBet(world.stores, waiting, world.moment()), { reason: "free_bet_refused", why });
  });

  it("when the token is staked already, or its time is over", () => {
    const { world, freeBetId } = worldWithToken();
    placed(world, freeBetId);
    expectRefused(world, () => placeBet(world.stores, freeBet(freeBetId), world.moment()), { why: "used" });
    const late = worldWithToken();
    late.world.pass(14 * DAY_MS);
    expect(stateOf(late.world, late.freeBetId)).toBe("EXPIRED");
    expectRefused(late.world, () => placeBet(late.world.stores, freeBet(late.freeBetId), late.world.moment()), { why: "expired" });
  });

  it("when an operator has stopped what promotions may cost", () => {
    const { world, freeBetId } = worldWithToken();
    freezeAccount(world, "promo:cost");
    const run = () => placeBet(world.stores, freeBet(freeBetId), world.moment());
    expectRefused(world, run, { reason: "account_frozen", account: "promo:cost" });
  });

  it("when the grant is for an excluded player, or of an amount that nobody may stake", () => {
    const { world } = worldWithToken();
    const grant = (amountMinor: number) => () => grantFreeBet(world.stores, grantCommand({ amountMinor }), world.moment());
    expectRefused(world, grant(1_999), { reason: "amount_too_low" });
    expectRefused(world, grant(100_000_001), { reason: "amount_too_high" });
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "enough" }, world.moment()));
    expectRefused(world, grant(TOKEN), { reason: "self_excluded" });
  });
});

describe("a free bet that waits for its decision", () => {
  function waiting(terms: Partial<FreeBetTerms> = {}) {
    const { world, freeBetId } = worldWithToken(terms);
    const bet = holdCommand({ stakeMinor: TOKEN, freeBetId }) satisfies HoldBet;
    must(holdBet(world.stores, bet, world.moment()));
    expect(books(world)).toEqual({ cash: 0, promotions: [0, TOKEN], house: 0 });
    expect(stateOf(world, freeBetId)).toBe("USED");
    world.pass(bet.delayMs);
    return { world, freeBetId, bet };
  }

  function expectBack(world: WalletWorld, freeBetId: string): void {
    expect(books(world)).toEqual({ cash: 0, promotions: [0, 0], house: 0 });
    expect(stateOf(world, freeBetId)).toBe("ISSUED");
    expect(world.digest().violations).toEqual([]);
    placed(world, freeBetId);
  }

  it("is staked when it is accepted, and pays like any other", () => {
    const { world, freeBetId, bet } = waiting();
    must(decideBet(world.stores, decisionFor(bet), world.moment()));
    expect(books(world)).toEqual({ cash: 0, promotions: [-TOKEN, 0], house: TOKEN });
    expect(settle(world, bet, 1, "won").paidMinor).toBe(TOKEN);
    expect(stateOf(world, freeBetId)).toBe("USED");
    expect(world.digest().violations).toEqual([]);
  });

  it("gives the token back once when the fixtures refuse it", () => {
    const { world, freeBetId, bet } = waiting();
    const decision = { verdict: "refused", code: "MARKET_SUSPENDED", details: "{}" } as const;
    for (let times = 0; times < 2; times += 1) must(decideBet(world.stores, { betId: bet.betId, round: 1, decision }, world.moment()));
    expectBack(world, freeBetId);
  });

  it("gives the token back when nobody decides, and when the player declines an offer", () => {
    const silent = waiting();
    silent.world.pass(DAY_MS);
    endOverdueBets(silent.world.stores, silent.world.moment());
    expectBack(silent.world, silent.freeBetId);

    const { world, freeBetId, bet } = waiting();
    must(decideBet(world.stores, decisionFor(bet, { asksAgain: true }), world.moment()));
    const answer = { key: mint("key"), fingerprint: "print", betId: bet.betId, round: 1, accept: false };
    must(answerOffer(world.stores, answer, world.moment()));
    expectBack(world, freeBetId);
  });

  it("is refused, not offered, when less than the token may be staked or the prices fall below its terms", () => {
    const less = waiting();
    const offered = must(decideBet(less.world.stores, decisionFor(less.bet, { stakeMaxMinor: TOKEN - 1 }), less.world.moment()));
    expect(offered).toMatchObject({ status: "REJECTED", refusal: { code: "STAKE_TOO_HIGH" } });
    expectBack(less.world, less.freeBetId);

    const { world, freeBetId, bet } = waiting({ oddsMinThousandths: 2_000 });
    const selections = bet.selections.map((each) => ({ ...each, oddsThousandths: 1_990 }));
    const low = must(decideBet(world.stores, decisionFor(bet, { selections, asksAgain: true }), world.moment()));
    expect(low).toMatchObject({ status: "REJECTED", refusal: { code: "FREE_BET_REFUSED", details: '{"reason":"odds"}' } });
    expectBack(world, freeBetId);
  });
});
