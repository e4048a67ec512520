/**
 * The calculator's bodies and answers. Odds, factors and shares are text, so that they are exact; amounts are integer minor units.
 *
 * Everything is bounded, because the arithmetic is exact: so many selections of so many digits are a few milliseconds of work.
 */
import * as z from "zod";
import { NAMED_SYSTEM_NAMES } from "../../betting/systems.ts";
import { parseFraction } from "../../money/fraction.ts";

export const CALCULATOR_SELECTIONS_MAX = 30;
const STAKE_MAX = 1_000_000_000_000;

/** Decimal digits and denominators beyond these are nobody's odds. */
const DECIMAL = /^\d{1,5}(?:\.\d{1,6})?$/;
const RATIO = /^\d{1,4}\/\d{1,4}$/;

function exact(what: string, test: (value: number) => boolean) {
  return z
    .union([z.string(), z.number().transform(String)])
    .pipe(z.string().trim().max(20))
    .transform((text, ctx) => {
      const value = DECIMAL.test(text) || RATIO.test(text) ? parseFraction(text) : null;
      if (value !== null && test(Number(value.n) / Number(value.d))) return value;
      ctx.addIssue({ code: "custom", message: what });
      return z.NEVER;
    })
    .meta({ type: "string" });
}

const odds = exact("must be decimal odds of at least 1", (value) => value >= 1);
const part = exact("must be between 0 and 1", (value) => value >= 0 && value <= 1);
const profit = exact("must be a/b of at least 0", () => true);
const percent = exact("must be a percentage", (value) => value <= 10_000);
const unitStake = z.int().positive().max(STAKE_MAX);

const selectionIn = z
  .strictObject({
    odds: odds.optional().meta({ example: "2.50" }),
    fractional: profit.optional().meta({ example: "9/2" }),
    result: z.enum(["won", "lost", "void", "push", "half_won", "half_lost", "placed"]),
    banker: z.boolean().default(false),
    dead_heat_factor: part.optional(),
    place_dead_heat_factor: part.optional(),
    place_fraction: part.optional(),
    void_factor: part.optional(),
    rule4: part.optional(),
  })
  .refine((selection) => (selection.odds === undefined) !== (selection.fractional === undefined), {
    error: "needs odds or fractional, one of them",
  });

const TYPES = ["single", "double", "treble", "accumulator", "system", ...NAMED_SYSTEM_NAMES] as const;

export const calculatorBody = z.strictObject({
  bet: z.strictObject({
    type: z.enum(TYPES),
    unit_stake_minor: unitStake.meta({ description: "Stake of one line." }),
    sizes: z.array(z.int().min(1).max(CALCULATOR_SELECTIONS_MAX)).min(1).max(CALCULATOR_SELECTIONS_MAX).optional(),
    legs: z.array(selectionIn).min(1).max(CALCULATOR_SELECTIONS_MAX),
    each_way: z.boolean().default(false),
    max_payout_minor: z.int().nonnegative().optional(),
    free_bet: z.literal("stake_not_returned").optional(),
    bonus: z
      .strictObject({
        ladder: z
          .array(z.tuple([z.int().min(1).max(1_000), percent]))
          .min(1)
          .max(100),
        basis: z.enum(["gross_payout", "net_winnings"]),
        min_leg_odds: odds.optional(),
      })
      .optional(),
  }),
});
export type CalculatorBet = z.output<typeof calculatorBody>["bet"];

const wholeMinor = z.int().meta({ description: "Minor units." });
const exactText = z.string().meta({ description: "Exact: a decimal where it ends, else a reduced fraction.", example: "25000" });

export const calculatorOut = z.object({
  lines: z.int(),
  total_stake_minor: wholeMinor,
  returning_lines: z.int(),
  status: z.enum(["won", "lost", "void"]),
  payout_exact: exactText,
  payout_minor: wholeMinor,
  qualifying_legs: z.int().optional(),
  bonus_percent: z.number().optional(),
  bonus_exact: exactText.optional(),
});

export const calculatorCashOutBody = z.strictObject({
  stake_minor: unitStake,
  legs: z
    .array(
      z
        .strictObject({ odds, state: z.enum(["open", "won", "lost", "void"]), p_win: part.optional() })
        .refine(({ state, p_win }) => state !== "open" || p_win !== undefined, { error: "an open leg needs p_win", path: ["p_win"] }),
    )
    .min(1)
    .max(CALCULATOR_SELECTIONS_MAX),
  margin_bp: z.int().min(0).max(10_000).default(0),
  fraction: part.optional(),
});
export type CalculatorCashOut = z.output<typeof calculatorCashOutBody>;

export const calculatorCashOutOut = z.object({
  fair_exact: exactText,
  offer_full_minor: wholeMinor,
  offer_minor: wholeMinor,
  remaining_stake_exact: exactText,
});

const goals = z.int().min(0).max(999);
const line = z.union([z.string(), z.number().transform(String)]).pipe(z.string().trim().max(8));

export const calculatorAsianBody = z.union([
  z.strictObject({ market: z.literal("asian_handicap"), line, goals_for: goals, goals_against: goals }),
  z.strictObject({ market: z.literal("asian_total"), line, side: z.enum(["over", "under"]), total_goals: goals }),
]);
export type CalculatorAsian = z.output<typeof calculatorAsianBody>;
export const calculatorAsianOut = z.object({ result: z.enum(["won", "half_won", "void", "half_lost", "lost"]) });

export const calculatorOddsBody = z.strictObject({ decimal: exact("must be decimal odds above 1", (value) => value > 1) });
export const calculatorOddsOut = z.object({
  decimal: z.string(),
  fractional: z.string(),
  american: z.string(),
  hongkong: z.string(),
  malay: z.string(),
  indonesian: z.string(),
  implied_probability: z.string(),
});
