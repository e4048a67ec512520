/** Whether the slip is bet to win or each way: offered where all of its selections have place terms, which are said plainly. */
import type { JSX } from "preact";
import { toMajor } from "../../../shared/money/amount.ts";
import { odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { outcomeName } from "../names.ts";
import { currency } from "../stores/player.ts";
import * as slip from "../stores/slip.ts";

export function EachWay(): JSX.Element | null {
  const isOn = slip.isEachWay.value;
  const places = slip.placesShown.value;
  // What is chosen stays to be taken back while a quote is on its way.
  if (places.length === 0 && !isOn) return null;
  const [half, total] = [slip.stake.value, slip.totalStake.value];
  return (
    <fieldset class="policy">
      <legend>{t("each_way")}</legend>
      <div class="segments">
        {[false, true].map((eachWay) => (
          <button key={String(eachWay)} type="button" aria-pressed={isOn === eachWay} onClick={() => slip.chooseEachWay(eachWay)}>
            {t(eachWay ? "each_way" : "win_only")}
          </button>
        ))}
      </div>
      <ul class="promises muted">
        {places.map(({ line, place }) => (
          <li key={line.selectionId}>
            {t("each_way_place", {
              name: outcomeName({ home_team: line.homeTeam, away_team: line.awayTeam }, line.specifier, {
                outcome_id: line.outcomeId,
                name: line.outcomeName,
              }),
              places: String(place.places),
              odds: odds(place.odds),
              fraction: place.fraction,
            })}
          </li>
        ))}
      </ul>
      {!isOn || half === null || total === null ? null : (
        <p class="note" aria-live="polite">
          {t("each_way_stake", {
            half: shortMoney(toMajor(half), currency.value),
            total: shortMoney(toMajor(total), currency.value),
          })}
        </p>
      )}
    </fieldset>
  );
}
