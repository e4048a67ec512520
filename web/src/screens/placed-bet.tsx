/** A bet that left the slip: placed, counting down to its decision, offered on new terms, or come to nothing with its stake free. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { SlipBet } from "../api/types.ts";
import { money, odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";
import { refusalText } from "../stores/refusals.ts";
import { answerOffer, isUndecided, refreshPlaced } from "../stores/slip.ts";
import { sayTrouble } from "../stores/toasts.ts";

/** The user socket tells decisions at once; this finds what it missed. */
const REFRESH_MS = 1_000;

export function PlacedBet({ bet }: { bet: SlipBet }): JSX.Element {
  const isWaiting = isUndecided(bet);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setInterval(() => void refreshPlaced().catch(() => undefined), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return (
    <section class={`placed-bet ${bet.status.toLowerCase()}`} data-bet={bet.bet_id}>
      <span class="muted mono">{bet.bet_id}</span>
      {bet.status === "OFFERED" ? null : (
        <p>
          {shortMoney(bet.stake, currency.value)} → <b>{money(bet.potential_win, currency.value)}</b>
        </p>
      )}
      <State bet={bet} />
    </section>
  );
}

function State({ bet }: { bet: SlipBet }): JSX.Element | null {
  if (bet.status === "DELAYED") {
    return (
      <p class="note">
        {t("bet_checking")} <Countdown until={bet.decides_at} />
      </p>
    );
  }
  if (bet.offer !== null) return <Offer bet={bet} offer={bet.offer} />;
  if (bet.status === "REJECTED" || bet.status === "EXPIRED") {
    return (
      <>
        <p class="note">{bet.refusal === null ? t("status_EXPIRED") : refusalText(asRefusal(bet.refusal))}</p>
        <p>{t("stake_is_yours", { stake: shortMoney(bet.stake, currency.value) })}</p>
      </>
    );
  }
  return null;
}

function asRefusal({ code, message, details }: NonNullable<SlipBet["refusal"]>): Parameters<typeof refusalText>[0] {
  return { code: code as Parameters<typeof refusalText>[0]["code"], message, details };
}

function Offer({ bet, offer }: { bet: SlipBet; offer: NonNullable<SlipBet["offer"]> }): JSX.Element {
  const isAnswering = useSignal(false);
  const answer = (accept: boolean): void => {
    isAnswering.value = true;
    answerOffer(bet, accept)
      .catch(sayTrouble)
      .finally(() => {
        isAnswering.value = false;
      });
  };
  return (
    <div class="place">
      <p class="note">
        {t("new_offer")} <Countdown until={offer.expires_at} />
      </p>
      <p>
        {offer.total_odds === null ? null : <b>{odds(offer.total_odds)} · </b>}
        {shortMoney(offer.stake, currency.value)} → <b>{money(offer.potential_win, currency.value)}</b>
      </p>
      <button type="button" class="button brand" disabled={isAnswering.value} onClick={() => answer(true)}>
        {t("accept_offer")}
      </button>
      <button type="button" class="button quiet" disabled={isAnswering.value} onClick={() => answer(false)}>
        {t("decline_offer")}
      </button>
    </div>
  );
}

/** Whole seconds that are left, counted down; nothing once they are over. */
function Countdown({ until }: { until: string | null }): JSX.Element | null {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  const seconds = until === null ? 0 : Math.ceil((Date.parse(until) - now.value) / 1_000);
  return seconds > 0 ? <b role="timer">{t("seconds_left", { seconds })}</b> : null;
}
