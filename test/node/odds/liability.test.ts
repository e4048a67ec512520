/**
 * What stands on each outcome against a recount from the wallets' bets, line by line: after placing, results, rollbacks, cancels and
 * cash-outs in random order, with messages late, doubled and out of order.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BEFORE_FIRST_BET } from "../../../durable-objects/odds-channel/accepted-bet-store.ts";
import { ExposureChanges } from "../../../durable-objects/odds-channel/exposure-changes.ts";
import { toBetView } from "../../../durable-objects/wallet/bet-store.ts";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { outcomeFactor } from "../../../shared/betting/factors.ts";
import { type Fraction, fraction, ONE, plus, productOf, times, ZERO_FRACTION } from "../../../shared/money/fraction.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, selection } from "../../support/wallet-commands.ts";
import { must } from "../wallet/wallet-world.ts";
import { type ChannelWorld, LiabilityWorld, OUTCOMES, PRICES } from "./liability-world.ts";

type Outcome = (typeof OUTCOMES)[number];
type Kind = "SINGLE" | "MULTI" | "SYSTEM";

interface Counted {
  readonly bets: number;
  readonly stakeMinor: number;
  readonly payoutMinor: number;
  readonly hardPayoutMinor: number;
}

/** What a bet counts for on its open selections, worked out line by line. */
function recountOf(bet: BetView): readonly { readonly fixtureId: string; readonly outcomeId: string; readonly counted: Counted }[] {
  const { selections, kind, systemSizes, openNetStakeMinor } = bet;
  const open = selections.filter(({ outcome }) => outcome === null);
  if (bet.status !== "PENDING" || openNetStakeMinor === 0) return [];
  const sizes = kind === "SYSTEM" ? systemSizes : [selections.length];
  const lines = subsets(selections.map((_, index) => index)).filter((line) => sizes.includes(line.length));
  const perLine = fraction(openNetStakeMinor, lines.length);
  const factorOf = (index: number): Fraction => {
    const each = selections[index];
    return each === undefined || each.outcome === null ? ONE : outcomeFactor(each.oddsThousandths, each.outcome);
  };
  return selections.flatMap((each, own) => {
    if (each.outcome !== null) return [];
    const alive = lines.filter((line) => line.includes(own) && line.every((index) => factorOf(index).n > 0n));
    const paid = alive.map((line) => times(perLine, productOf(line.map((index) => (index === own ? odds(each) : factorOf(index))))));
    const payout = paid.reduce(plus, ZERO_FRACTION);
    const payoutMinor = Math.min(Number((payout.n + payout.d - 1n) / payout.d), bet.potentialWinMinor);
    const stakeMinor = Math.floor((openNetStakeMinor * alive.length) / lines.length);
    const counted = { bets: 1, stakeMinor, payoutMinor, hardPayoutMinor: open.length === 1 ? payoutMinor : 0 };
    return [{ fixtureId: each.fixtureId, outcomeId: each.selectionId.split(":")[2] ?? "", counted }];
  });
}

function odds({ oddsThousandths }: { readonly oddsThousandths: number }): Fraction {
  return fraction(oddsThousandths, 1_000);
}

function subsets([first, ...rest]: readonly number[]): readonly (readonly number[])[] {
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without, ...without.map((each) => [first, ...each])];
}

function added(total: Counted | undefined, { bets, stakeMinor, payoutMinor, hardPayoutMinor }: Counted): Counted {
  const known = total ?? { bets: 0, stakeMinor: 0, payoutMinor: 0, hardPayoutMinor: 0 };
  return {
    ...{ bets: known.bets + bets, stakeMinor: known.stakeMinor + stakeMinor },
    ...{ payoutMinor: known.payoutMinor + payoutMinor, hardPayoutMinor: known.hardPayoutMinor + hardPayoutMinor },
  };
}

/** Outcomes on which something stands, by name. */
function standing(rows: Iterable<readonly [string, Counted]>): Readonly<Record<string, Counted>> {
  return Object.fromEntries([...rows].filter(([, each]) => each.bets > 0 || each.stakeMinor > 0 || each.payoutMinor > 0).sort());
}

