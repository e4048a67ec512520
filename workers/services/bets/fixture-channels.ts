/**
 * The odds channels of a slip: one object a fixture, asked in parallel, and one answer made of theirs.
 *
 * Channels are asked for the price of the moment, whatever it is: which changes the player takes is decided here, over all of a slip's
 * fixtures at once, so that one answer names every price that has changed.
 */
import type { PriceChange } from "../../../shared/betting/acceptance.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { FixtureView, Reservation, ReserveRefusal, WantedSelection } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import type { ServiceError } from "../context.ts";
import { builderSelection } from "./builder-selection.ts";

/** For whom prices are asked, and for which stake in minor units. */
export interface PriceQuestion {
  readonly country: Country;
  readonly betId: string;
  readonly walletId: string;
  readonly stakeMinor: number;
  /** True to hear the selections' place terms too: what is placed with them is each way. */
  readonly eachWay?: boolean;
}

/** What all fixtures of a slip say together. */
export interface SlipPrices {
  /** In the slip's order. */
  readonly selections: readonly AcceptedSelection[];
  /** The least that a fixture takes of a player of factor 1, minor units; null when none sets a bound. */
  readonly stakeMaxMinor: number | null;
  /** Live delays by the house's word on a fixture, milliseconds. */
  readonly liveDelaysMs: ReadonlyMap<string, number>;
}

/** A selection whose price is wanted; a builder's is made of its parts'. */
export interface AskedSelection {
  readonly selectionId: string;
  readonly fixtureId: string;
  readonly parts: readonly string[];
}

/** Asks each fixture for the prices of its own selections, all at the same time. Refuses INVALID_BET, MARKET_CLOSED, MARKET_SUSPENDED. */
export async function askFixtures(
  env: Env,
  question: PriceQuestion,
  selections: readonly AskedSelection[],
): Promise<Result<SlipPrices, ServiceError>> {
  const fixtures = Map.groupBy(selections, (selection) => selection.fixtureId);
  const answers = await Promise.all([...fixtures].map(([fixtureId, own]) => askFixture(env, question, fixtureId, own)));
  const refused = refusalError(answers.flatMap(({ reply }) => (reply.ok ? [] : [reply.error])));
  if (refused !== null) return err(refused);
  const prices = new Map(
    answers
      .flatMap(({ reply }) => (reply.ok ? reply.value.accepted : []))
      .map((one): [string, AcceptedSelection] => [one.selectionId, one]),
  );
  const rules = sportsRulesOf(question.country).acceptance;
  const views = new Map(answers.map(({ fixtureId, view }) => [fixtureId, view]));
  for (const { selectionId, fixtureId, parts } of selections.filter((selection) => selection.parts.length > 0)) {
    const built = builderSelection(
      selectionId,
      parts.flatMap((part) => prices.get(part) ?? []),
      views.get(fixtureId) ?? null,
      rules,
    );
    if (!built.ok) return built;
    prices.set(selectionId, built.value);
  }
  const missing = selections.filter(({ selectionId }) => !prices.has(selectionId)).map(({ selectionId }) => selectionId);
  if (missing.length > 0) return err({ code: "INVALID_BET", details: { reason: "unknown_selection", selections: missing } });
  const bounds = answers.flatMap(({ reply }) => (reply.ok ? (reply.value.stakeMaxMinor ?? []) : []));
  return ok({
    selections: selections.flatMap(({ selectionId }) => prices.get(selectionId) ?? []),
    stakeMaxMinor: bounds.length === 0 ? null : Math.min(...bounds),
    liveDelaysMs: new Map(
      answers.flatMap(({ fixtureId, reply }): [string, number][] =>
        reply.ok && reply.value.liveDelayMs !== null ? [[fixtureId, reply.value.liveDelayMs]] : [],
      ),
    ),
  });
}

interface FixtureAnswer {
  readonly fixtureId: string;
  readonly reply: Result<Reservation, ReserveRefusal>;
  /** All of the match's prices, for the model of a builder. */
  readonly view: FixtureView | null;
}

async function askFixture(
  env: Env,
  { country, ...question }: PriceQuestion,
  fixtureId: string,
  own: readonly AskedSelection[],
): Promise<FixtureAnswer> {
  const channel = oddsChannelOf(env, country, fixtureId);
  const ids = new Set(own.flatMap(({ selectionId, parts }) => (parts.length === 0 ? [selectionId] : parts)));
  const wanted = [...ids].map((selectionId): WantedSelection => ({ selectionId, seenOddsThousandths: null, seenPriceVersion: null }));
  const [reply, view] = await Promise.all([
    channel.reserve({ ...question, policy: "any", selections: wanted }),
    own.some(({ parts }) => parts.length > 0) ? channel.view() : null,
  ]);
  return { fixtureId, reply, view };
}

/** Every change of a price, those that the policy takes included. */
export function oddsChanged(changes: readonly PriceChange[]): ServiceError {
  return {
    code: "ODDS_CHANGED",
    details: {
      changes: changes.map(({ selectionId, seenOddsThousandths, oddsThousandths: now, priceVersion, verdict }) => ({
        selection_id: selectionId,
        old_odds: seenOddsThousandths === null ? null : toDecimalOdds(oddsThousandths(seenOddsThousandths)),
        new_odds: toDecimalOdds(oddsThousandths(now)),
        price_version: priceVersion,
        accepted: verdict === "taken",
      })),
    },
  };
}

/** The worst refusal of all fixtures, with every selection that it concerns; null when there is none. */
function refusalError(refusals: readonly ReserveRefusal[]): ServiceError | null {
  const concerned = (reason: Exclude<ReserveRefusal["reason"], "odds_changed">) =>
    refusals.flatMap((refusal) => (refusal.reason === reason ? refusal.selectionIds : []));
  const unknown = concerned("unknown_selection");
  if (unknown.length > 0) return { code: "INVALID_BET", details: { reason: "unknown_selection", selections: unknown } };
  const closed = concerned("market_closed");
  if (closed.length > 0) return { code: "MARKET_CLOSED", details: { selections: closed } };
  const suspended = concerned("market_suspended");
  return suspended.length > 0 ? { code: "MARKET_SUSPENDED", details: { selections: suspended } } : null;
}
