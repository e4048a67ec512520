/** The calculator's smaller questions: a cash-out's value, an Asian line's result, a price in every format. */
import type * as z from "zod";
import { handicapResult, parseQuarterLine, totalResult } from "../../../shared/betting/asian.ts";
import { cashOutValue } from "../../../shared/betting/cash-out-value.ts";
import { oddsFormats } from "../../../shared/betting/odds-formats.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { type Fraction, fraction, fractionText, ONE, times, ZERO_FRACTION } from "../../../shared/money/fraction.ts";
import type {
  CalculatorAsian,
  CalculatorCashOut,
  calculatorAsianOut,
  calculatorCashOutOut,
  calculatorOddsOut,
} from "../../../shared/protocol/http/calculator.ts";
import { refuse, type ServiceResult } from "../context.ts";

/** The value of a single or an accumulator with some of its selections decided. Refuses VALIDATION_FAILED past any amount. */
export function calculateCashOut(input: CalculatorCashOut): ServiceResult<z.input<typeof calculatorCashOutOut>> {
  const { legs, stake_minor, margin_bp, fraction: part = ONE } = input;
  const shape = { kind: legs.length === 1 ? "SINGLE" : "MULTI", selections: legs.length, systemSizes: [], bankers: [] } as const;
  const value = cashOutValue(shape, fraction(stake_minor), legs.map(expectedFactor), fraction(margin_bp, 10_000), part);
  if (value.offerFullMinor > BigInt(Number.MAX_SAFE_INTEGER))
    return refuse("VALIDATION_FAILED", { fields: { legs: "are worth more than an amount can be" } });
  return ok({
    fair_exact: fractionText(value.fair),
    offer_full_minor: Number(value.offerFullMinor),
    offer_minor: Number(value.offerMinor),
    remaining_stake_exact: fractionText(value.remainingStake),
  });
}

function expectedFactor({ odds, state, p_win }: CalculatorCashOut["legs"][number]): Fraction {
  switch (state) {
    case "won":
      return odds;
    case "lost":
      return ZERO_FRACTION;
    case "void":
      return ONE;
    case "open":
      return times(odds, p_win ?? ZERO_FRACTION);
  }
}

/** Refuses VALIDATION_FAILED for a line that is no multiple of a quarter. */
export function calculateAsian(input: CalculatorAsian): ServiceResult<z.input<typeof calculatorAsianOut>> {
  const line = parseQuarterLine(input.line);
  if (line === null) return refuse("VALIDATION_FAILED", { fields: { line: "must be a multiple of 0.25" } });
  if (input.market === "asian_total") return ok({ result: totalResult(line, input.side, input.total_goals) });
  return ok({ result: handicapResult(line, input.goals_for, input.goals_against) });
}

export function calculateOdds(decimal: Fraction): z.input<typeof calculatorOddsOut> {
  const { impliedProbability, ...formats } = oddsFormats(decimal);
  return { ...formats, implied_probability: impliedProbability };
}
