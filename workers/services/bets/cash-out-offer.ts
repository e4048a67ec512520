/**
 * What a bet's cash-out would bring now: a state with its reason, and the amount when there is one (betting-rules 2.5).
 *
 * Fair value is what the lines are expected to return on the stake that still plays, a promised bonus included; the house keeps the
 * tenant's margin of it. Never more than the bet can win, and never from a price that may be behind the match.
 */
import { cashOutValue, leastFactorsPpm } from "../../../shared/betting/cash-out-value.ts";
import { isEachWay } from "../../../shared/betting/each-way.ts";
import { expectedBonus } from "../../../shared/betting/expected-bonus.ts";
import { expectedFactor } from "../../../shared/betting/expected-factor.ts";
import { outcomeFactor } from "../../../shared/betting/factors.ts";
import type { LineShape } from "../../../shared/betting/lines.ts";
import { engineLadder, heardLadder } from "../../../shared/betting/promised-ladder.ts";
import { potentialReturn } from "../../../shared/betting/returns.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { type Fraction, fraction, minus, ONE, over, times, ZERO_FRACTION } from "../../../shared/money/fraction.ts";
import { type Minor, minor } from "../../../shared/money/minor.ts";
import { openChances } from "../../../shared/odds/open-chances.ts";
import type { CashOutWatch, CashOutWatchRpc } from "../../../shared/protocol/rpc/cash-out-watch.ts";
import type { FixtureView, Probabilities } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { BetView } from "../../../shared/protocol/rpc/wallet.ts";
import type { CashOutPrice, NoCashOut } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { type Config, type Env, liveDelayAt } from "../../env.ts";

const CERTAIN_PPM = 1_000_000;

/** The fixtures of a bet's open selections as they are now; null for one that is not known. */
export type OpenFixtures = ReadonlyMap<string, FixtureView | null>;

/** A part of the bet and its price. */
export interface CashOutAmount extends CashOutPrice {
  readonly percent: number;
  readonly amountMinor: Minor;
  readonly fullMinor: Minor;
}

/** Asks the channel of each fixture that is open, all at the same time. */
export async function openFixtures(env: Env, country: Country, bet: BetView): Promise<OpenFixtures> {
  const open = bet.selections.filter(({ outcome }) => outcome === null);
  const ids = [...new Set(open.map(({ fixtureId }) => fixtureId))];
  return new Map(await Promise.all(ids.map(async (id) => [id, await oddsChannelOf(env, country, id).view()] as const)));
}

/** How long a cash-out waits before it is priced again, milliseconds: as long as a bet on the matches that run; 0 without one. */
export function cashOutDelayMs(config: Config, country: Country, fixtures: OpenFixtures): number {
  const { liveDelayMs } = sportsRulesOf(country).acceptance;
  const delays = live(fixtures).map(({ sport, liveDelayMs: ofHouse }) => ofHouse ?? liveDelayMs[sport] ?? liveDelayMs.other);
  return liveDelayAt(config, Math.max(0, ...delays));
}

/** Prices a cash-out of `percent` of what still plays. */
export function cashOutAmount(country: Country, bet: BetView, percent: number, fixtures: OpenFixtures): Result<CashOutAmount, NoCashOut> {
  const rules = sportsRulesOf(country).cashOut;
  const tenant = tenantOf(country);
  const fair = fairValue(bet, fixtures);
  if (!fair.ok) return fair;
  const restMinor = bet.openStakeMinor - Math.floor((bet.openStakeMinor * percent) / 100);
  if (percent < 100 && restMinor < tenant.stake.minMinor) return suspended("rest_too_small");
  const margin = fraction(isAnyLive(fixtures) ? rules.marginBasisPoints.live : rules.marginBasisPoints.upcoming, 10_000);
  const { factors, bonus } = fair.value;
  const value = cashOutValue(shapeOf(bet), fraction(bet.openNetStakeMinor), factors, margin, fraction(percent, 100), bonus);
  const cap = payoutCap(country, bet);
  const amountMinor = capped(value.offerMinor, (cap * BigInt(percent)) / 100n);
  if (amountMinor < rules.amountMinMinor) return suspended("too_small");
  return ok({ stateVersion: bet.stateVersion, percent, amountMinor, fullMinor: capped(value.offerFullMinor, cap) });
}

/** What each selection is expected to return, and the bonus that is expected on top, minor units. */
export interface FairValue {
  readonly factors: readonly Fraction[];
  readonly bonus: Fraction;
}

