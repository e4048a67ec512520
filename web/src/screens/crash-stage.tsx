/**
 * The flight's picture: a canvas curve and the multiplier.
 *
 * Drawn from the start time and the server's clock, frame by frame without rendering components. It stops at the crash, and when the
 * line has been silent for too long. With reduced motion there is only the number, four times a second.
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { flightMs, multiplierAt } from "../../../shared/crash/curve.ts";
import { drawCurve, readColours, sizedContext } from "../crash/draw-curve.ts";
import { multiplier } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { dueAtMs, elapsedMs, isCrashLineUp, round, terms } from "../stores/crash.ts";

const SLOW_FRAME_MS = 250;

export function CrashStage(): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const number = useRef<HTMLElement>(null);
  const hint = useRef<HTMLElement>(null);
  useEffect(() => {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let frame = 0;
    let drawnAtMs = 0;
    const loop = (nowMs: number): void => {
      frame = requestAnimationFrame(loop);
      if (isCalm && nowMs - drawnAtMs < SLOW_FRAME_MS) return;
      drawnAtMs = nowMs;
      if (number.current !== null && hint.current !== null) writeTexts(number.current, hint.current);
      if (!isCalm && canvas.current !== null) paint(canvas.current);
    };
    frame = requestAnimationFrame(loop);
    return () => cancelAnimationFrame(frame);
  }, []);
  const status = round.value?.status ?? "WAITING";
  return (
    <section class={`stage ${status.toLowerCase()}`} data-round={round.value?.round_number} data-status={status}>
      <canvas ref={canvas} />
      <div class="stage-head">
        <span class="muted">{round.value === null ? "" : t("round", { number: round.value.round_number })}</span>
        <span class={`line-state ${isCrashLineUp.value ? "up" : ""}`}>{t("players", { count: round.value?.active_players ?? 0 })}</span>
      </div>
      <div class="stage-centre">
        <b class="multiplier" ref={number} aria-hidden="true" />
        <span class="stage-hint" ref={hint} aria-hidden="true" />
      </div>
      <p class="visually-hidden" role="status">
        {spokenState()}
      </p>
    </section>
  );
}

/** Screen readers hear changes of state, not sixty numbers a second. */
function spokenState(): string {
  const state = round.value;
  if (state === null || state.status === "WAITING") return t("waiting");
  if (state.status === "CRASHED") return `${t("crashed")} ${multiplier(state.current_multiplier)}`;
  return state.status === "RUNNING" ? t("running") : t("round", { number: state.round_number });
}

/** The multiplier to show now, in hundredths; null while the line is too silent to know. */
export function multiplierNow(nowMs: number): number | null {
  const elapsed = elapsedMs(nowMs);
  const rate = terms.value?.curve_millionths_per_ms;
  return elapsed === null || rate === undefined ? null : multiplierAt(elapsed, rate);
}

function writeTexts(number: HTMLElement, hint: HTMLElement): void {
  const texts = textsNow(performance.now());
  // A silent line keeps the last number: the true one is not known.
  if (texts.number !== null) setText(number, texts.number);
  setText(hint, texts.hint);
}

function textsNow(nowMs: number): { readonly number: string | null; readonly hint: string } {
  const state = round.value;
  switch (state?.status) {
    case "RUNNING": {
      const hundredths = multiplierNow(nowMs);
      return hundredths === null ? { number: null, hint: t("line_slow") } : { number: multiplier(hundredths / 100), hint: "" };
    }
    case "CRASHED":
      return { number: multiplier(state.current_multiplier), hint: t("crashed") };
    case "BETTING": {
      const dueInS = dueAtMs.value === null ? null : Math.max(0, (dueAtMs.value - nowMs) / 1_000);
      return { number: dueInS?.toFixed(1) ?? "", hint: t("place_your_bets") };
    }
    default:
      return { number: "", hint: t("waiting") };
  }
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function paint(canvas: HTMLCanvasElement): void {
  const context = sizedContext(canvas);
  if (context === null) return;
  const state = round.value;
  const rate = terms.value?.curve_millionths_per_ms;
  if (state === null || rate === undefined || state.status === "BETTING" || state.status === "WAITING") {
    drawCurve(context, canvas.clientWidth, canvas.clientHeight, null);
    return;
  }
  const hasCrashed = state.status === "CRASHED";
  const elapsed = hasCrashed ? flightMs(Math.round(state.current_multiplier * 100), rate) : elapsedMs(performance.now());
  // Without a time to draw, the last picture stays.
  if (elapsed === null) return;
  drawCurve(context, canvas.clientWidth, canvas.clientHeight, {
    elapsedMs: elapsed,
    rateMillionthsPerMs: rate,
    hasCrashed,
    colours: readColours(canvas),
  });
}
