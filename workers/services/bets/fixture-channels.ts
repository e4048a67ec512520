/**
 * The odds channels of a slip: one object a fixture, asked in parallel, and one answer made of theirs.
 *
 * Channels are asked for the price of the moment, whatever it is: which changes the player takes is decided here, over all of a slip's
 * fixtures at once, so that one answer names every price that has changed.
 */
import type { PriceChange } from "../../../shared/betting/acceptance.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { Reservation, ReserveRefusal, WantedSelection } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import type { Env } from "../../env.ts";
import type { ServiceError } from "../context.ts";

/** For whom prices are asked, and for which stake in minor units. */
export interface PriceQuestion {
  readonly country: Country;
  readonly betId: string;
  readonly walletId: string;
  readonly stakeMinor: number;
}

/** What all fixtures of a slip say together. */
export interface SlipPrices {
  /** In the slip's order. */
  readonly selections: readonly AcceptedSelection[];
  /** The least that a fixture takes of a player of factor 1, minor units; null when none sets a bound. */
  readonly stakeMaxMinor: number | null;
}

/** Asks each fixture for the prices of its own selections, all at the same time. Refuses INVALID_BET, MARKET_CLOSED, MARKET_SUSPENDED. */
export async function askFixtures(
  env: Env,
  { country, ...question }: PriceQuestion,
  selections: readonly { readonly selectionId: string; readonly fixtureId: string }[],
): Promise<Result<SlipPrices, ServiceError>> {
  const fixtures = Map.groupBy(selections, (selection) => selection.fixtureId);
  const answers = await Promise.all(
    [...fixtures].map(([fixtureId, own]) => {
      const wanted = own.map(({ selectionId }): WantedSelection => ({ selectionId, seenOddsThousandths: null, seenPriceVersion: null }));
      return oddsChannelOf(env, country, fixtureId).reserve({ ...question, policy: "any", selections: wanted });
    }),
  );
  return joined(selections, answers);
}

function joined(
  selections: readonly { readonly selectionId: string }[],
  answers: readonly Result<Reservation, ReserveRefusal>[],
): Result<SlipPrices, ServiceError> {
  const refused = refusalError(answers.flatMap((answer) => (answer.ok ? [] : [answer.error])));
  if (refused !== null) return err(refused);
  const reservations = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const accepted = new Map(reservations.flatMap((each) => each.accepted).map((one) => [one.selectionId, one]));
  const missing = selections.filter(({ selectionId }) => !accepted.has(selectionId)).map(({ selectionId }) => selectionId);
  if (missing.length > 0) return err({ code: "INVALID_BET", details: { reason: "unknown_selection", selections: missing } });
  const bounds = reservations.flatMap(({ stakeMaxMinor }) => stakeMaxMinor ?? []);
  return ok({
    selections: selections.flatMap(({ selectionId }) => accepted.get(selectionId) ?? []),
    stakeMaxMinor: bounds.length === 0 ? null : Math.min(...bounds),
  });
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
