/** Short messages that come and go; read out politely. */
import { signal } from "@preact/signals";
import { ApiError, NoAnswer, SaidNo } from "../api/error.ts";
import { t } from "../i18n/i18n.ts";
import { refusalText } from "./refusals.ts";

export type Tone = "good" | "bad" | "plain";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: Tone;
}

const SHOWN_MS = 5_000;
const SHOWN_MAX = 3;

export const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

export function say(text: string, tone: Tone = "plain"): void {
  lastId += 1;
  const id = lastId;
  toasts.value = [...toasts.value, { id, text, tone }].slice(-SHOWN_MAX);
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }, SHOWN_MS);
}

/** The sentence for what went wrong, for players. */
export function troubleText(error: unknown): string {
  if (error instanceof ApiError) return refusalText(error);
  if (error instanceof SaidNo) return error.message;
  return error instanceof NoAnswer ? t("network_trouble") : t("something_wrong");
}

export function sayTrouble(error: unknown): void {
  if (!(error instanceof ApiError) && !(error instanceof NoAnswer)) console.error(error);
  say(troubleText(error), "bad");
}
