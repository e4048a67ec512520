/** What the server says the slip would cost and pay, taxes included: asked for while the player edits, for one bet at a time. */
import { computed, effect, signal } from "@preact/signals";
import { toMajor } from "../../../shared/money/amount.ts";
import { call } from "../api/client.ts";
import type { Quote } from "../api/types.ts";
import { withPricesOfNow } from "../slip/slip.ts";
import { sheet } from "./sheet.ts";
import { isMulti, lines, quotedPlaces, seenInsuredOdds, slipBody, totalStake } from "./slip.ts";

/** Long enough not to ask for each keystroke. */
const QUIET_MS = 400;

/** Null while none is asked for, on its way, or refused: the slip then shows its own sum only. */
export const quote = signal<Quote | null>(null);

export function startQuote(): void {
  const wanted = computed(() => {
    const amount = totalStake.value;
    const isOneBet = (isMulti.value || lines.value.length === 1) && sheet.value?.name === "slip";
    if (!isOneBet || amount === null) return null;
    // The text is compared, so that only a change of the slip asks again.
    return JSON.stringify(slipBody(withPricesOfNow(lines.value), toMajor(amount)));
  });
  effect(() => {
    const body = wanted.value;
    quote.value = null;
    if (body === null) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      call<Quote>("POST", "/api/v1/bets/quote", { body: JSON.parse(body), signal: stop.signal }).then(
        (answer) => {
          quote.value = answer;
          seenInsuredOdds.value = answer.insurance?.odds ?? null;
          quotedPlaces.value = answer.each_way_terms;
        },
        // A refusal is shown when the bet is placed; a preview only stays away.
        () => undefined,
      );
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  });
}
