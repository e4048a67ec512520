/** Many bets of one fixture in one command: what each is paid, what a repeat changes, and that the order of messages does not matter. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SqlValue } from "../../../durable-objects/platform/sql.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { freeze } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBets } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import type { BetView, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor } from "../../support/wallet-commands.ts";
import { must, refusal, WalletWorld } from "./wallet-world.ts";

const STAKE = 10_000;

function worldWithBets(count: number): { readonly world: WalletWorld; readonly bets: readonly BetView[]; readonly fixtureId: string } {
  const world = new WalletWorld("KE");
  world.deposit(1_000_000);
  const template = betCommand({ stakeMinor: STAKE });
  const bets = Array.from({ length: count }, () => {
    const { key, betId, fingerprint } = betCommand({ stakeMinor: STAKE });
    return must(placeBet(world.stores, { ...template, key, betId, fingerprint }, world.moment()));
  });
  return { world, bets, fixtureId: template.selections[0]?.fixtureId ?? "" };
}

function results(bets: readonly BetView[], version: number, outcome: SelectionOutcome | null) {
  return bets.map((bet) => {
    const { fixtureId: _, ...result } = resultFor(bet, bet.selections[0]?.fixtureId ?? "", version, outcome);
    return result;
  });
}

const cash = (world: WalletWorld) => world.stores.journal.book().accounts.get("user:cash")?.postedMinor ?? 0;

describe("the bets of one message", () => {
  it("are paid in one command, each by an entry of its own", () => {
    const { world, bets, fixtureId } = worldWithBets(8);
    const before = { cash: cash(world), seq: world.stores.journal.book().head.seq };
    const fates = must(settleBets(world.stores, { fixtureId, bets: results(bets, 1, "won") }, world.moment()));
    expect(fates.map(({ fate }) => fate)).toEqual(Array.from({ length: 8 }, () => "applied"));
    expect(cash(world) - before.cash).toBe(8 * 2 * STAKE);
    expect(world.stores.journal.book().head.seq).toBe(before.seq + 8);
    expect(digestOf(world.stores).violations).toEqual([]);
  });

  it("are paid although one of them is not here, and that one is named", () => {
    const { world, bets, fixtureId } = worldWithBets(2);
    const [first, second] = results(bets, 1, "won");
    if (first === undefined || second === undefined) throw new Error("two bets");
    const before = cash(world);
    const reply = settleBets(world.stores, { fixtureId, bets: [first, { ...first, betId: "bet_nobodys" }, second] }, world.moment());
    expect(must(reply).map(({ fate }) => fate)).toEqual(["applied", "not_found", "applied"]);
    expect(cash(world) - before).toBe(2 * 2 * STAKE);
  });

  it("repay a debt as often as their fixture pays, each time under a key of its own", () => {
    const { world, bets, fixtureId } = worldWithBets(5);
    const settle = (some: readonly BetView[], version: number, outcome: SelectionOutcome) =>
      must(settleBets(world.stores, { fixtureId, bets: results(some, version, outcome) }, world.moment()));
    const owed = () => world.stores.journal.book().accounts.get("receivable")?.postedMinor ?? 0;
    settle(bets.slice(0, 3), 1, "won");
    must(placeBet(world.stores, betCommand({ stakeMinor: cash(world) }), world.moment()));
    settle(bets.slice(0, 3), 2, "lost");
    expect([cash(world), owed()]).toEqual([0, -3 * 2 * STAKE]);
    settle(bets.slice(3, 4), 2, "won");
    settle(bets.slice(4, 5), 2, "won");
    expect([cash(world), owed()]).toEqual([0, -2 * STAKE]);
    expect(digestOf(world.stores).violations).toEqual([]);
  });

  it("change nothing when they come again, and an older version changes nothing", () => {
    const { world, bets, fixtureId } = worldWithBets(3);
    must(settleBets(world.stores, { fixtureId, bets: results(bets, 2, "won") }, world.moment()));
    const before = digestOf(world.stores);
    for (const version of [2, 1]) {
      const reply = settleBets(world.stores, { fixtureId, bets: results(bets, version, "lost") }, world.moment());
      expect(reply).toMatchObject({ ok: true, value: { replayed: true } });
    }
    expect(digestOf(world.stores)).toEqual(before);
  });

  it("take two versions for one bet in their order", () => {
    const { world, bets, fixtureId } = worldWithBets(2);
    const before = cash(world);
    const both = [...results(bets, 1, "won"), ...results(bets.slice(0, 1), 2, "lost"), ...results(bets.slice(0, 1), 1, "won")];
    const fates = must(settleBets(world.stores, { fixtureId, bets: both }, world.moment()));
    expect(fates.map(({ fate }) => fate)).toEqual(["applied", "applied", "applied", "known"]);
    expect(cash(world) - before).toBe(2 * STAKE);
    expect(digestOf(world.stores).violations).toEqual([]);
  });

  it("are written in hardly more statements than one of them", () => {
    const statementsFor = (count: number) => {
      const { world, bets, fixtureId } = worldWithBets(count);
      let statements = 0;
      const counted = (query: string, ...params: SqlValue[]) => {
        statements += 1;
        return world.sql.run(query, ...params);
      };
      const stores = new WalletStores({ ...world.sql, run: counted });
      must(settleBets(stores, { fixtureId, bets: results(bets, 1, "won") }, world.moment()));
      return statements;
    };
    // Entries and postings leave in rows of at most 100 values a statement; all else is one statement a table.
    expect(statementsFor(8)).toBe(statementsFor(1) + 1);
  });

  it("change nothing while the wallet is frozen", () => {
    const { world, bets, fixtureId } = worldWithBets(3);
    must(freeze(world.stores, { key: mint("key"), reason: "check" }, world.moment()));
    const before = digestOf(world.stores);
    const reply = settleBets(world.stores, { fixtureId, bets: results(bets, 1, "won") }, world.moment());
    expect(refusal(reply)).toEqual({ reason: "wallet_frozen" });
    expect(digestOf(world.stores)).toEqual(before);
  });
});

it("messages of one fixture end in the same balances in whatever order, and however often, they come", () => {
  const outcome = fc.constantFrom<SelectionOutcome | null>("won", "lost", "void", "half_won", "half_lost", null);
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 1, maxLength: 5 }),
      fc.array(fc.nat({ max: 4 }), { maxLength: 12 }),
      fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
      (versions, order, chosen) => {
        const inOrder = worldWithBets(3);
        const shuffled = worldWithBets(3);
        for (const [index, each] of versions.entries())
          must(
            settleBets(
              inOrder.world.stores,
              { fixtureId: inOrder.fixtureId, bets: results(inOrder.bets, index + 1, each) },
              inOrder.world.moment(),
            ),
          );
        // Some messages, some of their bets, in some order; at last each version once, the newest first.
        const some = order.filter((index) => index < versions.length);
        for (const index of [...some, ...[...versions.keys()].reverse()]) {
          const bets = some.includes(index) ? shuffled.bets.filter((_, at) => chosen.includes(at)) : shuffled.bets;
          for (const part of [bets, shuffled.bets])
            must(
              settleBets(
                shuffled.world.stores,
                { fixtureId: shuffled.fixtureId, bets: results(part, index + 1, versions[index] ?? null) },
                shuffled.world.moment(),
              ),
            );
        }
        expect(cash(shuffled.world)).toBe(cash(inOrder.world));
        const standing = (from: typeof inOrder) => from.bets.map(({ betId }) => from.world.stores.bets.find(betId)?.status);
        expect(standing(shuffled)).toEqual(standing(inOrder));
        expect(digestOf(shuffled.world.stores).violations).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
