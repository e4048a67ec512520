/**
 * The cash-out of one open bet: what it would bring now, for all or a part of the stake. While there is no offer the button stays where it
 * is, greyed, and says why.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import type { Bet, CashOutResult, CashOutState } from "../api/types.ts";
import { money } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshBets } from "../stores/bets.ts";
import { currency } from "../stores/player.ts";
import { say, sayTrouble } from "../stores/toasts.ts";

const REFRESH_MS = 8_000;
const WHOLE = 100;

export function CashOut({ bet }: { bet: Bet }): JSX.Element {
  const percent = useSignal(WHOLE);
  const state = useSignal<CashOutState | null>(null);
  const isSending = useSignal(false);

  useEffect(() => {
    const stop = new AbortController();
    const read = () =>
      call<CashOutState>("GET", `/api/v1/bets/${bet.bet_id}/cash-out?percent=${percent.value}`, { signal: stop.signal }).then(
        (answer) => {
          state.value = answer;
        },
        () => undefined,
      );
    void read();
    const timer = setInterval(() => void read(), REFRESH_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [bet.bet_id, percent.value]);

  // What was offered for another part is not what the button would take.
  const shown = state.value?.offer ?? null;
  const offer = shown?.percent === percent.value ? shown : null;
  const reason = state.value === null || shown !== null ? null : (state.value.reason ?? "no_price");

  const take = async (): Promise<void> => {
    if (offer === null) return;
    isSending.value = true;
    const body = { offer_id: offer.offer_id, amount: offer.amount };
    try {
      const taken = await attempt(`cash-out.${bet.bet_id}`, body, (key) =>
        call<CashOutResult>("POST", `/api/v1/bets/${bet.bet_id}/cash-out`, { body, key }),
      );
      say(t("cash_out_done", { amount: money(taken.net_amount, currency.value) }), "good");
      state.value = null;
      await refreshBets();
    } catch (error) {
      if (error instanceof ApiError && error.code === "CASH_OUT_CHANGED") {
        if (state.value !== null) state.value = { ...state.value, offer: (error.details.offer as CashOutState["offer"]) ?? null };
        say(t("cash_out_changed"));
      } else sayTrouble(error);
    } finally {
      isSending.value = false;
    }
  };

  return (
    <div class="cash-out">
      <button type="button" class="button" disabled={offer === null || isSending.value} onClick={() => void take()}>
        {offer === null ? t("cash_out") : t("cash_out_for", { amount: money(offer.net_amount, currency.value) })}
      </button>
      {reason === null ? null : <p class="muted">{t(`cash_out_why_${reason}`)}</p>}
      <label class="muted">
        {t("cash_out_part", { percent: percent.value })}
        <input
          type="range"
          min="1"
          max={WHOLE}
          step="1"
          value={percent.value}
          onChange={(event) => {
            percent.value = Number(event.currentTarget.value);
          }}
        />
      </label>
    </div>
  );
}
