/**
 * The calculator's bodies and answers. Odds, factors and shares are text, so that they are exact; amounts are integer minor units.
 *
 * Everything is bounded, because the arithmetic is exact: so many selections of so many digits are a few milliseconds of work.
 */
import * as z from "zod";
import { NAMED_SYSTEM_NAMES } from "../../betting/types.ts";
import { compare, type Fraction, HALF, ONE, parseFraction } from "../../money/fraction.ts";

const SELECTIONS_MAX = 64;
const STAKE_MAX = 1_000_000_000_000;
/** Of all selections' numbers as fractions: work grows with the square of it. */
const DIGITS_MAX = 3_000;

/** Digits beyond these are nobody's odds. */
const DECIMAL = /^\d{1,5}(?:\.\d{1,12})?$/;
const RATIO = /^\d{1,6}\/\d{1,6}$/;

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
    path: ["odds"],
  })
  .refine(({ result, void_factor }) => void_factor === undefined || isPossible(result, void_factor), {
    error: "contradicts the result: void and push are 1, half_won and half_lost 0.5",
    path: ["void_factor"],
  });

/** The words that say themselves how much is void take no other void factor. */
function isPossible(result: string, voidFactor: Fraction): boolean {
  if (result === "void" || result === "push") return compare(voidFactor, ONE) === 0;
  return !result.startsWith("half_") || compare(voidFactor, HALF) === 0;
}

/** Decided whatever the place pays. */
const PLACELESS: readonly string[] = ["lost", "void", "push"];

/** True unless exact arithmetic on the numbers would be long. */
function isShort(legs: readonly object[]): boolean {
  const numbers = legs.flatMap((leg) => Object.values(leg)).filter((value): value is Fraction => typeof value === "object");
  return numbers.reduce((digits, { n, d }) => digits + `${n}${d}`.length, 0) <= DIGITS_MAX;
}

function legsOf<Leg extends z.ZodType<object>>(leg: Leg) {
  const error = `have too many digits, more than ${DIGITS_MAX} in all`;
  return z.array(leg).min(1).max(SELECTIONS_MAX).refine(isShort, { error });
}

const TYPES = ["single", "double", "treble", "accumulator", "system", ...NAMED_SYSTEM_NAMES] as const;

const ladder = z
  .array(z.tuple([z.int().min(1).max(1_000), percent]))
  .min(1)
  .max(100)
  .refine((steps) => new Set(steps.map(([count]) => count)).size === steps.length, { error: "names a number of legs twice" });

const bet = z
  .strictObject({
    type: z.enum(TYPES),
    unit_stake_minor: unitStake.meta({ description: "Stake of one line." }),
    sizes: z.array(z.int().min(1).max(SELECTIONS_MAX)).min(1).max(SELECTIONS_MAX).optional(),
    legs: legsOf(selectionIn),
    each_way: z.boolean().default(false),
    max_payout_minor: z.int().nonnegative().optional(),
    free_bet: z.literal("stake_not_returned").optional(),
    bonus: z.strictObject({ ladder, basis: z.enum(["gross_payout", "net_winnings"]), min_leg_odds: odds.optional() }).optional(),
  })
  .superRefine(({ each_way, legs }, ctx) => {
    for (const [index, { result, place_fraction }] of legs.entries()) {
      if (!each_way || place_fraction !== undefined || PLACELESS.includes(result)) continue;
      ctx.addIssue({ code: "custom", message: "is what an each-way leg needs", path: ["legs", index, "place_fraction"] });
    }
  });

export const calculatorBody = z.strictObject({ bet });
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

const cashOutLeg = z
  .strictObject({ odds, state: z.enum(["open", "won", "lost", "void"]), p_win: part.optional() })
  .refine(({ state, p_win }) => state !== "open" || p_win !== undefined, { error: "is what an open leg needs", path: ["p_win"] });

export const calculatorCashOutBody = z.strictObject({
  stake_minor: unitStake,
  legs: legsOf(cashOutLeg),
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
const line = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().max(7))
  .meta({ type: "string", example: "-0.25" });

export const calculatorAsianBody = z.discriminatedUnion("market", [
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
