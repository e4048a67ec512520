/** The bets of a round, one in each hand: stake, automatic cash-out, and one big button that always says what a tap will do. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { parseMultiplier } from "../../../shared/crash/multiplier.ts";
import { parseMajor, toMajor } from "../../../shared/money/amount.ts";
import { mulRatio } from "../../../shared/money/minor.ts";
import type { CrashBetFrame } from "../../../shared/protocol/ws/crash.ts";
import { isLoggedIn } from "../api/session.ts";
import { AmountField } from "../components/amount-field.tsx";
import { Field } from "../components/field.tsx";
import { money, moneyOfMinor, multiplier, shortMoney, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import * as game from "../stores/crash.ts";
import { HANDS, type Hand, otherHand, shownHand, shownSlot } from "../stores/crash-hands.ts";
import { currency, quickStakes } from "../stores/player.ts";
import { openSheet } from "../stores/sheet.ts";
import { CrashAutoplay } from "./crash-autoplay.tsx";
import { multiplierNow } from "./crash-stage.tsx";

export function CrashBet(): JSX.Element {
  const hand = shownHand.value;
  const other = otherHand.value;
  useEffect(() => {
    for (const { stakeText } of HANDS) if (stakeText.value === "") stakeText.value = String(quickStakes.value[2] ?? "");
  }, []);
  return (
    <section class="card crash-bet">
      <fieldset class="segments">
        <legend class="visually-hidden">{t("two_bets")}</legend>
        {HANDS.map(({ slot }) => (
          <button key={slot} type="button" aria-pressed={slot === hand.slot} onClick={() => (shownSlot.value = slot)}>
            {t(slot === "A" ? "bet_one" : "bet_two")}
          </button>
        ))}
      </fieldset>
      <Outcome hand={hand} />
      <Action hand={hand} />
      {/* The other bet's button is never more than a thumb away. */}
      {game.runs(other) ? <Action hand={other} /> : null}
      <AmountField value={hand.stakeText} presets={quickStakes.value} label={t("stake")} />
      <Field label={t("auto_cash_out")} value={hand.autoText} inputMode="decimal" autocomplete="off" placeholder={t("auto_hint")} />
      <Bounds />
      {isLoggedIn.value ? (
        <CrashAutoplay key={hand.slot} slot={hand.slot} stakeText={hand.stakeText.value} autoText={hand.autoText.value} />
      ) : null}
    </section>
  );
}

/** How much the round may win, said before the bet. */
function Bounds(): JSX.Element | null {
  const terms = game.terms.value;
  if (terms === null) return null;
  const [bet, player, table] = [terms.payout_max, terms.player_win_max, terms.table_win_max].map((most) =>
    shortMoney(most, currency.value),
  );
  return <p class="muted small">{t("round_bounds", { bet: bet ?? "", player: player ?? "", table: table ?? "" })}</p>;
}

/** How the player's bet of this round ended, as the server said; a round that broke off gives stakes back. */
function Outcome({ hand }: { hand: Hand }): JSX.Element {
  const bet = hand.bet.value;
  const stake = money(bet?.amount ?? 0, currency.value);
  return (
    <div role="status">
      {bet?.status === "CASHED_OUT" ? (
        <p class="outcome won">
          {t("cashed_at", { multiplier: multiplier(bet.multiplier ?? 1), payout: money(bet.payout, currency.value) })}
          {bet.limited_by === null ? null : <small> {t(`limited_by_${bet.limited_by}`)}</small>}
        </p>
      ) : null}
      {bet?.status === "LOST" ? (
        <p class="outcome lost">{t("round_lost", { stake, multiplier: multiplier(game.round.value?.current_multiplier ?? 1) })}</p>
      ) : null}
      {bet?.status === "REFUNDED" ? <p class="outcome">{t("round_refunded", { stake })}</p> : null}
    </div>
  );
}

function Action({ hand }: { hand: Hand }): JSX.Element {
  const { bet, queued, isSending } = hand;
  if (!isLoggedIn.value) {
    return (
      <button type="button" class="button brand big" onClick={() => openSheet("auth")}>
        {t("log_in_crash")}
      </button>
    );
  }
  if (bet.value !== null && game.runs(hand)) return <RunningBet hand={hand} bet={bet.value} />;
  if (queued.value === null) return <NewBet hand={hand} />;
  return (
    <button
      type="button"
      class="button quiet big"
      aria-busy={isSending.value}
      disabled={isSending.value}
      onClick={() => void game.takeBack(hand)}
    >
      {t("queued", { stake: shortMoney(queued.value.amount, currency.value) })}
    </button>
  );
}

function NewBet({ hand }: { hand: Hand }): JSX.Element {
  const stake = typedAmount(hand.stakeText.value);
  const autoText = hand.autoText.value.trim();
  const target = autoText === "" ? null : parseMultiplier(autoText);
  const isReady = stake !== null && (target === null || (target.ok && target.value > 100));
  const label =
    stake === null
      ? t("stake_missing")
      : t(game.mayBet.value ? "place_in_round" : "queue_next", { stake: shortMoney(toMajor(stake), currency.value) });
  return (
    <button
      type="button"
      id={idOf("crash-bet", hand)}
      class="button brand big"
      aria-busy={hand.isSending.value}
      disabled={!isReady || hand.isSending.value}
      onClick={() => {
        if (stake !== null) void game.placeBet(hand, toMajor(stake), target?.ok === true ? target.value / 100 : null);
      }}
    >
      {label}
    </button>
  );
}

/** One of the two buttons of a kind that may be on the page. */
function idOf(button: string, { slot }: Hand): string {
  return slot === "A" ? button : `${button}-${slot.toLowerCase()}`;
}

function RunningBet({ hand, bet }: { hand: Hand; bet: CrashBetFrame }): JSX.Element {
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
      id={idOf("cash-out", hand)}
      class="button cash big"
      aria-busy={hand.isSending.value}
      disabled={hand.isSending.value}
      onClick={() => void game.cashOut(hand)}
    >
      {t("cash_out")} <span class="worth" ref={worth} aria-hidden="true" />
    </button>
  );
}