function stored(channel: ChannelWorld): Readonly<Record<string, Counted>> {
  return standing(channel.exposure.ofMarket("1x2").map(({ outcomeId, ...counted }) => [outcomeId, counted]));
}

/** The sum over a channel's own bets, as they stand in it. */
function summed(channel: ChannelWorld): Readonly<Record<string, Counted>> {
  const changes = new ExposureChanges();
  for (const bet of channel.bets.after(BEFORE_FIRST_BET, 10_000)) changes.replace(null, bet);
  return standing(changes.markets.get("1x2") ?? []);
}

function recount(world: LiabilityWorld, fixtureId: string): Readonly<Record<string, Counted>> {
  const totals = new Map<string, Counted>();
  for (const wallet of world.wallets)
    for (const bet of wallet.stores.bets.all())
      for (const each of recountOf(toBetView(bet)))
        if (each.fixtureId === fixtureId) totals.set(each.outcomeId, added(totals.get(each.outcomeId), each.counted));
  return standing(totals);
}

const FIXTURES = ["fx_one", "fx_two", "fx_three"] as const;

type Step =
  | { readonly does: "place"; readonly wallet: number; readonly kind: Kind; readonly picks: readonly Outcome[]; readonly stake: number }
  | { readonly does: "settle"; readonly fixture: number; readonly winner: Outcome; readonly isSure: boolean }
  | { readonly does: "rollback" | "cancel" | "rollbackCancel" | "walk"; readonly fixture: number }
  | { readonly does: "cashOut"; readonly wallet: number; readonly bet: number; readonly percent: number }
  | { readonly does: "confirm" | "pay"; readonly at: number; readonly isRepeated: boolean }
  | { readonly does: "collect" };

const small = fc.nat({ max: 1_000 });
const outcome = fc.constantFrom(...OUTCOMES);
const place = fc.record({
  ...{ does: fc.constant("place" as const), wallet: small, kind: fc.constantFrom<Kind>("SINGLE", "MULTI", "SYSTEM") },
  ...{ picks: fc.tuple(outcome, outcome, outcome), stake: fc.integer({ min: 2_000, max: 99_999 }) },
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: place },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("settle" as const), fixture: small, winner: outcome, isSure: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom("rollback" as const, "cancel" as const, "rollbackCancel" as const, "walk" as const),
      fixture: small,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("cashOut" as const), wallet: small, bet: small, percent: fc.constantFrom(1, 40, 100) }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ does: fc.constantFrom("confirm" as const, "pay" as const), at: small, isRepeated: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.constant({ does: "collect" as const }) },
);

/** Runs a step; what it can't do now it leaves out. */
async function run(world: LiabilityWorld, each: Step): Promise<void> {
  const channels = [...world.channels.values()];
  const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];
  switch (each.does) {
    case "place":
      return placed(world, each);
    case "cashOut":
      return cashedOut(world, each);
    case "collect":
      return world.collect();
    case "confirm":
      return delivered(world.standings, each, (standing) => world.confirm(standing));
    case "pay": {
      const channel = at(channels, each.at);
      return channel && delivered(channel.told, each, (message) => world.settle(message));
    }
    case "walk":
      return at(channels, each.fixture)?.walk(world.nowMs);
    case "settle": {
      const outcomes = OUTCOMES.map((outcomeId) => ({
        outcomeId,
        result: outcomeId === each.winner ? ("won" as const) : ("lost" as const),
      }));
      const markets = [{ marketId: "1x2", outcomes }];
      const body = {
        type: "bet_settlement" as const,
        certainty: each.isSure ? (2 as const) : (1 as const),
        homeScore: 1,
        awayScore: 0,
        markets,
      };
      return at(channels, each.fixture)?.hear(body, world.nowMs);
    }
    case "rollback":
      return at(channels, each.fixture)?.hear({ type: "rollback_settlement", marketIds: ["1x2"] }, world.nowMs);
    case "cancel":
    case "rollbackCancel": {
      const window = { marketIds: ["1x2"], placedFromMs: null, placedToMs: null };
      const channel = at(channels, each.fixture);
      if (each.does === "rollbackCancel") return channel?.hear({ type: "rollback_cancel", ...window }, world.nowMs);
      return channel?.hear({ type: "bet_cancel", reason: "a mistake", ...window }, world.nowMs);
    }
  }
}

