/**
 * Bonuses that are wagered: what they cost whom, what counts, and what ends them. Amounts in minor units; a bonus is 10,000 and wants
 * 30,000 staked at odds of 1.80 or more; bets are at 2.00 unless a test says otherwise.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setLimit } from "../../../durable-objects/wallet/commands/accounts.ts";
import { acceptBonus, expireBonuses, giveUpBonus, grantBonus } from "../../../durable-objects/wallet/commands/bonus.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { decideBet } from "../../../durable-objects/wallet/commands/decide-bet.ts";
import { startDeposit } from "../../../durable-objects/wallet/commands/deposits.ts";
import { grantFreeBet } from "../../../durable-objects/wallet/commands/free-bet.ts";
import { holdBet } from "../../../durable-objects/wallet/commands/hold-bet.ts";
import { reserve } from "../../../durable-objects/wallet/commands/holds.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude, setVerified } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { confirmWithdrawal, failWithdrawal, startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import type { PlaceBet, SelectionOutcome, WalletReply } from "../../../shared/protocol/rpc/wallet.ts";
import type { GrantBonus } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import type { WageringTerms } from "../../../shared/tenants/sports/promotions.ts";
import {
  betCommand,
  bonusCommand,
  decisionFor,
  freeBetCommand,
  holdCommand,
  mint,
  resultFor,
  selection,
  withdrawalCommand,
} from "../../support/wallet-commands.ts";
import { historyStep, WalletHistory } from "../../support/wallet-history.ts";
import { balance, freezeAccount, limitCommand, reserveCommand, worldWith } from "./ledger-commands.ts";
import { must, refusal, type WalletWorld } from "./wallet-world.ts";

const CASH = 95_000;
const BONUS = 10_000;

function offered(changes: Partial<GrantBonus> = {}, terms: Partial<WageringTerms> = {}) {
  const world = worldWith();
  return { world, bonusId: must(grantBonus(world.stores, bonusCommand(changes, terms), world.moment())).bonusId };
}

const active = (terms: Partial<WageringTerms> = {}) => offered({ offerDays: null }, terms);

function placed(world: WalletWorld, changes: Partial<PlaceBet> = {}): PlaceBet {
  const bet = betCommand(changes);
  must(placeBet(world.stores, bet, world.moment()));
  return bet;
}

function settle(world: WalletWorld, bet: PlaceBet, version: number, outcome: SelectionOutcome | null, at = 0): void {
  must(settleBet(world.stores, resultFor(bet, bet.selections[at]?.fixtureId ?? "", version, outcome), world.moment()));
}

/** Stakes an amount and loses it. */
function lose(world: WalletWorld, stakeMinor: number): PlaceBet {
  const bet = placed(world, { stakeMinor });
  settle(world, bet, 1, "lost");
  return bet;
}

const standing = (world: WalletWorld, bonusId: string) => {
  const bonus = world.stores.bonuses.find(bonusId);
  return [bonus?.state, bonus?.wageredMinor];
};
const money = (world: WalletWorld, bonusId: string) =>
  ["user:cash", `user:locked:${bonusId}`, "promo:cost"].map((code) => balance(world, code)[0]);

function expectSound(world: WalletWorld): void {
  expect(world.digest().violations).toEqual([]);
}

function expectRefused(world: WalletWorld, run: () => WalletReply<unknown>, expected: object): void {
  const before = world.digest();
  expect(refusal(run())).toMatchObject(expected);
  expect(world.digest()).toEqual(before);
}

