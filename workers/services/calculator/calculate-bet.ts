/** What a bet returns with the results that the caller gives: nothing is stored, and no login is needed. */
import type * as z from "zod";
import { calculate, type GivenBet, type GivenSelection } from "../../../shared/betting/calculate.ts";
import { exactLineCount, type LineShape } from "../../../shared/betting/lines.ts";
import { NAMED_SYSTEMS } from "../../../shared/betting/systems.ts";
import type { NamedSystem } from "../../../shared/betting/types.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { fractionText, ONE, plus, ZERO_FRACTION } from "../../../shared/money/fraction.ts";
import type { CalculatorBet, calculatorOut } from "../../../shared/protocol/http/calculator.ts";
import { refuse, type ServiceResult } from "../context.ts";

/** How many selections the folds of fixed size have. */
const FOLDS: Readonly<Record<string, number>> = { single: 1, double: 2, treble: 3 };

const AMOUNT_MAX = BigInt(Number.MAX_SAFE_INTEGER);

/** Refuses VALIDATION_FAILED for sizes that don't fit the selections, lines beyond any stake, and free bets of too many lines to list. */
export function calculateBet(bet: CalculatorBet): ServiceResult<z.input<typeof calculatorOut>> {
  const shape = shapeOf(bet);
  if (!shape.ok) return shape;
  const given = givenBet(bet, shape.value);
  const stakeMinor = given.unitStakeMinor * exactLineCount(shape.value) * (given.eachWay ? 2n : 1n);
  if (stakeMinor > AMOUNT_MAX) return wrong("bet.unit_stake_minor", "times the lines is more than an amount can be");
  const calculated = calculate(given);
  if (!calculated.ok) return wrong("bet.sizes", `make too many lines for a free bet: at most ${calculated.error.max}`);
  const { lines, totalStakeMinor, returningLines, status, payout, payoutMinor, bonus } = calculated.value;
  if (payoutMinor > AMOUNT_MAX) return wrong("bet.legs", "return more than an amount can be");
  return ok({
    lines,
    total_stake_minor: Number(totalStakeMinor),
    returning_lines: returningLines,
    status,
    payout_exact: fractionText(payout),
    payout_minor: Number(payoutMinor),
    ...(bonus === null
      ? {}
      : {
          qualifying_legs: bonus.qualifying,
          bonus_percent: Number(bonus.percent.n) / Number(bonus.percent.d),
          bonus_exact: fractionText(bonus.bonus),
        }),
  });
}

/** The lines that the type and its sizes mean for so many selections. */
function shapeOf({ type, sizes, legs }: CalculatorBet): ServiceResult<LineShape> {
  const bankers = legs.flatMap(({ banker }, index) => (banker ? [index] : []));
  const multiple = { kind: legs.length === 1 ? "SINGLE" : "MULTI", selections: legs.length, systemSizes: [], bankers: [] } as const;
  if (type === "system") return systemShape(legs.length, bankers, sizes ?? []);
  if (sizes !== undefined) return wrong("bet.sizes", "belong to a system");
  if (type in NAMED_SYSTEMS) {
    const { selections, sizes: named } = NAMED_SYSTEMS[type as NamedSystem];
    if (legs.length - bankers.length !== selections) return wrong("bet.legs", `a ${type} has ${selections} legs beside its bankers`);
    return systemShape(legs.length, bankers, named);
  }
  const fold = FOLDS[type];
  if (fold !== undefined && legs.length !== fold) return wrong("bet.legs", `a ${type} has ${fold} of them`);
  return bankers.length > 0 ? wrong("bet.legs", "bankers belong to a system") : ok(multiple);
}

function systemShape(selections: number, bankers: readonly number[], systemSizes: readonly number[]): ServiceResult<LineShape> {
  const free = selections - bankers.length;
  if (systemSizes.length === 0) return wrong("bet.sizes", "a system needs its sizes");
  if (new Set(systemSizes).size < systemSizes.length) return wrong("bet.sizes", "names a size twice");
  if (systemSizes.some((size) => size > free)) return wrong("bet.sizes", `must be at most ${free}, the legs that are no bankers`);
  return ok({ kind: "SYSTEM", selections, systemSizes, bankers });
}

function wrong(field: string, message: string): ReturnType<typeof refuse> {
  return refuse("VALIDATION_FAILED", { fields: { [field]: message } });
}

function givenBet(bet: CalculatorBet, shape: LineShape): GivenBet {
  const { bonus } = bet;
  return {
    shape,
    unitStakeMinor: BigInt(bet.unit_stake_minor),
    eachWay: bet.each_way,
    selections: bet.legs.map(givenSelection),
    payoutMaxMinor: bet.max_payout_minor === undefined ? null : BigInt(bet.max_payout_minor),
    freeBet: bet.free_bet !== undefined,
    ladder:
      bonus === undefined
        ? null
        : { steps: [...bonus.ladder].sort(([a], [b]) => a - b), basis: bonus.basis, oddsMin: bonus.min_leg_odds ?? ONE },
  };
}

function givenSelection(leg: CalculatorBet["legs"][number]): GivenSelection {
  return {
    odds: leg.odds ?? plus(leg.fractional ?? ZERO_FRACTION, ONE),
    result: leg.result === "push" ? "void" : leg.result,
    deadHeat: leg.dead_heat_factor ?? ONE,
    placeDeadHeat: leg.place_dead_heat_factor ?? ONE,
    placeFraction: leg.place_fraction ?? ONE,
    voidFactor: leg.void_factor ?? null,
    deduction: leg.rule4 ?? ZERO_FRACTION,
  };
}