function placed(world: LiabilityWorld, { wallet: which, kind, picks, stake }: Extract<Step, { does: "place" }>): void {
  const wallet = world.wallets[which % world.wallets.length];
  const chosen = kind === "SINGLE" ? [which % 3] : [0, 1, 2];
  const selections = chosen.map((index) => {
    const [fixtureId, outcomeId] = [FIXTURES[index] ?? "", picks[index] ?? "home"];
    const place = { fixtureId, selectionId: `${fixtureId}:1x2:${outcomeId}`, marketId: `${fixtureId}:1x2` };
    return selection({ ...place, oddsThousandths: PRICES[outcomeId] });
  });
  const systemSizes = kind === "SYSTEM" ? [2, 3] : [];
  if (wallet !== undefined)
    must(placeBet(wallet.stores, betCommand({ kind, stakeMinor: stake, selections, systemSizes }), wallet.moment()));
}

function cashedOut(world: LiabilityWorld, { wallet: which, bet: whose, percent }: Extract<Step, { does: "cashOut" }>): void {
  const wallet = world.wallets[which % world.wallets.length];
  const bets = wallet?.stores.bets.all().map((bet) => toBetView(bet)) ?? [];
  const bet = bets[whose % Math.max(1, bets.length)];
  if (wallet === undefined || bet === undefined) return;
  const payoutMinor = Math.max(1, Math.floor((bet.openNetStakeMinor * percent) / 200));
  const command = { key: mint("key"), fingerprint: "print", betId: bet.betId, stateVersion: bet.stateVersion, percent, payoutMinor };
  cashOut(wallet.stores, command, wallet.moment());
}

/** Delivers one of what waits, whichever; a repeated one comes again later. */
function delivered<T>(waiting: T[], { at, isRepeated }: Extract<Step, { does: "confirm" | "pay" }>, deliver: (one: T) => void): void {
  const index = at % Math.max(1, waiting.length);
  const one = waiting[index];
  if (one === undefined) return;
  if (!isRepeated) waiting.splice(index, 1);
  deliver(one);
}

describe("what stands on a fixture's outcomes", () => {
  it("is the sum over its bets after every step, and in the end what the wallets' bets may still pay, line by line", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120, size: "max" }), async (steps) => {
        const world = new LiabilityWorld(FIXTURES, 3);
        for (const each of steps) {
          await run(world, each);
          for (const channel of world.channels.values()) expect(stored(channel)).toEqual(summed(channel));
        }
        await world.quiesce();
        for (const [fixtureId, channel] of world.channels) expect(stored(channel)).toEqual(recount(world, fixtureId));
      }),
      { numRuns: 40 },
    );
  });

  it("is right when a bet changes while its result is on the way to the queue", async () => {
    const world = new LiabilityWorld(FIXTURES, 1);
    const [wallet] = world.wallets;
    const channel = world.channels.get("fx_one");
    if (wallet === undefined || channel === undefined) throw new Error("no world");
    await run(world, { does: "place", wallet: 0, kind: "MULTI", picks: ["home", "home", "home"], stake: 10_000 });
    await world.quiesce();
    await run(world, { does: "settle", fixture: 0, winner: "home", isSure: true });
    channel.onSend = () => {
      channel.onSend = () => {};
      cashedOut(world, { does: "cashOut", wallet: 0, bet: 0, percent: 40 });
      world.collect();
      for (const each of world.standings.splice(0)) world.confirm(each);
    };
    await channel.walk(world.nowMs);
    expect(stored(channel)).toEqual({});
    expect(summed(channel)).toEqual({});
    await world.quiesce();
    for (const [fixtureId, each] of world.channels) expect(stored(each)).toEqual(recount(world, fixtureId));
  });
});
