/** The bet of a round: stake, automatic cash-out, and one big button that always says what a tap will do. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { parseMultiplier } from "../../../shared/crash/multiplier.ts";
import { parseMajor, toMajor } from "../../../shared/money/amount.ts";
import { mulRatio } from "../../../shared/money/minor.ts";
import { isLoggedIn } from "../api/session.ts";
import { AmountField } from "../components/amount-field.tsx";
import { Field } from "../components/field.tsx";
import { money, moneyOfMinor, multiplier, shortMoney, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import * as game from "../stores/crash.ts";
import { currency, quickStakes } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { CrashAutoplay } from "./crash-autoplay.tsx";
import { multiplierNow } from "./crash-stage.tsx";

export function CrashBet(): JSX.Element {
  const stakeText = useSignal(String(quickStakes.value[2] ?? ""));
  const autoText = useSignal("2.00");
  return (
    <section class="card crash-bet">
      <Outcome />
      <Action stakeText={stakeText.value} autoText={autoText.value} />
      <AmountField value={stakeText} presets={quickStakes.value} label={t("stake")} />
      <Field label={t("auto_cash_out")} value={autoText} inputMode="decimal" autocomplete="off" placeholder={t("auto_hint")} />
      {isLoggedIn.value ? <CrashAutoplay stakeText={stakeText.value} autoText={autoText.value} /> : null}
    </section>
  );
}

/** How the player's bet of this round ended, as the server said; a round that broke off gives stakes back. */
function Outcome(): JSX.Element {
  const bet = game.bet.value;
  const stake = money(bet?.amount ?? 0, currency.value);
  return (
    <div role="status">
      {bet?.status === "CASHED_OUT" ? (
        <p class="outcome won">
          {t("cashed_at", { multiplier: multiplier(bet.multiplier ?? 1), payout: money(bet.payout, currency.value) })}
        </p>
      ) : null}
      {bet?.status === "LOST" ? (
        <p class="outcome lost">{t("round_lost", { stake, multiplier: multiplier(game.round.value?.current_multiplier ?? 1) })}</p>
      ) : null}
      {bet?.status === "REFUNDED" ? <p class="outcome">{t("round_refunded", { stake })}</p> : null}
    </div>
  );
}

function Action({ stakeText, autoText }: { stakeText: string; autoText: string }): JSX.Element {
  if (!isLoggedIn.value) {
    return (
      <button type="button" class="button brand big" onClick={() => openSheet("auth")}>
        {t("log_in_crash")}
      </button>
    );
  }
  const bet = game.bet.value;
  if (bet !== null && game.betRuns.value) return <RunningBet bet={bet} />;
  if (game.queuedBet.value !== null) {
    return (
      <button
        type="button"
        class="button quiet big"
        aria-busy={game.isSending.value}
        disabled={game.isSending.value}
        onClick={() => (game.queuedBet.value = null)}
      >
        {t("queued")}
      </button>
    );
  }
  const stake = typedAmount(stakeText);
  const target = autoText.trim() === "" ? null : parseMultiplier(autoText.trim());
  const isReady = stake !== null && (target === null || (target.ok && target.value > 100));
  const label =
    stake === null
      ? t("stake_missing")
      : t(game.mayBet.value ? "place_in_round" : "queue_next", { stake: shortMoney(toMajor(stake), currency.value) });
  return (
    <button
      type="button"
      id="crash-bet"
      class="button brand big"
      disabled={!isReady}
      onClick={() => {
        if (stake !== null) game.placeBet(toMajor(stake), target?.ok === true ? target.value / 100 : null);
      }}
    >
      {label}
    </button>
  );
}

function RunningBet({ bet }: { bet: NonNullable<typeof game.bet.value> }): JSX.Element {
  const worth = useRef<HTMLSpanElement>(null);
  const isFlying = game.round.value?.status === "RUNNING";
  useEffect(() => {
    if (!isFlying) return undefined;
    const stake = parseMajor(bet.amount);
    const timer = setInterval(() => {
      const hundredths = multiplierNow(performance.now());
      if (worth.current === null || hundredths === null || !stake.ok) return;
      worth.current.textContent = moneyOfMinor(mulRatio(stake.value, BigInt(hundredths), 100n, "down"), currency.value);
    }, 100);
    return () => clearInterval(timer);
  }, [isFlying, bet.bet_id]);
  if (!isFlying) {
    return (
      <button type="button" class="button quiet big" disabled>
        {t("bet_running", { stake: shortMoney(bet.amount, currency.value) })}
        {bet.auto_cashout === null ? "" : ` · ${t("auto_cash_out")} ${multiplier(bet.auto_cashout)}`}
      </button>
    );
  }
  return (
    <button
      type="button"
      id="cash-out"
      class="button cash big"
      aria-busy={game.isSending.value}
      disabled={game.isSending.value}
      onClick={() => void game.cashOut()}
    >
      {t("cash_out")} <span class="worth" ref={worth} aria-hidden="true" />
    </button>
  );
}
