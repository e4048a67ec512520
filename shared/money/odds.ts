/**
 * Decimal odds as integer thousandths: 2.5 is 2500. Prices never leave this form inside; combined odds are exact ratios.
 */
import { Decimal } from "decimal.js";
import type { Brand } from "../kernel/brand.ts";
import { invariant } from "../kernel/invariant.ts";
import { err, ok, type Result } from "../kernel/result.ts";

/** Decimal odds in thousandths, at least 1001 for a price on offer; 1000 is even the stake back. */
export type OddsThousandths = Brand<number, "OddsThousandths">;

export const ODDS_SCALE = 1_000;
/** Thousandths: no price is higher. */
export const ODDS_MAX = 10_000_000;

/** Brands a number as odds; asserts an integer between 1000 (1.000) and 10,000,000 (10,000.000). */
export function oddsThousandths(value: number): OddsThousandths {
  invariant(Number.isInteger(value) && value >= ODDS_SCALE && value <= ODDS_MAX, `not odds in thousandths: ${value}`);
  return value as OddsThousandths;
}

/** Parses decimal odds (`2.5`, `"2.50"`) with at most three decimals; refuses `not_odds` otherwise. */
export function parseOdds(input: string | number): Result<OddsThousandths, { readonly reason: "not_odds" }> {
  const text = String(input);
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text)) return err({ reason: "not_odds" });
  const value = new Decimal(text).times(ODDS_SCALE).toNumber();
  if (value < ODDS_SCALE || value > ODDS_MAX) return err({ reason: "not_odds" });
  return ok(value as OddsThousandths);
}

/** Gives the JSON number: 2500 becomes 2.5. */
export function toDecimalOdds(odds: OddsThousandths): number {
  return new Decimal(odds).dividedBy(ODDS_SCALE).toNumber();
}

/**
 * Multiplies odds exactly and writes the product with three decimals, cut down; for display, never for paying.
 * Asserts at least one price.
 */
export function displayProduct(prices: readonly OddsThousandths[]): number {
  invariant(prices.length > 0, "a product needs a price");
  let product = new Decimal(1);
  for (const price of prices) product = product.times(price).dividedBy(ODDS_SCALE);
  return product.toDecimalPlaces(3, Decimal.ROUND_DOWN).toNumber();
}