describe("a bonus that is offered", () => {
  it("moves no money until the player takes it, and then locks promotions' money, once", () => {
    const { world, bonusId } = offered();
    expect(standing(world, bonusId)).toEqual(["OFFERED", 0]);
    expect(money(world, bonusId)).toEqual([CASH, 0, 0]);
    must(acceptBonus(world.stores, { bonusId }, world.moment()));
    const again = acceptBonus(world.stores, { bonusId }, world.moment());
    expect(again).toMatchObject({ ok: true, value: { replayed: true, balances: { cashMinor: CASH, bonusMinor: BONUS } } });
    expect(money(world, bonusId)).toEqual([CASH, BONUS, -BONUS]);
    expectSound(world);
  });

  it("counts no bet that was placed before it was taken", () => {
    const { world, bonusId } = offered();
    const early = placed(world);
    must(acceptBonus(world.stores, { bonusId }, world.moment()));
    settle(world, early, 1, "lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 0]);
  });

  it("ends with its time, or when the player gives it up, and moved nothing", () => {
    const late = offered();
    late.world.pass(7 * DAY_MS);
    expectRefused(late.world, () => acceptBonus(late.world.stores, late, late.world.moment()), { reason: "bonus_refused", why: "ended" });
    expect(expireBonuses(late.world.stores, late.world.moment())).toBe(1);
    expect(expireBonuses(late.world.stores, late.world.moment())).toBe(0);
    expect(standing(late.world, late.bonusId)).toEqual(["EXPIRED", 0]);
    const { world, bonusId } = offered();
    must(giveUpBonus(world.stores, { bonusId }, world.moment()));
    expect(giveUpBonus(world.stores, { bonusId }, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expect(standing(world, bonusId)).toEqual(["FORFEITED", 0]);
    expect(money(world, bonusId)).toEqual([CASH, 0, 0]);
    expectSound(world);
  });
});

describe("a bonus that is wagered", () => {
  it("becomes cash with the bet that fills it, and not one unit before", () => {
    const { world, bonusId } = active();
    lose(world, 10_000);
    lose(world, 19_999);
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 29_999]);
    expect(money(world, bonusId)).toEqual([CASH - 29_999, BONUS, -BONUS]);
    lose(world, 2_000);
    expect(standing(world, bonusId)).toEqual(["COMPLETED", 31_999]);
    expect(money(world, bonusId)).toEqual([CASH - 31_999 + BONUS, 0, -BONUS]);
    expectSound(world);
  });

  it("is cash up to its terms' most, and the rest goes back to promotions", () => {
    const { world, bonusId } = active({ convertedMaxMinor: 4_000 });
    lose(world, 30_000);
    expect(money(world, bonusId)).toEqual([CASH - 30_000 + 4_000, 0, -4_000]);
    expectSound(world);
  });

  it("counts a bet when it is decided, whichever way, and a waiting one that was accepted", () => {
    const { world, bonusId } = active();
    const [won, held] = [placed(world), holdCommand()];
    must(holdBet(world.stores, held, world.moment()));
    world.pass(held.delayMs);
    must(decideBet(world.stores, decisionFor(held), world.moment()));
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 0]);
    settle(world, won, 1, "won");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 10_000]);
    settle(world, held, 1, "half_lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 20_000]);
  });

  it("takes back what a corrected result takes, by version and once, in whatever order results come", () => {
    const { world, bonusId } = active();
    const bet = placed(world);
    settle(world, bet, 1, "lost");
    settle(world, bet, 3, "void");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 0]);
    settle(world, bet, 2, "won");
    settle(world, bet, 3, "won");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 0]);
    settle(world, bet, 4, null);
    settle(world, bet, 5, "won");
    settle(world, bet, 5, "won");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 10_000]);
    expectSound(world);
  });

  it("stays cash once it is, whatever is corrected afterwards", () => {
    const { world, bonusId } = active();
    const bet = lose(world, 30_000);
    settle(world, bet, 2, "void");
    expect(standing(world, bonusId)).toEqual(["COMPLETED", 30_000]);
    expect(money(world, bonusId)).toEqual([CASH + BONUS, 0, -BONUS]);
    expectSound(world);
  });

  it("counts nothing for a free bet, odds below its terms, a void bet, or a bet that was cashed out", () => {
    const { world, bonusId } = active();
    const { freeBetId } = must(grantFreeBet(world.stores, freeBetCommand(), world.moment()));
    settle(world, placed(world, { stakeMinor: 5_000, freeBetId }), 1, "lost");
    settle(world, placed(world, { selections: [selection({ oddsThousandths: 1_799 })] }), 1, "lost");
    settle(world, placed(world), 1, "void");
    const cashed = placed(world);
    cashOutPart(world, cashed, 100);
    settle(world, cashed, 1, "lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 0]);
  });

  it("counts what remained in play of a bet that was cashed out in part", () => {
    const { world, bonusId } = active();
    const bet = placed(world);
    cashOutPart(world, bet, 40);
    settle(world, bet, 1, "lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 6_000]);
  });

  it("counts neither of two bets on outcomes of one market that exclude each other", () => {
    const { world, bonusId } = active();
    const home = selection();
    const away = { ...home, selectionId: `${home.fixtureId}:1x2:away` };
    // Markets of other fixtures have the same name.
    const others = [selection({ marketId: "1x2" }), selection({ marketId: "1x2" })];
    const bets = [home, away, ...others].map((each) => placed(world, { stakeMinor: 5_000, selections: [each] }));
    for (const bet of bets) settle(world, bet, 1, "lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 10_000]);
    const twice = [selection()];
    for (const bet of [placed(world, { selections: twice }), placed(world, { selections: twice })]) settle(world, bet, 1, "lost");
    expect(standing(world, bonusId)[0]).toBe("COMPLETED");
  });

  it("is not staked by bets, holds or limits: what is locked stays", () => {
    const { world, bonusId } = active();
    const short = { reason: "insufficient_funds", availableMinor: CASH };
    expectRefused(world, () => placeBet(world.stores, betCommand({ stakeMinor: CASH + 1 }), world.moment()), short);
    const hold = reserveCommand(world, { amountMinor: CASH + 1 });
    expectRefused(world, () => reserve(world.stores, hold, world.moment()), short);
    const limit = limitCommand({ account: `user:locked:${bonusId}`, frozen: true });
    expectRefused(world, () => setLimit(world.stores, limit, world.moment()), { reason: "posting_not_permitted" });
  });
});

describe("a bonus ends", () => {
  it("with its time: the lock goes back to promotions, and what is decided later counts nothing, ended yet or not", () => {
    const { world, bonusId } = active();
    lose(world, 10_000);
    const open = placed(world, { stakeMinor: 20_000 });
    world.pass(14 * DAY_MS);
    settle(world, open, 1, "lost");
    expect(standing(world, bonusId)).toEqual(["ACTIVE", 10_000]);
    expect(expireBonuses(world.stores, world.moment())).toBe(1);
    expect(standing(world, bonusId)).toEqual(["EXPIRED", 10_000]);
    expect(money(world, bonusId)).toEqual([CASH - 30_000, 0, 0]);
    expectSound(world);
  });

  it("when another is taken after its time, before anybody has ended it", () => {
    const { world, bonusId } = active();
    world.pass(14 * DAY_MS);
    const next = must(grantBonus(world.stores, bonusCommand({ offerDays: null }), world.moment()));
    expect([standing(world, bonusId)[0], standing(world, next.bonusId)[0]]).toEqual(["EXPIRED", "ACTIVE"]);
    expect(money(world, next.bonusId)).toEqual([CASH, BONUS, -BONUS]);
    expectSound(world);
  });

  it("when a withdrawal is paid, not when one fails, and the player's own money is theirs", () => {
    const { world, bonusId } = active();
    const [failed, paid] = [withdrawalCommand(), withdrawalCommand()];
    must(startWithdrawal(world.stores, failed, world.moment()));
    must(failWithdrawal(world.stores, { intentId: failed.intentId, reason: "refused by the provider" }, world.moment()));
    const { grossMinor } = must(startWithdrawal(world.stores, paid, world.moment()));
    expect(standing(world, bonusId)[0]).toBe("ACTIVE");
    const confirm = { intentId: paid.intentId, provider: "daraja", receipt: mint("B2C"), occurredAtMs: world.nowMs };
    must(confirmWithdrawal(world.stores, confirm, world.moment()));
    expect(standing(world, bonusId)[0]).toBe("FORFEITED");
    expect(money(world, bonusId)).toEqual([CASH - grossMinor, 0, 0]);
    expectSound(world);
  });

  it("with no withdrawal where its terms say so", () => {
    const { world, bonusId } = active({ endsOnWithdrawal: false });
    const { intentId } = withdrawalCommand();
    must(startWithdrawal(world.stores, withdrawalCommand({ intentId }), world.moment()));
    const confirm = { intentId, provider: "daraja", receipt: mint("B2C"), occurredAtMs: world.nowMs };
    must(confirmWithdrawal(world.stores, confirm, world.moment()));
    expect(standing(world, bonusId)[0]).toBe("ACTIVE");
  });

  it("when the player gives it up, and can't be given up once it is cash", () => {
    const { world, bonusId } = active();
    lose(world, 10_000);
    must(giveUpBonus(world.stores, { bonusId }, world.moment()));
    expect(money(world, bonusId)).toEqual([CASH - 10_000, 0, 0]);
    const done = active();
    lose(done.world, 30_000);
    expectRefused(done.world, () => giveUpBonus(done.world.stores, done, done.world.moment()), { why: "ended" });
    expectRefused(world, () => acceptBonus(world.stores, { bonusId }, world.moment()), { why: "ended" });
    expectSound(world);
  });
});

describe("a bonus is refused and nothing changes", () => {
  const grant = (world: WalletWorld, changes: Partial<GrantBonus>) => () =>
    grantBonus(world.stores, bonusCommand({ offerDays: null, ...changes }), world.moment());

  it("for a deposit that is not here, not paid, or matched already", () => {
    const world = worldWith();
    expectRefused(world, grant(world, { depositId: "dep_of_another" }), { reason: "not_found" });
    const intentId = mint("dep");
    must(startDeposit(world.stores, { key: mint("key"), intentId, method: "mpesa", amountMinor: 10_000 }, world.moment()));
    expectRefused(world, grant(world, { depositId: intentId }), { why: "deposit" });
    const depositId = world.deposit(10_000);
    must(grant(world, { depositId, offerDays: 7 })());
    expectRefused(world, grant(world, { depositId }), { why: "deposit" });
  });

  it("while another is active, at once or by taking an offer", () => {
    const { world } = active();
    expectRefused(world, grant(world, {}), { reason: "bonus_refused", why: "another" });
    const { bonusId } = must(grant(world, { offerDays: 7 })());
    expectRefused(world, () => acceptBonus(world.stores, { bonusId }, world.moment()), { why: "another" });
  });

  it("to a player who is excluded or not verified, also when it was offered before", () => {
    const { world, bonusId } = offered();
    must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
    expectRefused(world, grant(world, {}), { reason: "not_verified" });
    must(setVerified(world.stores, { key: mint("key"), verified: true }, world.moment()));
    must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "enough" }, world.moment()));
    expectRefused(world, grant(world, { offerDays: 7 }), { reason: "self_excluded" });
    expectRefused(world, () => acceptBonus(world.stores, { bonusId }, world.moment()), { reason: "self_excluded" });
  });

  it("when an operator has stopped what promotions may cost", () => {
    const { world, bonusId } = offered();
    freezeAccount(world, "promo:cost");
    expectRefused(world, () => acceptBonus(world.stores, { bonusId }, world.moment()), { reason: "account_frozen" });
  });

  it("under a key that made another", () => {
    const world = worldWith();
    const command = bonusCommand();
    must(grantBonus(world.stores, command, world.moment()));
    expect(grantBonus(world.stores, command, world.moment())).toMatchObject({ ok: true, value: { replayed: true } });
    expectRefused(world, grant(world, { key: command.key }), { reason: "idempotency_key_reused" });
    expectRefused(world, grant(world, { bonusId: command.bonusId }), { reason: "idempotency_key_reused" });
  });
});