/** Values the lines of a bet without any margin; says why not when something of it can't be valued now, or ever. */
export function fairValue(bet: BetView, fixtures: OpenFixtures): Result<FairValue, NoCashOut> {
  if (bet.status !== "PENDING") return closed(bet.status === "CASHED_OUT" ? "cashed_out" : "settled");
  // The stake of a free bet is not the player's, of an insured one no line by itself has a price, and nobody prices places.
  if (bet.freeBetId !== undefined || bet.insurance !== undefined || isEachWay(bet.selections)) return closed("not_eligible");
  const valued: { readonly factor: Fraction; readonly winPpm: number }[] = [];
  for (const selection of bet.selections) {
    const { oddsThousandths, outcome, fixtureId } = selection;
    if (outcome !== null) {
      valued.push({ factor: outcomeFactor(oddsThousandths, outcome), winPpm: 0 });
      continue;
    }
    const chances: Result<Probabilities, NoCashOut> = openChances(fixtures.get(fixtureId) ?? null, selection);
    if (!chances.ok) return chances;
    valued.push({ factor: expectedFactor(oddsThousandths, chances.value), winPpm: chances.value.winPpm });
  }
  const bonus = bonusOf(
    bet,
    valued.map(({ winPpm }) => winPpm),
  );
  return ok({ factors: valued.map(({ factor }) => factor), bonus });
}

/**
 * What each open fixture has to watch for a rule: its own selections, and the least that each must be expected to return before `percent`
 * of the bet can bring `leastMinor`, whatever the others say.
 */
export function watchesOf(
  country: Country,
  bet: BetView,
  { percent, leastMinor }: { readonly percent: number; readonly leastMinor: number },
): ReadonlyMap<string, CashOutWatch["selections"]> {
  const { upcoming, live: ofLive } = sportsRulesOf(country).cashOut.marginBasisPoints;
  const kept = minus(ONE, fraction(Math.min(upcoming, ofLive), 10_000));
  const most = bet.selections.map(({ oddsThousandths, outcome }) => outcomeFactor(oddsThousandths, outcome ?? "won"));
  const stake = fraction(bet.openNetStakeMinor);
  const mostBonus = bonusOf(
    bet,
    bet.selections.map(() => CERTAIN_PPM),
  );
  const fair = minus(over(fraction(leastMinor), times(kept, fraction(percent, 100))), mostBonus);
  const least = leastFactorsPpm(shapeOf(bet), stake, most, fair);
  const open = bet.selections.flatMap((selection, index) => (selection.outcome === null ? [{ selection, index }] : []));
  const byFixture = Map.groupBy(open, ({ selection }) => selection.fixtureId);
  return new Map(
    [...byFixture].map(([fixtureId, own]) => [
      fixtureId,
      own.map(({ selection: { selectionId, oddsThousandths, builder }, index }) => ({
        ...{ selectionId, oddsThousandths, leastFactorPpm: least[index] ?? 0 },
        ...(builder === undefined ? {} : { builder }),
      })),
    ]),
  );
}

/** The channel of a fixture as rules speak to it. */
export function watchedChannel(env: Env, country: Country, fixtureId: string): CashOutWatchRpc {
  return oddsChannelOf(env, country, fixtureId) as unknown as CashOutWatchRpc;
}

/** The bonus that is expected when each open selection wins with its chance, millionths. */
function bonusOf(bet: BetView, winPpm: readonly number[]): Fraction {
  if (bet.ladder === undefined) return ZERO_FRACTION;
  const selections = bet.selections.map((selection, index) => ({ ...selection, winPpm: winPpm[index] ?? 0 }));
  return expectedBonus(engineLadder(heardLadder(bet.ladder)), shapeOf(bet), fraction(bet.openNetStakeMinor), selections);
}

/** True while a match of an open selection runs. */
export function isAnyLive(fixtures: OpenFixtures): boolean {
  return live(fixtures).length > 0;
}

function live(fixtures: OpenFixtures): readonly FixtureView[] {
  return [...fixtures.values()].filter((view) => view !== null).filter(({ status }) => status === "live" || status === "interrupted");
}

/** What no cash-out passes: the most that what still plays can win, a little less. Minor units. */
export function payoutCap(country: Country, bet: BetView): bigint {
  const { kind, systemSizes, bankers, selections, ladder } = bet;
  const stakeMinor = minor(bet.openNetStakeMinor);
  const promised = ladder === undefined ? null : engineLadder(heardLadder(ladder));
  const most = potentialReturn({ kind, systemSizes, bankers, selections, stakeMinor, ladder: promised }, tenantOf(country).payoutMaxMinor);
  return (BigInt(most) * BigInt(10_000 - sportsRulesOf(country).cashOut.belowPayoutBasisPoints)) / 10_000n;
}

export function shapeOf({ kind, selections, systemSizes, bankers }: BetView): LineShape {
  return { kind, selections: selections.length, systemSizes, bankers };
}

function capped(value: bigint, cap: bigint): Minor {
  return minor(Number(value < cap ? value : cap));
}

function suspended(reason: NoCashOut["reason"]): Result<never, NoCashOut> {
  return err({ state: "SUSPENDED", reason });
}

function closed(reason: NoCashOut["reason"]): Result<never, NoCashOut> {
  return err({ state: "CLOSED", reason });
}
