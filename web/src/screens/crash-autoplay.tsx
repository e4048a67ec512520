/** Autoplay of the stake and target above: a start needs both stops, a running order is one line and one button. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { parseMultiplier } from "../../../shared/crash/multiplier.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { Field, Form } from "../components/field.tsx";
import { dayAndTime, money, multiplier, shortMoney, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import type { Hand } from "../stores/crash-hands.ts";
import { type AutoplayOrder, autoplayOf, type EndedOrder, endedOrders, endOf, startAutoplay, stopAutoplay } from "../stores/crash-plans.ts";
import { currency } from "../stores/player.ts";

interface Typed {
  readonly slot: Hand["slot"];
  readonly stakeText: string;
  readonly autoText: string;
}

export function CrashAutoplay(typed: Typed): JSX.Element {
  const running = autoplayOf(typed.slot);
  if (running === null) return <StartAutoplay {...typed} />;
  const { rounds, rounds_taken: taken, net } = running;
  return (
    <div class="autoplay">
      <p role="status">
        <strong>{t("autoplay")}</strong> {t("autoplay_progress", { taken, rounds, net: money(net, currency.value) })}
      </p>
      <Form send={() => stopAutoplay(typed.slot)} action={t("autoplay_stop")} tone="danger">
        {null}
      </Form>
    </div>
  );
}

function StartAutoplay(typed: Typed): JSX.Element {
  const rounds = useSignal("10");
  const stopLoss = useSignal("");
  const stopWin = useSignal("");
  const order = orderOf(typed, rounds.value, stopLoss.value, stopWin.value);
  // One key for one order as it is written: pressing again after a broken line can't start it twice.
  const key = useMemo(() => crypto.randomUUID(), [JSON.stringify(order)]);
  const send = async (): Promise<void> => {
    if (order !== null) await startAutoplay(order, key);
  };
  return (
    <details class="autoplay">
      <summary>{t("autoplay")}</summary>
      <p class="muted">{t("autoplay_about")}</p>
      <Form send={send} action={t("autoplay_start")} disabled={order === null}>
        <Field label={t("autoplay_rounds")} value={rounds} inputMode="numeric" autocomplete="off" required />
        <Field label={t("autoplay_stop_loss")} value={stopLoss} inputMode="decimal" autocomplete="off" required />
        <Field
          label={t("autoplay_stop_win")}
          value={stopWin}
          inputMode="decimal"
          autocomplete="off"
          required
          hint={order === null ? t("autoplay_needs") : ""}
        />
      </Form>
      <EndedOrders />
    </details>
  );
}

/** The last orders, each with what it was to do and why it ended: what a player asks support about. */
function EndedOrders(): JSX.Element | null {
  const orders = useSignal<readonly EndedOrder[]>([]);
  useEffect(() => {
    // Without an answer there is nothing to show; the orders are no part of starting one.
    endedOrders().then(
      (ended) => (orders.value = ended),
      () => undefined,
    );
  }, []);
  if (orders.value.length === 0) return null;
  return (
    <details>
      <summary>{t("autoplay_ended_orders")}</summary>
      <ul class="ranks">
        {orders.value.map(({ order_id, ended_at, amount, auto_cashout, rounds, rounds_taken, net, end_reason, end_detail }) => (
          <li key={order_id}>
            <span>{dayAndTime(ended_at)}</span>
            <span>
              {shortMoney(amount, currency.value)} → {multiplier(auto_cashout)},{" "}
              {t("autoplay_progress", { taken: rounds_taken, rounds, net: money(net, currency.value) })}
            </span>
            <small>{endOf(end_reason, end_detail)}</small>
          </li>
        ))}
      </ul>
    </details>
  );
}

function orderOf({ slot, stakeText, autoText }: Typed, roundsText: string, lossText: string, winText: string): AutoplayOrder | null {
  const [stake, loss, win] = [typedAmount(stakeText), typedAmount(lossText), typedAmount(winText)];
  const target = parseMultiplier(autoText.trim());
  const rounds = /^[1-9]\d{0,3}$/.test(roundsText.trim()) ? Number(roundsText.trim()) : null;
  if (stake === null || loss === null || win === null || rounds === null || !target.ok || target.value <= 100) return null;
  return {
    slot,
    amount: toMajor(stake),
    auto_cashout: target.value / 100,
    rounds,
    stop_loss: toMajor(loss),
    stop_win: toMajor(win),
  };
}
