/**
 * Whether a slip is a bet at all, before any price is asked: the number of selections that its kind takes, sizes and bankers that fit
 * each other, no selection twice, and none that depends on another.
 *
 * Two selections of one fixture in a multi or system are refused: their product is not the price of both happening. A system is
 * refused whole, not trimmed, because the player asked for all of its lines.
 */
import { SLIP_SELECTIONS_MAX } from "../kernel/limits.ts";
import { err, ok, type Result } from "../kernel/result.ts";
import { type CorrelatedPair, correlations, type SlipSelection } from "./correlation.ts";
import type { BetKind } from "./types.ts";

export interface Slip {
  readonly kind: BetKind;
  readonly selections: readonly SlipSelection[];
  readonly systemSizes: readonly number[];
  /** Indexes into `selections`. */
  readonly bankers: readonly number[];
}

/** In order of precedence. */
export type SlipProblem =
  | { readonly reason: "number_of_selections"; readonly min: number; readonly max: number }
  | { readonly reason: "sizes_need_a_system" }
  | { readonly reason: "bankers_need_a_system" }
  | { readonly reason: "system_needs_sizes" }
  | { readonly reason: "too_many_bankers"; readonly max: number }
  | { readonly reason: "size_out_of_range"; readonly min: number; readonly max: number }
  | { readonly reason: "size_twice" }
  | { readonly reason: "selection_twice"; readonly selectionIds: readonly string[] }
  | { readonly reason: "correlated"; readonly pairs: readonly CorrelatedPair[] };

/** How many selections each kind takes. */
const SELECTIONS: Readonly<Record<BetKind, { readonly min: number; readonly max: number }>> = {
  SINGLE: { min: 1, max: 1 },
  MULTI: { min: 2, max: SLIP_SELECTIONS_MAX },
  SYSTEM: { min: 2, max: SLIP_SELECTIONS_MAX },
};

/** Checks a slip by the tenant's rules; refuses with the first problem that applies. */
export function checkSlip(slip: Slip, rules: Parameters<typeof correlations>[1]): Result<null, SlipProblem> {
  const shape = checkSlipShape(slip);
  if (!shape.ok) return shape;
  const pairs = correlations(slip.selections, rules);
  return pairs.length > 0 ? err({ reason: "correlated", pairs }) : ok(null);
}

/** Checks all but the dependence between selections: a quote shows that beside its prices. */
export function checkSlipShape(slip: Slip): Result<null, SlipProblem> {
  const problem = shapeProblem(slip) ?? repeatProblem(slip.selections);
  return problem === null ? ok(null) : err(problem);
}

function shapeProblem(slip: Slip): SlipProblem | null {
  const { min, max } = SELECTIONS[slip.kind];
  const count = slip.selections.length;
  if (count < min || count > max) return { reason: "number_of_selections", min, max };
  if (slip.kind !== "SYSTEM") {
    if (slip.systemSizes.length > 0) return { reason: "sizes_need_a_system" };
    return slip.bankers.length > 0 ? { reason: "bankers_need_a_system" } : null;
  }
  if (slip.systemSizes.length === 0) return { reason: "system_needs_sizes" };
  const free = count - slip.bankers.length;
  if (free < 1) return { reason: "too_many_bankers", max: count - 1 };
  if (slip.systemSizes.some((size) => !Number.isInteger(size) || size < 1 || size > free)) {
    return { reason: "size_out_of_range", min: 1, max: free };
  }
  return new Set(slip.systemSizes).size < slip.systemSizes.length ? { reason: "size_twice" } : null;
}

function repeatProblem(selections: readonly SlipSelection[]): SlipProblem | null {
  const ids = selections.map((selection) => selection.selectionId);
  const twice = ids.filter((id, index) => ids.indexOf(id) < index);
  return twice.length > 0 ? { reason: "selection_twice", selectionIds: [...new Set(twice)] } : null;
}
