/**
 * How a bet comes to be accepted: its states, what its player's odds policy takes, and the largest stake.
 *
 *   RECEIVED -> [DELAYED] -> ACCEPTED | REJECTED | OFFERED -> DELAYED (taken) | EXPIRED
 *
 * Only a bet with a live selection waits. An offer that is taken waits again: without that it would be ten seconds in which a player
 * who sees the match before the feed does may choose. What the player saw is compared, selection by selection, with the price of the
 * moment in which the bet is accepted, so that two small moves can't pass where one of their sum would not.
 */
import type { OddsPolicy } from "../protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../protocol/rpc/wallet.ts";
import type { AcceptanceRules } from "../tenants/sports/acceptance.ts";
import type { HeldBetStatus } from "./types.ts";

export type HeldBetState = HeldBetStatus | "ACCEPTED";
export type HeldBetStep = "accept" | "reject" | "offer" | "take_offer" | "decline_offer" | "time_out";

const STEPS: Readonly<Record<HeldBetState, Readonly<Partial<Record<HeldBetStep, HeldBetState>>>>> = {
  DELAYED: { accept: "ACCEPTED", reject: "REJECTED", offer: "OFFERED", time_out: "REJECTED" },
  OFFERED: { take_offer: "DELAYED", decline_offer: "EXPIRED", time_out: "EXPIRED" },
  ACCEPTED: {},
  REJECTED: {},
  EXPIRED: {},
};

/** The state after a step, or null when the state does not take it: what was decided stays decided. */
export function stepOf(state: HeldBetState, step: HeldBetStep): HeldBetState | null {
  return STEPS[state][step] ?? null;
}

/** True while the bet may still become one, and its stake is held. */
export function isUndecided(state: HeldBetState): boolean {
  return Object.keys(STEPS[state]).length > 0;
}

/** What the player saw of one selection, and which other price they take. */
export interface AskedPrice {
  readonly selectionId: string;
  readonly policy: OddsPolicy;
  /** Null when the player named no price. */
  readonly seenOddsThousandths: number | null;
  readonly seenPriceVersion: number | null;
}

/** A price that is not the one that the player saw. */
export interface PriceChange {
  readonly selectionId: string;
  readonly seenOddsThousandths: number | null;
  readonly oddsThousandths: number;
  readonly priceVersion: number;
  /** `taken` by the policy; `asked` again, because it fell by more than the tolerance; `refused` by the policy. */
  readonly verdict: "taken" | "asked" | "refused";
}

/** Every selection whose price is another one than the player saw, in the slip's order. */
export function priceChanges(
  asked: readonly AskedPrice[],
  current: readonly Pick<AcceptedSelection, "selectionId" | "oddsThousandths" | "priceVersion">[],
  rules: Pick<AcceptanceRules, "oddsToleranceBasisPoints">,
): readonly PriceChange[] {
  const prices = new Map(current.map((selection) => [selection.selectionId, selection]));
  return asked.flatMap((wanted): PriceChange[] => {
    const price = prices.get(wanted.selectionId);
    if (price === undefined || isAsSeen(wanted, price)) return [];
    const { selectionId, seenOddsThousandths } = wanted;
    const { oddsThousandths, priceVersion } = price;
    const verdict = verdictOf(wanted, oddsThousandths, rules.oddsToleranceBasisPoints);
    return [{ selectionId, seenOddsThousandths, oddsThousandths, priceVersion, verdict }];
  });
}

function isAsSeen(wanted: AskedPrice, price: { readonly oddsThousandths: number; readonly priceVersion: number }): boolean {
  return wanted.seenPriceVersion === price.priceVersion || wanted.seenOddsThousandths === price.oddsThousandths;
}

/** A player who named no price takes any, or none by the other policies. */
function verdictOf({ policy, seenOddsThousandths }: AskedPrice, oddsThousandths: number, tolerance: number): PriceChange["verdict"] {
  if (policy === "none") return "refused";
  if (seenOddsThousandths === null) return policy === "any" ? "taken" : "refused";
  if (oddsThousandths >= seenOddsThousandths) return "taken";
  if (policy === "higher") return "refused";
  return oddsThousandths * 10_000 >= seenOddsThousandths * (10_000 - tolerance) ? "taken" : "asked";
}

/** A selection as far as its match goes: channels say it of each price. */
export interface LiveSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  readonly marketId: string;
  readonly sport: string;
  readonly isLive: boolean;
  /** Another number after each change of the score. */
  readonly scoreVersion: number;
}

/**
 * How long the bet waits, milliseconds: the longest delay of its live selections, 0 without one. A selection's delay is the house's for
 * its fixture where there is one, its sport's otherwise.
 */
export function liveDelayMs(
  selections: readonly LiveSelection[],
  { liveDelayMs: delays }: Pick<AcceptanceRules, "liveDelayMs">,
  ofFixtures: ReadonlyMap<string, number> = new Map(),
): number {
  return selections.reduce(
    (delay, { isLive, sport, fixtureId }) => Math.max(delay, isLive ? (ofFixtures.get(fixtureId) ?? delays[sport] ?? delays.other) : 0),
    0,
  );
}

/** Selections whose match's score has changed since, where the market is about the score. */
export function scoreChanges(
  before: readonly LiveSelection[],
  after: readonly LiveSelection[],
  { scoreFreeMarkets }: Pick<AcceptanceRules, "scoreFreeMarkets">,
): readonly string[] {
  const scores = new Map(after.map((selection) => [selection.selectionId, selection.scoreVersion]));
  return before
    .filter(({ marketId }) => !scoreFreeMarkets.includes(marketId.split("_")[0] ?? ""))
    .filter(({ selectionId, scoreVersion }) => (scores.get(selectionId) ?? scoreVersion) !== scoreVersion)
    .map(({ selectionId }) => selectionId);
}

export const BASIS_POINTS = 10_000;

export interface StakeBounds {
  /** The product's largest stake, whoever plays. */
  readonly productMaxMinor: number;
  /** What the fixtures take of a player of factor 1: their product cap and what liability leaves; null when they set no bound. */
  readonly fixturesMaxMinor: number | null;
  readonly customerFactorBasisPoints: number;
  /** Beyond this stake the payout cap keeps what more stake would win. */
  readonly payoutStakeMaxMinor: number;
}

/** The largest stake that is taken now, minor units: the least of what product, player, liability and payout cap leave. */
export function stakeMax(bounds: StakeBounds): number {
  const { productMaxMinor, fixturesMaxMinor, customerFactorBasisPoints, payoutStakeMaxMinor } = bounds;
  const ofPlayer = (BigInt(fixturesMaxMinor ?? productMaxMinor) * BigInt(customerFactorBasisPoints)) / BigInt(BASIS_POINTS);
  return Math.min(productMaxMinor, Number(ofPlayer), payoutStakeMaxMinor);
}
