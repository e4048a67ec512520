import { describe, expect, it } from "vitest";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze, selfExclude, setVerified } from "../../../durable-objects/wallet/commands/player.ts";
import { recordRefusal } from "../../../durable-objects/wallet/commands/remembered-refusals.ts";
import { settleBet } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { startWithdrawal } from "../../../durable-objects/wallet/commands/withdrawals.ts";
import type { PlaceBet, SelectionOutcome, WalletRefusal } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor, selection, withdrawalCommand } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const account = (world: WalletWorld, code: "user:cash" | "house:stakes" | "house:payouts" | "tax:excise" | "tax:wht" | "receivable") =>
  world.stores.journal.book().accounts.get(code)?.postedMinor ?? 0;

function worldWith(cashMinor: number, startsAt?: string): WalletWorld {
  const world = new WalletWorld("KE", startsAt);
  const gross = startsAt === undefined ? Math.round(cashMinor / 0.95) : cashMinor;
  world.deposit(gross);
  expect(account(world, "user:cash")).toBe(cashMinor);
  return world;
}

/** Every way in which a bet is refused, in order of precedence. */
const REFUSALS: readonly [name: string, arrange: (world: WalletWorld) => Partial<PlaceBet>, expected: WalletRefusal][] = [
  [
    "a frozen wallet",
    (world) => {
      must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
      return {};
    },
    { reason: "wallet_frozen" },
  ],
  [
    "a player who is not verified",
    (world) => {
      must(setVerified(world.stores, { key: mint("key"), verified: false }, world.moment()));
      return {};
    },
    { reason: "not_verified" },
  ],
  [
    "an excluded player",
    (world) => {
      must(selfExclude(world.stores, { key: mint("key"), untilMs: null, reason: "for good" }, world.moment()));
      return {};
    },
    { reason: "self_excluded", untilMs: null },
  ],
  ["a stake under the legal minimum", () => ({ stakeMinor: 1_999 }), { reason: "amount_too_low", minMinor: 2_000 }],
  ["a stake over the maximum", () => ({ stakeMinor: 100_000_001 }), { reason: "amount_too_high", maxMinor: 100_000_000 }],
  [
    "a price that was held too long",
    (world) => ({ selections: [selection(), selection({ reservedUntilMs: world.nowMs })] }),
    { reason: "reservation_expired" },
  ],
  ["more than is free", () => ({ stakeMinor: 95_001 }), { reason: "insufficient_funds", requiredMinor: 95_001, availableMinor: 95_000 }],
];