const VERBS: ReadonlySet<string> = new Set([
  ...["grantBonus", "answerBonus", "expireBonuses", "deposit", "credit", "bet", "result", "cashOut", "withdraw", "endWithdrawal"],
]);

it("whatever happens, what is locked is the active bonus, what has counted is the sum of its bets, and the books are right", () => {
  const steps = fc.array(
    historyStep.filter(({ verb }) => VERBS.has(verb)),
    { minLength: 20, maxLength: 80 },
  );
  const ends = new Set<string>();
  fc.assert(
    fc.property(steps, (given) => {
      const [world, history] = [worldWith(), new WalletHistory()];
      for (const step of given) {
        history.request(step)(world.stores, world.moment());
        world.pass(step.n * 3_600_000);
      }
      const { bonuses, journal } = world.stores;
      const accounts = [...journal.book().accounts.values()].filter(({ code }) => code.startsWith("user:locked:"));
      expect(accounts.reduce((sum, { postedMinor }) => sum + postedMinor, 0)).toBe(bonuses.active()?.amountMinor ?? 0);
      for (const { seq, wageredMinor, requiredMinor, state } of bonuses.all()) {
        const row = world.sql.first<{ sum: number | null }>("SELECT sum(counted) AS sum FROM bonus_bet WHERE bonus_seq = ?", seq);
        expect(row?.sum ?? 0).toBe(wageredMinor);
        expect(wageredMinor >= requiredMinor).toBe(state === "COMPLETED");
        ends.add(state);
      }
      expectSound(world);
    }),
    { numRuns: 100 },
  );
  expect(ends.size).toBe(5);
});

function cashOutPart(world: WalletWorld, { betId }: PlaceBet, percent: number): void {
  const ask = { key: mint("key"), fingerprint: "print", betId, stateVersion: 0, percent, payoutMinor: 3_000 };
  must(cashOut(world.stores, ask, world.moment()));
}
