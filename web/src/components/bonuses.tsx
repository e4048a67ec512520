/** Bonuses on the account: what is left to be staked, what is offered, what a deposit brings, and the way out of each. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Bonus, Claimable } from "../api/types.ts";
import { dayAndTime, odds, shortMoney } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshWallet } from "../stores/account.ts";
import { currency } from "../stores/player.ts";
import { acceptBonus, bonuses, claimable, claimBonus, giveUpBonus, isOpen, refreshPromotions } from "../stores/promotions.ts";
import { sayTrouble } from "../stores/toasts.ts";

/** Nothing while there is no bonus to take or to wager. */
export function BonusList(): JSX.Element | null {
  // Bets that were decided since have counted.
  useEffect(() => {
    refreshPromotions().catch(sayTrouble);
  }, []);
  const open = bonuses.value.filter(isOpen);
  if (open.length === 0 && claimable.value.length === 0) return null;
  return (
    <section aria-label={t("bonuses")}>
      <h3>{t("bonuses")}</h3>
      <ul>
        {open.map((bonus) => (
          <li key={bonus.bonus_id}>{bonus.state === "ACTIVE" ? <ActiveBonus bonus={bonus} /> : <OfferedBonus bonus={bonus} />}</li>
        ))}
        {claimable.value.map((claim) => (
          <li key={`${claim.campaign}:${claim.deposit_id}`}>
            <Rules bonus={claim} />
            <Action text={t("bonus_claim", { amount: amountOf(claim.amount) })} run={() => claimBonus(claim)} isBrand />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ActiveBonus({ bonus }: { bonus: Bonus }): JSX.Element {
  const isSure = useSignal(false);
  const { amount, required, wagered, left, ends_at } = bonus;
  return (
    <>
      <strong>{amountOf(amount)}</strong>
      <p>{t("bonus_left", { left: amountOf(left), until: dayAndTime(ends_at) })}</p>
      <progress
        max={required}
        value={wagered}
        aria-label={t("bonus_staked", { wagered: amountOf(wagered), required: amountOf(required) })}
      />
      <Rules bonus={bonus} />
      {isSure.value ? (
        <Action text={t("bonus_give_up_sure")} run={() => giveUpBonus(bonus)} />
      ) : (
        <button type="button" class="button quiet" onClick={() => (isSure.value = true)}>
          {t("bonus_give_up")}
        </button>
      )}
    </>
  );
}

function OfferedBonus({ bonus }: { bonus: Bonus }): JSX.Element {
  return (
    <>
      <Rules bonus={bonus} />
      <p class="muted">{t("bonus_until", { until: dayAndTime(bonus.ends_at) })}</p>
      <Action text={t("bonus_take", { amount: amountOf(bonus.amount) })} run={() => acceptBonus(bonus)} isBrand />
      <Action text={t("decline_offer")} run={() => giveUpBonus(bonus)} />
    </>
  );
}

/** What is asked for it, before anybody takes it. */
function Rules({ bonus: { amount, required, wagering } }: { bonus: Pick<Claimable, "amount" | "required" | "wagering"> }): JSX.Element {
  const { counts, converted_max, ends_on_withdrawal } = wagering;
  const kinds = { SINGLE: t("single"), MULTI: t("multi"), SYSTEM: t("system") };
  return (
    <div class="muted small">
      <p>
        {t("bonus_rule", {
          required: amountOf(required),
          amount: amountOf(converted_max === null ? amount : Math.min(amount, converted_max)),
        })}
      </p>
      {counts.map((rule) => (
        <p key={rule.bet_type}>
          {t("bonus_counts", {
            ...{ kind: kinds[rule.bet_type], percent: String(rule.weight_percent) },
            ...{ odds: odds(rule.odds_min), total: odds(rule.total_odds_min) },
          })}
        </p>
      ))}
      {ends_on_withdrawal ? <p>{t("bonus_withdrawal")}</p> : null}
    </div>
  );
}

function Action({ text, run, isBrand = false }: { text: string; run: () => Promise<void>; isBrand?: boolean }): JSX.Element {
  const isBusy = useSignal(false);
  const send = (): void => {
    isBusy.value = true;
    run()
      .then(refreshWallet)
      .catch(sayTrouble)
      .finally(() => {
        isBusy.value = false;
      });
  };
  return (
    <button type="button" class={`button ${isBrand ? "brand" : "quiet"}`} disabled={isBusy.value} onClick={send}>
      {text}
    </button>
  );
}

function amountOf(major: number): string {
  return shortMoney(major, currency.value);
}
