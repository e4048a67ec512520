/** Refunds of cut-N as free bets, as Ghana's rule promises them: given once, in the write that finds them due. Amounts in minor units. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { selfExclude } from "../../../durable-objects/wallet/commands/player.ts";
import { settleBet, settleBets } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { toFreeBetView } from "../../../durable-objects/wallet/free-bet-store.ts";
import { DAY_MS } from "../../../shared/kernel/time.ts";
import type { PlaceBet, SelectionOutcome } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, resultFor, selection } from "../../support/wallet-commands.ts";
import { balance } from "./ledger-commands.ts";
import { must, WalletWorld } from "./wallet-world.ts";

const STAKE = 10_000;
const COUNT = 10;

function world(): WalletWorld {
  const made = new WalletWorld("GH", "2027-02-01T09:00:00Z");
  made.deposit(1_000_000, "flutterwave_mobile_money", "flutterwave");
  return made;
}

const picks = (count = COUNT) => Array.from({ length: count }, () => selection());

function placed(at: WalletWorld, changes: Partial<PlaceBet> = {}): PlaceBet {
  const bet = betCommand({ kind: "MULTI", stakeMinor: STAKE, selections: picks(), ...changes });
  must(placeBet(at.stores, bet, at.moment()));
  return bet;
}

function settle(at: WalletWorld, bet: PlaceBet, version: number, outcome: SelectionOutcome | null, index = 0) {
  return must(settleBet(at.stores, resultFor(bet, bet.selections[index]?.fixtureId ?? "", version, outcome), at.moment()));
}

/** Settles all selections: the first as said, the others won. */
function settleAll(at: WalletWorld, bet: PlaceBet, first: SelectionOutcome, second: SelectionOutcome = "won"): void {
  for (const [index] of bet.selections.entries()) settle(at, bet, 1, [first, second][index] ?? "won", index);
}

const tokens = (at: WalletWorld) => at.stores.freeBets.all().map((token) => toFreeBetView(token, at.nowMs));
const books = (at: WalletWorld) => ({ cash: balance(at, "user:cash")[0], promotions: balance(at, "promo:cost")[0] });

describe("a refund that is promised as a free bet", () => {
  it("is a token of the part of the stake, costs nothing until it is staked, and stakes a bet", () => {
    const own = world();
    const bet = placed(own);
    const before = books(own);
    settleAll(own, bet, "lost");
    expect(own.stores.bets.find(bet.betId)).toMatchObject({ status: "LOST", paidMinor: 0 });
    const [token, ...others] = tokens(own);
    expect(others).toEqual([]);
    expect(token).toMatchObject({ amountMinor: STAKE, state: "ISSUED", campaignId: "GH-one-cut-1", expiresAtMs: own.nowMs + 14 * DAY_MS });
    expect(books(own)).toEqual(before);
    const freeBetId = token?.freeBetId ?? "";
    placed(own, { kind: "SINGLE", selections: picks(1), freeBetId });
    expect(books(own)).toEqual({ cash: before.cash, promotions: -STAKE });
    expect(own.digest().violations).toEqual([]);
  });

  it("is shown as what it is, and is open while it may still come", () => {
    const own = world();
    expect(settle(own, placed(own), 1, "lost")).toMatchObject({ status: "PENDING", cutRefund: { isFreeBet: true, percent: 100 } });
    expect(tokens(own)).toEqual([]);
  });

  it("is given once, however often the result comes, by itself or in a batch, and after an eviction", () => {
    const own = world();
    const bet = placed(own);
    settleAll(own, bet, "lost");
    const after = own.digest();
    const { fixtureId = "", selectionId = "" } = bet.selections[9] ?? {};
    const again = { betId: bet.betId, resultVersion: 1, results: [{ selectionId, outcome: "won" as const }] };
    settle(own, bet, 1, "won", 9);
    must(settleBets(own.stores, { fixtureId, bets: [again, again] }, own.moment()));
    own.evict();
    settle(own, bet, 1, "won", 9);
    expect(own.digest()).toEqual(after);
    // A newer version that says the same is an entry more, and no token more.
    const newer = [2, 3].map((resultVersion) => ({ ...again, resultVersion }));
    must(settleBets(own.stores, { fixtureId, bets: newer }, own.moment()));
    expect(tokens(own)).toHaveLength(1);
    expect(own.digest().violations).toEqual([]);
  });

  it("stays the player's when a correction makes the bet a winner, and is not given again when it is lost after all", () => {
    const own = world();
    const bet = placed(own);
    settleAll(own, bet, "lost");
    expect(settle(own, bet, 2, "won").status).toBe("WON");
    expect(tokens(own)).toHaveLength(1);
    const won = books(own);
    expect(settle(own, bet, 3, "lost")).toMatchObject({ status: "LOST", paidMinor: 0 });
    expect(tokens(own)).toHaveLength(1);
    expect(books(own).cash).toBeLessThan(won.cash);
    expect(books(own).promotions).toBe(0);
    expect(own.digest().violations).toEqual([]);
  });

  it("comes with the correction that makes it due, though the bet was lost before", () => {
    const own = world();
    const bet = placed(own);
    settleAll(own, bet, "lost", "lost");
    expect(tokens(own)).toEqual([]);
    settle(own, bet, 2, "won", 1);
    expect(tokens(own)).toMatchObject([{ amountMinor: STAKE, state: "ISSUED" }]);
    expect(own.digest().violations).toEqual([]);
  });

  it("is cash for a player who is excluded by then, and stays cash", () => {
    const own = world();
    const bet = placed(own);
    settle(own, bet, 1, "lost");
    must(selfExclude(own.stores, { key: mint("exclude"), untilMs: null, reason: "asked for it" }, own.moment()));
    const before = books(own);
    for (let index = 1; index < COUNT; index += 1) settle(own, bet, 1, "won", index);
    expect(books(own)).toEqual({ cash: before.cash + STAKE, promotions: -STAKE });
    expect(tokens(own)).toEqual([]);
    expect(own.digest().violations).toEqual([]);
  });

  it("ends in right books and at most one token whatever is corrected, and where none was due none is there", () => {
    const outcome = fc.constantFrom<SelectionOutcome | null>("won", "won", "lost", "void", "half_lost", null);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: COUNT - 1 }), outcome), { maxLength: 20 }), (corrections) => {
        const own = world();
        const bet = placed(own);
        const before = books(own);
        for (const [step, [index, next]] of corrections.entries()) {
          settle(own, bet, step + 1, next, index);
          if (step % 4 === 0) own.evict();
        }
        expect(tokens(own).length).toBeLessThanOrEqual(1);
        expect(books(own).promotions).toBe(0);
        const found = own.stores.bets.find(bet.betId);
        if (found?.status !== "WON" && found?.status !== "VOID") expect(books(own)).toEqual(before);
        expect(own.digest().violations).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
