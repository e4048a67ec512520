/** What promotions make of the slip: the bonus and the way to the next, what the bet is promised, and what its player may choose. */
import type { JSX } from "preact";
import type { Quote } from "../api/types.ts";
import { odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";
import { quote } from "../stores/quote.ts";
import * as slip from "../stores/slip.ts";
import { BetPromises } from "./bet-promises.tsx";

export function SlipPromotions(): JSX.Element {
  const told = quote.value;
  return (
    <>
      {told?.bonus == null ? null : <Bonus bonus={told.bonus} />}
      {told === null ? null : <BetPromises bet={told} />}
      {slip.isEachWay.value ? null : <Choices boosts={told?.boosts ?? []} insurances={told?.insurances ?? []} />}
    </>
  );
}

/** "Add 1 more selection at 1.50 or more for 5 %", and how far that is. */
function Bonus({ bonus: { percent, qualifying, min_odds, next } }: { bonus: NonNullable<Quote["bonus"]> }): JSX.Element {
  const missing = next === null ? 0 : next.selections - qualifying;
  return (
    <div class="bonus" role="status">
      {percent > 0 ? <strong>{t("bonus_of", { percent: String(percent) })}</strong> : null}
      {next === null ? null : (
        <>
          <span>
            {t(missing === 1 ? "bonus_next_one" : "bonus_next_many", {
              count: String(missing),
              odds: odds(min_odds),
              percent: String(next.percent),
            })}
          </span>
          <progress max={next.selections} value={qualifying} aria-label={t("bonus_progress")} />
        </>
      )}
    </div>
  );
}

type Offers = Pick<Quote, "boosts" | "insurances">;

/** One of the boosts or insurances that the slip may have, or none. What is chosen stays to be taken back while a quote is on its way. */
function Choices({ boosts, insurances }: Offers): JSX.Element | null {
  const chosen = slip.promotion.value;
  const offered = [
    ...boosts.map((boost) => ({ choice: { boost_id: boost.boost_id }, text: boostText(boost) })),
    ...insurances.map(({ cuts, odds: at }) => ({
      choice: { cuts },
      text: t("insure", { cuts: String(cuts), odds: odds(at) }),
    })),
  ];
  const isOffered = chosen === null || offered.some(({ choice }) => slip.isSamePromotion(choice, chosen));
  const choices = isOffered ? offered : [...offered, { choice: chosen, text: t("chosen_promotion") }];
  if (choices.length === 0) return null;
  return (
    <fieldset class="policy">
      <legend>{t("make_it_better")}</legend>
      <div class="segments">
        <button type="button" aria-pressed={chosen === null} onClick={() => slip.choosePromotion(null)}>
          {t("as_it_is")}
        </button>
        {choices.map(({ choice, text }) => (
          <button
            key={text}
            type="button"
            aria-pressed={chosen !== null && slip.isSamePromotion(choice, chosen)}
            onClick={() => slip.choosePromotion(choice)}
          >
            {text}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function boostText({ percent, max_stake, selections: [first] }: Quote["boosts"][number]): string {
  const words = { percent: String(percent), max: shortMoney(max_stake, currency.value) };
  return first === undefined ? t("boost_of", words) : t("boost_to", { ...words, odds: odds(first.boosted_odds) });
}
