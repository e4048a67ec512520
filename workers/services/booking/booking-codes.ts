/**
 * Shares a slip as a code, and gives a code's selections back at the prices of now. What has begun, closed or gone is named, not hidden:
 * whoever loads a code must see what of it is missing.
 */
import type * as z from "zod";
import { sha256Bytes } from "../../../durable-objects/platform/hash.ts";
import { bookingCode, parseBookingCode } from "../../../shared/betting/booking-code.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import { parseSelectionId } from "../../../shared/odds/selection-id.ts";
import type { BookingRequest, bookingLoaded, bookingMade } from "../../../shared/protocol/http/booking-codes.ts";
import type { FixtureView } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { betsOfBookingCode, loadBookingCode, saveBookingCode } from "../../adapters/d1/booking-codes.ts";
import { oddsChannelOf } from "../../adapters/objects.ts";
import { databaseOf, type Env } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { catalogueCountry } from "../fixtures/catalogue-country.ts";

/** Two slips under one code is a chance in 10^10; after so many something else is wrong. */
const ATTEMPTS_MAX = 5;

type Loaded = z.input<typeof bookingLoaded>;
type Found = { readonly kept: Loaded["selections"][number] } | { readonly dropped: Loaded["dropped"][number] };

/** Makes a code for selections that can be bet on now; equal selections get the same code. Refuses INVALID_BET, GEO_BLOCKED. */
export async function makeBookingCode(
  ctx: ServiceContext,
  { selections }: BookingRequest,
): Promise<ServiceResult<z.input<typeof bookingMade>>> {
  const country = catalogueCountry(ctx);
  if (!country.ok) return country;
  const ids = [...new Set(selections.map(({ selection_id }) => selection_id))];
  const views = await viewsOf(ctx.env, country.value, ids);
  const found = ids.map((id) => find(views, id, ctx.nowMs));
  const dropped = found.flatMap((one) => ("dropped" in one ? [one.dropped.selection_id] : []));
  if (dropped.length > 0) return refuse("INVALID_BET", { reason: "not_on_offer", selections: dropped });
  const expiresAtMs = Math.max(...[...views.values()].map((view) => view?.startsAtMs ?? 0));
  const database = databaseOf(ctx.env, country.value);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const code = bookingCode(ids, attempt, sha256Bytes);
    const stored = await saveBookingCode(database, { code, selections: ids, createdAtMs: ctx.nowMs, expiresAtMs });
    if ([...stored].sort().join() === [...ids].sort().join())
      return ok({ code, selections: ids.length, expires_at: toRfc3339(unixMs(expiresAtMs)) });
  }
  throw new Error("no free booking code");
}

/** Loads a code; refuses NOT_FOUND for one that never was or whose matches have all begun. */
export async function readBookingCode(ctx: ServiceContext, text: string): Promise<ServiceResult<Loaded>> {
  const country = catalogueCountry(ctx);
  if (!country.ok) return country;
  const code = parseBookingCode(text);
  const database = databaseOf(ctx.env, country.value);
  const stored = code === null ? null : await loadBookingCode(database, code);
  if (code === null || stored === null || stored.expiresAtMs <= ctx.nowMs) return refuse("NOT_FOUND");
  const [views, { bets, stakeMinor }] = await Promise.all([
    viewsOf(ctx.env, country.value, stored.selections),
    betsOfBookingCode(database, code),
  ]);
  const found = stored.selections.map((id) => find(views, id, ctx.nowMs));
  return ok({
    code,
    expires_at: toRfc3339(unixMs(stored.expiresAtMs)),
    ...{ loads: stored.loads, bets, stakes: toMajor(minor(stakeMinor)) },
    selections: found.flatMap((one) => ("kept" in one ? [one.kept] : [])),
    dropped: found.flatMap((one) => ("dropped" in one ? [one.dropped] : [])),
  });
}

type Views = ReadonlyMap<string, FixtureView | null>;

async function viewsOf(env: Env, country: Country, selectionIds: readonly string[]): Promise<Views> {
  const fixtures = new Set(selectionIds.flatMap((id) => parseSelectionId(id)?.fixtureId ?? []));
  return new Map(await Promise.all([...fixtures].map(async (id) => [id, await oddsChannelOf(env, country, id).view()] as const)));
}

function find(views: Views, selectionId: string, nowMs: number): Found {
  const parts = parseSelectionId(selectionId);
  const view = parts === null ? null : (views.get(parts.fixtureId) ?? null);
  const market = view?.markets.find(({ marketId }) => marketId === parts?.marketId);
  const outcome = market?.outcomes.find(({ outcomeId }) => outcomeId === parts?.outcomeId);
  const gone = (reason: Loaded["dropped"][number]["reason"]): Found => {
    const name = view === null ? null : `${view.homeTeam} v ${view.awayTeam}`;
    return { dropped: { selection_id: selectionId, name, reason } };
  };
  if (view === null || market === undefined || outcome === undefined) return gone("unknown");
  if (view.status !== "upcoming" || view.startsAtMs <= nowMs) return gone("started");
  if (outcome.status === "closed") return gone("closed");
  return {
    kept: {
      ...{ selection_id: selectionId, event_id: view.fixtureId, event_name: `${view.homeTeam} v ${view.awayTeam}` },
      ...{ home_team: view.homeTeam, away_team: view.awayTeam },
      ...{ market_id: market.marketId, market_name: market.name, market_type: market.type, specifier: market.specifier },
      ...{ outcome_id: outcome.outcomeId, outcome_name: outcome.name },
      odds: toDecimalOdds(oddsThousandths(outcome.oddsThousandths)),
      ...{ price_version: outcome.priceVersion, status: outcome.status, starts_at: toRfc3339(unixMs(view.startsAtMs)) },
    },
  };
}
