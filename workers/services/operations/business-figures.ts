/**
 * The countries' figures, read at most once in `FRESH_MS` by an isolate: each reading goes over all bets and payments of a country, so
 * a scraper in a hurry must not set the pace.
 */
import { SECOND_MS, type UnixMs } from "../../../shared/kernel/time.ts";
import { COUNTRIES, type Country } from "../../../shared/tenants/tenant.ts";
import { type CountryFigures, countryFigures } from "../../adapters/d1/business-figures.ts";
import { databaseOf, type Env } from "../../env.ts";

const FRESH_MS = 5 * SECOND_MS;

export type BusinessFigures = ReadonlyMap<Country, CountryFigures>;

/** A cache: losing it costs a reading. */
let latest: { readonly atMs: UnixMs; readonly figures: BusinessFigures } | null = null;

/** Gives every country's figures, at most `FRESH_MS` old. */
export async function businessFigures(env: Env, nowMs: UnixMs): Promise<BusinessFigures> {
  if (latest !== null && nowMs - latest.atMs < FRESH_MS) return latest.figures;
  const figures = await Promise.all(COUNTRIES.map(async (country) => [country, await countryFigures(databaseOf(env, country))] as const));
  latest = { atMs: nowMs, figures: new Map(figures) };
  return latest.figures;
}
