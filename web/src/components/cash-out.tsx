/**
 * The cash-out of one open bet: what it would bring now, for all or a part of the stake. While there is no offer the button stays where it
 * is, greyed, and says why; while a match runs the cash-out waits for its delay, and the bet says that too.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import type { Bet, CashOutRequest, CashOutResult, CashOutState } from "../api/types.ts";
import { money } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshBets } from "../stores/bets.ts";
import { currency } from "../stores/player.ts";
import { say, sayTrouble } from "../stores/toasts.ts";
import { CashOutRule } from "./cash-out-rule.tsx";

const REFRESH_MS = 8_000;
/** How often a cash-out that waits is asked about. */
const WAIT_MS = 1_500;
const WHOLE = 100;

/** The state of the bet's cash-out for a part of its stake, read again and again; `read` reads it at once. */
function useCashOut(path: string, percent: number) {
  const state = useSignal<CashOutState | null>(null);
  const read = async (signal?: AbortSignal): Promise<void> => {
    state.value = await call<CashOutState>("GET", `${path}?percent=${percent}`, signal === undefined ? {} : { signal });
  };
  useEffect(() => every(REFRESH_MS, read, true), [path, percent]);
  return { state, read };
}

/** Tells what a cash-out that waits has come to. */
function useWaiting(path: string, requestId: string | null, ended: (request: CashOutRequest) => Promise<void>): void {
  useEffect(() => {
    if (requestId === null) return undefined;
    return every(WAIT_MS, async (signal) => {
      const request = await call<CashOutRequest>("GET", `${path}/requests/${requestId}`, { signal });
      if (request.status !== "PENDING" && !signal.aborted) await ended(request);
    });
  }, [requestId]);
}

/** Works at each interval, and at once if asked to, until the answer is called; what fails is tried again at the next. */
function every(intervalMs: number, work: (signal: AbortSignal) => Promise<void>, atOnce = false): () => void {
  const stop = new AbortController();
  const run = () => void work(stop.signal).catch(() => undefined);
  if (atOnce) run();
  const timer = setInterval(run, intervalMs);
  return () => {
    stop.abort();
    clearInterval(timer);
  };
}

export function CashOut({ bet }: { bet: Bet }): JSX.Element {
  const percent = useSignal(WHOLE);
  const isSending = useSignal(false);
  const path = `/api/v1/bets/${bet.bet_id}/cash-out`;
  const { state, read } = useCashOut(path, percent.value);
  const again = async (): Promise<void> => {
    state.value = null;
    await Promise.all([read(), refreshBets()]);
  };
  useWaiting(path, state.value?.request_id ?? null, async ({ result, refusal }) => {
    if (result !== null) sayPaid(result);
    else say(t(refusal?.code === "CASH_OUT_CHANGED" ? "cash_out_changed" : "cash_out_refused"));
    await again();
  });

  // What was offered for another part is not what the button would take.
  const shown = state.value?.offer ?? null;
  const offer = shown?.percent === percent.value ? shown : null;

  const take = async (): Promise<void> => {
    if (offer === null) return;
    isSending.value = true;
    const body = { offer_id: offer.offer_id, amount: offer.amount };
    try {
      const taken = await attempt(`cash-out.${bet.bet_id}`, body, (key) =>
        call<CashOutResult | CashOutRequest>("POST", path, { body, key }),
      );
      if (!("request_id" in taken)) sayPaid(taken);
      await again();
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
      <Reason state={state.value} />
      <Part percent={percent} />
      <CashOutRule betId={bet.bet_id} percent={percent.value} rule={state.value?.automatic ?? null} onChange={() => read()} />
    </div>
  );
}

/** How much of the stake is meant. */
function Part({ percent }: { percent: Signal<number> }): JSX.Element {
  return (
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
  );
}

/** Why there is no offer now. */
function Reason({ state }: { state: CashOutState | null }): JSX.Element | null {
  if (state === null || state.offer !== null) return null;
  const text = state.request_id === null ? t(`cash_out_why_${state.reason ?? "no_price"}`) : t("cash_out_waits");
  return (
    <p class="muted" aria-live="polite">
      {text}
    </p>
  );
}

function sayPaid({ net_amount }: CashOutResult): void {
  say(t("cash_out_done", { amount: money(net_amount, currency.value) }), "good");
}
