/**
 * Each way: a bet of two halves of one stake, the picks to win and the picks to be placed (betting-rules 2.3). Winners stand with winners and
 * places with places; both halves have the bet's lines, so that there are twice as many.
 *
 * What a place is, and what it pays, is agreed when the bet is taken and kept with each selection; the place has a result of its own, of the
 * match's place market. A bet is each way when its selections have places: all of them or none.
 */
import { err, ok, type Result } from "../kernel/result.ts";
import { type LineShape, lineCount } from "./lines.ts";

/** What a place pays: 1 + (odds - 1) / divisor, to the first so many. */
export type PlaceShare = {
  readonly places: number;
  readonly divisor: number;
};

/** The place half of a selection as it was agreed; its result is that of `selectionId`. */
export type PlaceTerms = PlaceShare & { readonly selectionId: string };

/** True for a bet of two halves. */
export function isEachWay(selections: readonly { readonly place?: object | undefined }[]): boolean {
  return selections.some(({ place }) => place !== undefined);
}

/** How many lines a bet has: twice those of its shape when it is each way. */
export function betLines(
  shape: Omit<LineShape, "selections"> & { readonly selections: readonly { readonly place?: object | undefined }[] },
): number {
  const lines = lineCount({ ...shape, selections: shape.selections.length });
  return isEachWay(shape.selections) ? 2 * lines : lines;
}

/** The odds of a place in thousandths, rounded up: for what the house may owe, never for what it pays. */
export function placeThousandths(oddsThousandths: number, { divisor }: Pick<PlaceShare, "divisor">): number {
  return 1_000 + Math.ceil((oddsThousandths - 1_000) / divisor);
}

/** A selection that is to be bet each way; `place` is absent where its market has no terms. */
export interface EachWaySelection {
  readonly selectionId: string;
  readonly isLive: boolean;
  readonly builder?: object;
  readonly boost?: object;
  readonly place?: PlaceTerms;
}

export interface BetForEachWay {
  readonly isFree: boolean;
  readonly isInsured: boolean;
  readonly selections: readonly EachWaySelection[];
}

/** In order of precedence. */
export type EachWayProblem =
  | { readonly reason: "free_bet" | "insured" | "boosted" | "bet_builder" | "live" }
  | { readonly reason: "no_terms" | "terms_changed"; readonly selectionIds: readonly string[] };

/**
 * Whether a bet may be taken each way. A token is given back whole or not at all, and a half of it may be void; insured and boosted prices are
 * of winning; during a race its runners are not what its terms were made for. `seen` are the terms that the player saw, by selection: others
 * are not taken in their place.
 */
export function checkEachWay(
  { isFree, isInsured, selections }: BetForEachWay,
  seen: ReadonlyMap<string, PlaceShare> = new Map(),
): Result<null, EachWayProblem> {
  if (isFree) return err({ reason: "free_bet" });
  if (isInsured) return err({ reason: "insured" });
  if (selections.some(({ boost }) => boost !== undefined)) return err({ reason: "boosted" });
  if (selections.some(({ builder }) => builder !== undefined)) return err({ reason: "bet_builder" });
  if (selections.some(({ isLive }) => isLive)) return err({ reason: "live" });
  const without = selections.filter(({ place }) => place === undefined);
  if (without.length > 0) return err({ reason: "no_terms", selectionIds: idsOf(without) });
  const changed = selections.filter(({ selectionId, place }) => place !== undefined && !isAsSeen(place, seen.get(selectionId)));
  return changed.length > 0 ? err({ reason: "terms_changed", selectionIds: idsOf(changed) }) : ok(null);
}

function isAsSeen({ places, divisor }: PlaceShare, seen: PlaceShare | undefined): boolean {
  return seen === undefined || (seen.places === places && seen.divisor === divisor);
}

function idsOf(selections: readonly EachWaySelection[]): readonly string[] {
  return selections.map(({ selectionId }) => selectionId);
}
