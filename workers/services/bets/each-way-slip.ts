/** The halves of a slip that is asked for each way: whether it may be, by the place terms that its fixtures gave, and what to say of them. */
import { checkEachWay, type PlaceShare } from "../../../shared/betting/each-way.ts";
import { placeOdds } from "../../../shared/betting/factors.ts";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";
import { floorOf, fraction, times } from "../../../shared/money/fraction.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { AcceptedSelection } from "../../../shared/protocol/rpc/wallet.ts";
import type { ServiceError } from "../context.ts";
import type { SlipItem } from "./read-slip.ts";
import type { PromotedSlip } from "./slip-promotions.ts";

interface AskedWays {
  readonly eachWay: boolean;
  readonly isFree: boolean;
  readonly items: readonly SlipItem[];
}

/** The slip with the places that it is to have: those of its fixtures when it is each way, else none. Refuses EACH_WAY_REFUSED. */
export function withPlaces(slip: PromotedSlip, { eachWay, isFree, items }: AskedWays): Result<PromotedSlip, ServiceError> {
  if (!eachWay) return ok({ ...slip, selections: slip.selections.map(withoutPlace) });
  const seen = new Map(
    items.flatMap(({ selectionId, seenPlace }): [string, PlaceShare][] => (seenPlace === undefined ? [] : [[selectionId, seenPlace]])),
  );
  const checked = checkEachWay({ isFree, isInsured: slip.insurance !== undefined, selections: slip.selections }, seen);
  if (checked.ok) return ok(slip);
  const { reason } = checked.error;
  const selections = "selectionIds" in checked.error ? { selections: checked.error.selectionIds } : {};
  return err({ code: "EACH_WAY_REFUSED", details: { reason, ...selections } });
}

function withoutPlace({ place: _place, ...selection }: AcceptedSelection): AcceptedSelection {
  return selection;
}

/** What each selection's place would be if this slip were bet each way; null where it can't be. */
export function eachWayTermsOf({ selections, insurance }: PromotedSlip, isFree: boolean) {
  if (!checkEachWay({ isFree, isInsured: insurance !== undefined, selections }).ok) return null;
  return selections.flatMap(({ selectionId, oddsThousandths: odds, place }) => {
    if (place === undefined) return [];
    const { places, divisor } = place;
    const ofPlace = times(placeOdds(fraction(odds, 1_000), fraction(1, divisor)), fraction(1_000));
    return [
      { selection_id: selectionId, places, fraction: `1/${divisor}`, odds: toDecimalOdds(oddsThousandths(Number(floorOf(ofPlace)))) },
    ];
  });
}
