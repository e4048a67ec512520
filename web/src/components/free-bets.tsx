/** Free bets: which one pays the slip, and what the player has. */
import type { JSX } from "preact";
import type { FreeBet } from "../api/types.ts";
import { dayAndTime, odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";
import { freeBets, isUnused } from "../stores/promotions.ts";
import * as slip from "../stores/slip.ts";

/** A choice between the player's own money and each token that this bet may use; nothing when there is none. */
export function FreeBetPick(): JSX.Element | null {
  const usable = slip.usableFreeBets.value;
  if (usable.length === 0) return null;
  const chosen = slip.freeBet.value?.free_bet_id ?? null;
  const choices: readonly (FreeBet | null)[] = [null, ...usable];
  return (
    <fieldset class="policy">
      <legend>{t("pay_with")}</legend>
      <div class="segments">
        {choices.map((token) => (
          <button
            key={token?.free_bet_id ?? "cash"}
            type="button"
            aria-pressed={chosen === (token?.free_bet_id ?? null)}
            onClick={() => slip.chooseFreeBet(token)}
          >
            {token === null ? t("own_money") : t("free_bet_of", { amount: shortMoney(token.amount, currency.value) })}
          </button>
        ))}
      </div>
      {slip.freeBet.value === null ? null : <p class="note">{t("free_bet_pays")}</p>}
    </fieldset>
  );
}

/** What the player has been given and can still use. */
export function FreeBetList(): JSX.Element | null {
  const unused = freeBets.value.filter(isUnused);
  if (unused.length === 0) return null;
  return (
    <section aria-label={t("free_bets")}>
      <h3>{t("free_bets")}</h3>
      <ul>
        {unused.map((token) => (
          <li key={token.free_bet_id}>
            <strong>{shortMoney(token.amount, currency.value)}</strong>
            <br />
            <span class="muted">
              {t("free_bet_terms", {
                odds: odds(token.terms.odds_min),
                selections: String(token.terms.selections_min),
                until: dayAndTime(token.expires_at),
              })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