describe("placing a bet", () => {
  it("takes the stake once and answers a repeat with the first answer", () => {
    const world = worldWith(95_000);
    const command = betCommand({ stakeMinor: 10_000 });
    const first = placeBet(world.stores, command, world.moment());
    expect(must(first)).toMatchObject({
      status: "PENDING",
      stakeMinor: 10_000,
      lines: 1,
      potentialWinMinor: 20_000,
      paidMinor: 0,
      taxLines: [],
    });
    world.pass(1_000);
    const again = placeBet(world.stores, command, world.moment());
    expect(again).toEqual({ ok: true, value: { ...(first.ok ? first.value : {}), replayed: true } });
    expect(account(world, "user:cash")).toBe(85_000);
    expect(account(world, "house:stakes")).toBe(10_000);
  });

  it("refuses another request under the same key", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    must(placeBet(world.stores, command, world.moment()));
    const before = world.digest();
    const other = { ...command, fingerprint: "another", stakeMinor: 2_000 };
    expect(refusal(placeBet(world.stores, other, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
    expect(world.digest()).toEqual(before);
  });

  it("does not serve one key to two kinds of commands", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    must(placeBet(world.stores, command, world.moment()));
    const withdrawal = withdrawalCommand({ key: command.key, fingerprint: command.fingerprint });
    expect(refusal(startWithdrawal(world.stores, withdrawal, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
  });

  it.each(REFUSALS)("refuses %s, changes nothing, and remembers it", (_name, arrange, expected) => {
    const world = worldWith(95_000);
    const command = betCommand(arrange(world));
    const before = world.digest();
    expect(refusal(placeBet(world.stores, command, world.moment()))).toEqual(expected);
    expect(world.digest()).toEqual(before);
  });

  it("does not let a late retry of a refused bet succeed after a deposit", () => {
    const world = worldWith(95_000);
    const command = betCommand({ stakeMinor: 100_000 });
    const first = placeBet(world.stores, command, world.moment());
    world.deposit(100_000);
    expect(placeBet(world.stores, command, world.moment())).toEqual(first);
    expect(placeBet(world.stores, betCommand({ stakeMinor: 100_000 }), world.moment()).ok).toBe(true);
  });

  it("counts bets in the last minute, and does not remember that there were too many", () => {
    const world = worldWith(95_000);
    world.rateLimits = true;
    for (let i = 0; i < 10; i += 1) {
      must(placeBet(world.stores, betCommand({ stakeMinor: 2_000 }), world.moment()));
      world.pass(1_000);
    }
    const command = betCommand({ stakeMinor: 2_000 });
    const before = world.digest();
    expect(refusal(placeBet(world.stores, command, world.moment()))).toEqual({ reason: "rate_limited", retryAfterMs: 50_000 });
    expect(world.digest()).toEqual(before);
    world.pass(50_000);
    expect(placeBet(world.stores, command, world.moment()).ok).toBe(true);
  });

  it("answers a refusal that was decided outside under the bet's own key", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    const refused = { key: command.key, fingerprint: command.fingerprint, code: "ODDS_CHANGED", details: { changes: [] } };
    const expected = { reason: "refused_before", code: "ODDS_CHANGED", details: { changes: [] } };
    expect(refusal(recordRefusal(world.stores, refused, world.moment()))).toEqual(expected);
    expect(refusal(placeBet(world.stores, command, world.moment()))).toEqual(expected);
    const another = { ...refused, fingerprint: "another" };
    expect(refusal(recordRefusal(world.stores, another, world.moment()))).toEqual({ reason: "idempotency_key_reused" });
  });

  it("answers with the bet when a refusal comes after it under the same key, as when two requests race over a changing price", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    const placed = placeBet(world.stores, command, world.moment());
    const before = world.digest();
    const late = { key: command.key, fingerprint: command.fingerprint, code: "ODDS_CHANGED", details: {} };
    expect(recordRefusal(world.stores, late, world.moment())).toEqual({
      ok: true,
      value: { ...(placed.ok ? placed.value : {}), replayed: true },
    });
    expect(world.digest()).toEqual(before);
  });

  it("can't change an accepted bet's terms or the journal behind the wallet's back", () => {
    const world = worldWith(95_000);
    must(placeBet(world.stores, betCommand(), world.moment()));
    for (const statement of [
      "UPDATE bet SET stake = 1",
      "UPDATE bet SET terms = '{}'",
      "DELETE FROM bet",
      "UPDATE entry SET postings = '[]'",
      "UPDATE entry SET ref = ''",
      "DELETE FROM entry",
      "UPDATE account SET held = posted + 1 WHERE code = 'user:cash'",
    ]) {
      expect(() => world.sql.run(statement), statement).toThrow();
    }
    expect(world.digest().violations).toEqual([]);
  });
});

describe("settling a bet", () => {
  /** Results in order for a single of 100.00 at 2.00, and what the player has had for it after each. */
  const SEQUENCES: readonly [
    name: string,
    results: readonly [version: number, outcome: SelectionOutcome | null][],
    paid: readonly number[],
  ][] = [
    ["won", [[1, "won"]], [20_000]],
    ["lost", [[1, "lost"]], [0]],
    ["void", [[1, "void"]], [10_000]],
    ["half won", [[1, "half_won"]], [15_000]],
    ["half lost", [[1, "half_lost"]], [5_000]],
    [
      "won, told again",
      [
        [1, "won"],
        [1, "won"],
      ],
      [20_000, 20_000],
    ],
    [
      "won, then an older lost",
      [
        [2, "won"],
        [1, "lost"],
      ],
      [20_000, 20_000],
    ],
    [
      "won, corrected to lost",
      [
        [1, "won"],
        [2, "lost"],
      ],
      [20_000, 0],
    ],
    [
      "lost, corrected to won",
      [
        [1, "lost"],
        [2, "won"],
      ],
      [0, 20_000],
    ],
    [
      "won, taken back, lost",
      [
        [1, "won"],
        [2, null],
        [3, "lost"],
      ],
      [20_000, 0, 0],
    ],
    [
      "won, lost, won",
      [
        [1, "won"],
        [2, "lost"],
        [3, "won"],
      ],
      [20_000, 0, 20_000],
    ],
    [
      "void, corrected to won",
      [
        [1, "void"],
        [2, "won"],
      ],
      [10_000, 20_000],
    ],
  ];

  it.each(SEQUENCES)("%s: the player has what the latest result is worth, once", (_name, results, paid) => {
    const world = worldWith(95_000);
    const command = betCommand({ stakeMinor: 10_000 });
    must(placeBet(world.stores, command, world.moment()));
    const fixtureId = command.selections[0]?.fixtureId ?? "";
    results.forEach(([version, outcome], index) => {
      world.pass(60_000);
      const bet = must(settleBet(world.stores, resultFor(command, fixtureId, version, outcome), world.moment()));
      expect(bet.paidMinor).toBe(paid[index]);
      expect(account(world, "user:cash")).toBe(85_000 + (paid[index] ?? 0));
      expect(account(world, "house:payouts")).toBe(0 - (paid[index] ?? 0));
      expect(world.digest().violations).toEqual([]);
    });
  });

  it("decides a multi when its last fixture is known, at the first lost one at once, and leaves voids out", () => {
    const world = worldWith(95_000);
    const [a, b, c] = [selection({ oddsThousandths: 2_000 }), selection({ oddsThousandths: 1_500 }), selection({ oddsThousandths: 3_000 })];
    const command = betCommand({ kind: "MULTI", selections: [a, b, c] });
    must(placeBet(world.stores, command, world.moment()));
    const settle = (fixtureId: string, outcome: SelectionOutcome, version = 1) =>
      must(settleBet(world.stores, resultFor(command, fixtureId, version, outcome), world.moment()));
    expect(settle(a.fixtureId, "won")).toMatchObject({ status: "PENDING", paidMinor: 0, settlements: [] });
    expect(settle(b.fixtureId, "void").status).toBe("PENDING");
    expect(settle(c.fixtureId, "won")).toMatchObject({ status: "WON", paidMinor: 60_000 });
    expect(settle(a.fixtureId, "lost", 2)).toMatchObject({ status: "LOST", paidMinor: 0 });
    expect(settle(a.fixtureId, "won", 3)).toMatchObject({
      status: "WON",
      paidMinor: 60_000,
      settlements: [{ version: 1 }, { version: 2 }, { version: 3 }],
    });
    expect(world.digest().violations).toEqual([]);
  });

  it("keeps earlier outcomes of a fixture when a later version names only others", () => {
    const world = worldWith(95_000);
    const fixtureId = mint("fx");
    const [a, b] = [selection({ fixtureId }), selection({ fixtureId, selectionId: `${fixtureId}:total:over` })];
    const command = betCommand({ kind: "MULTI", selections: [a, b] });
    must(placeBet(world.stores, command, world.moment()));
    const result = (selectionId: string, resultVersion: number) => ({
      betId: command.betId,
      fixtureId,
      resultVersion,
      results: [{ selectionId, outcome: "won" as const }],
    });
    expect(must(settleBet(world.stores, result(a.selectionId, 1), world.moment())).status).toBe("PENDING");
    expect(must(settleBet(world.stores, result(b.selectionId, 2), world.moment()))).toMatchObject({ status: "WON", paidMinor: 40_000 });
  });

  it("caps what it pays at the tenant's largest payout", () => {
    const world = worldWith(9_500_000);
    // The smallest stake is taken whatever it might win.
    const selections = [selection({ oddsThousandths: 1_000_000 }), selection({ oddsThousandths: 1_000_000 })];
    const command = betCommand({ kind: "MULTI", stakeMinor: 2_000, selections });
    expect(must(placeBet(world.stores, command, world.moment())).potentialWinMinor).toBe(500_000_000);
    for (const { fixtureId } of selections) must(settleBet(world.stores, resultFor(command, fixtureId, 1, "won"), world.moment()));
    expect(world.stores.bets.find(command.betId)?.paidMinor).toBe(500_000_000);
  });

  it("owes what a claw-back can't find, and takes it first from what comes later", () => {
    const world = worldWith(9_500);
    const command = betCommand({ stakeMinor: 9_500 });
    const fixtureId = command.selections[0]?.fixtureId ?? "";
    must(placeBet(world.stores, command, world.moment()));
    must(settleBet(world.stores, resultFor(command, fixtureId, 1, "won"), world.moment()));
    must(placeBet(world.stores, betCommand({ stakeMinor: 15_000 }), world.moment()));
    must(settleBet(world.stores, resultFor(command, fixtureId, 2, "lost"), world.moment()));
    expect([account(world, "user:cash"), account(world, "receivable")]).toEqual([0, -15_000]);
    world.deposit(10_000);
    expect([account(world, "user:cash"), account(world, "receivable")]).toEqual([0, -5_500]);
    world.deposit(10_000);
    expect([account(world, "user:cash"), account(world, "receivable")]).toEqual([4_000, 0]);
    expect(world.stores.journal.statement(3, 0).rows.map((line) => [line.type, line.amountMinor, line.balanceAfterMinor])).toEqual([
      ["DEBT_REPAID", -5_500, 4_000],
      ["DEPOSIT", 9_500, 9_500],
      ["DEBT_REPAID", -9_500, 0],
    ]);
    expect(world.digest().violations).toEqual([]);
  });

  it("taxes stake and winnings by the rules of their days, and corrections by those of the first settlement", () => {
    const world = worldWith(100_000, "2025-06-30T09:00:00Z");
    const command = betCommand({ stakeMinor: 100_000 });
    const fixtureId = command.selections[0]?.fixtureId ?? "";
    expect(must(placeBet(world.stores, command, world.moment()))).toMatchObject({
      potentialWinMinor: 170_000,
      taxLines: [{ taxMinor: 15_000 }],
    });
    expect([account(world, "house:stakes"), account(world, "tax:excise")]).toEqual([85_000, 15_000]);
    must(settleBet(world.stores, resultFor(command, fixtureId, 1, "won"), world.moment()));
    expect([account(world, "user:cash"), account(world, "tax:wht"), account(world, "house:payouts")]).toEqual([153_000, 17_000, -170_000]);
    world.pass(2 * 86_400_000);
    must(settleBet(world.stores, resultFor(command, fixtureId, 2, "lost"), world.moment()));
    expect([account(world, "user:cash"), account(world, "tax:wht"), account(world, "house:payouts")]).toEqual([0, 0, 0]);
    must(settleBet(world.stores, resultFor(command, fixtureId, 3, "won"), world.moment()));
    expect([account(world, "user:cash"), account(world, "tax:wht")]).toEqual([153_000, 17_000]);
    must(settleBet(world.stores, resultFor(command, fixtureId, 4, "void"), world.moment()));
    expect([account(world, "user:cash"), account(world, "tax:wht"), account(world, "tax:excise")]).toEqual([100_000, 0, 0]);
    expect(world.digest().violations).toEqual([]);
  });

  it("posts the tax that a correction moves although rounding leaves the player the same", () => {
    const world = worldWith(100_000, "2025-06-30T09:00:00Z");
    const [a, b] = [selection({ oddsThousandths: 1_001 }), selection({ oddsThousandths: 1_175 })];
    const command = betCommand({ kind: "MULTI", stakeMinor: 2_000, selections: [a, b] });
    must(placeBet(world.stores, command, world.moment()));
    const stands = () => [account(world, "user:cash"), account(world, "tax:wht"), account(world, "house:payouts")];
    must(settleBet(world.stores, resultFor(command, b.fixtureId, 1, "won"), world.moment()));
    must(settleBet(world.stores, resultFor(command, a.fixtureId, 1, "void"), world.moment()));
    // 1,700 x 1.175 = 1,997: 297 won, taxed by a fifth.
    expect(stands()).toEqual([98_000 + 1_938, 59, -1_997]);
    must(settleBet(world.stores, resultFor(command, a.fixtureId, 2, "half_won"), world.moment()));
    expect(stands()).toEqual([98_000 + 1_938, 60, -1_998]);
    expect(world.digest().violations).toEqual([]);
  });

  it("refuses a bet or a fixture that is not here, and changes nothing", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    must(placeBet(world.stores, command, world.moment()));
    const before = world.digest();
    const elsewhere = { ...resultFor(command, mint("fx"), 1, "won"), fixtureId: mint("fx") };
    expect(refusal(settleBet(world.stores, elsewhere, world.moment()))).toEqual({ reason: "not_found" });
    expect(refusal(settleBet(world.stores, { ...elsewhere, betId: mint("bet") }, world.moment()))).toEqual({ reason: "not_found" });
    expect(world.digest()).toEqual(before);
  });

  it("takes a result again after a freeze", () => {
    const world = worldWith(95_000);
    const command = betCommand();
    must(placeBet(world.stores, command, world.moment()));
    const won = resultFor(command, command.selections[0]?.fixtureId ?? "", 1, "won");
    world.stores.profiles.setFrozen("check");
    expect(refusal(settleBet(world.stores, won, world.moment()))).toEqual({ reason: "wallet_frozen" });
    world.stores.profiles.setFrozen(null);
    expect(must(settleBet(world.stores, won, world.moment())).status).toBe("WON");
  });
});
