/**
 * Edits an open bet: selections leave it, those of the slip join it, or its stake changes. The server says what
 * the bet brings and what the new one costs; the player confirms exactly that.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { toMajor } from "../../../shared/money/amount.ts";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import type { Bet, EditedBet, EditQuote, EditRequest } from "../api/types.ts";
import { money, odds, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { placedNames } from "../names.ts";
import { refreshBets } from "../stores/bets.ts";
import { currency } from "../stores/player.ts";
import { remove, selections as slipSelections } from "../stores/slip.ts";
import { say } from "../stores/toasts.ts";
import { Field, Form } from "./field.tsx";

/** How often an edit that waits is asked about. */
const WAIT_MS = 1_500;

/** Whether the page offers to edit it; the server decides. */
export function mayEdit(bet: Bet): boolean {
  const isPlain = bet.selections.every((selection) => selection.builder === null && selection.status === "PENDING");
  return bet.status === "PENDING" && bet.bet_type !== "SYSTEM" && !bet.each_way && bet.free_bet_id === null && isPlain;
}

export function EditBet({ bet }: { bet: Bet }): JSX.Element {
  const left = useSignal<ReadonlySet<string>>(new Set());
  const joins = useSignal(false);
  const stake = useSignal("");
  const quoted = useSignal<{ readonly slip: string; readonly quote: EditQuote } | null>(null);
  const path = `/api/v1/bets/${bet.bet_id}/edit`;

  const slipOf = () => {
    const kept = bet.selections.filter(({ selection_id }) => !left.value.has(selection_id));
    const joined = joins.value ? slipSelections.value : [];
    const picks = [
      ...kept.map(({ selection_id, odds: taken }) => ({ selection_id, odds: taken })),
      ...joined.map(({ selectionId, taken }) => ({ selection_id: selectionId, odds: taken.odds })),
    ];
    const typed = typedAmount(stake.value);
    return {
      bet_type: picks.length > 1 ? "MULTI" : "SINGLE",
      selections: picks,
      ...(typed === null ? {} : { stake: toMajor(typed) }),
    };
  };

  // What was quoted for another slip is not what the button would confirm.
  const quote = quoted.value?.slip === JSON.stringify(slipOf()) ? quoted.value.quote : null;

  const send = async (): Promise<void> => {
    const slip = slipOf();
    const show = (given: EditQuote) => {
      quoted.value = { slip: JSON.stringify(slip), quote: given };
    };
    if (quote === null) return show(await call<EditQuote>("POST", `${path}/quote`, { body: slip }));
    const body = { ...slip, edit_id: quote.edit_id };
    try {
      const edited = await attempt(`edit.${bet.bet_id}`, body, (key) => call<EditedBet | EditRequest>("POST", path, { body, key }));
      if ("request_id" in edited) {
        say(t("cash_out_waits"));
        if (!(await isCarriedOut(path, edited))) {
          quoted.value = null;
          return say(t("edit_refused"));
        }
      }
    } catch (error) {
      const next = error instanceof ApiError && error.code === "EDIT_CHANGED" ? (error.details.quote as EditQuote | null) : null;
      if (next === null) throw error;
      say(t("cash_out_changed"));
      return show(next);
    }
    if (joins.value) for (const { selectionId } of slipSelections.value) remove(selectionId);
    say(t("edit_done"), "good");
    await refreshBets();
  };

  return (
    <details class="edit-bet">
      <summary>{t("edit_bet")}</summary>
      <Form send={send} action={t(quote === null ? "edit_quote" : "edit_confirm")}>
        <Picks bet={bet} left={left} joins={joins} />
        <Field label={t("edit_stake")} value={stake} inputMode="decimal" autocomplete="off" maxLength={14} />
        {quote === null ? null : <QuoteLines quote={quote} />}
      </Form>
    </details>
  );
}

/** Waits for an edit that waits for its match. */
async function isCarriedOut(path: string, { request_id }: EditRequest): Promise<boolean> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    const { status } = await call<EditRequest>("GET", `${path}/requests/${request_id}`);
    if (status !== "PENDING") return status === "TAKEN";
  }
}

interface PicksProps {
  readonly bet: Bet;
  /** Selections that leave the bet. */
  readonly left: Signal<ReadonlySet<string>>;
  /** Whether those of the slip join it. */
  readonly joins: Signal<boolean>;
}

function Picks({ bet, left, joins }: PicksProps): JSX.Element {
  const toggled = (id: string) => {
    const without = [...left.value].filter((each) => each !== id);
    return new Set(without.length < left.value.size ? without : [...without, id]);
  };
  return (
    <>
      {bet.selections.map((selection) => (
        <label key={selection.selection_id}>
          <input
            type="checkbox"
            checked={!left.value.has(selection.selection_id)}
            onChange={() => {
              left.value = toggled(selection.selection_id);
            }}
          />{" "}
          {placedNames(selection).outcome}
        </label>
      ))}
      {slipSelections.value.length === 0 ? null : (
        <label>
          <input
            type="checkbox"
            checked={joins.value}
            onChange={() => {
              joins.value = !joins.value;
            }}
          />{" "}
          {t("edit_add_slip", { count: slipSelections.value.length })}
        </label>
      )}
    </>
  );
}

function QuoteLines({ quote }: { quote: EditQuote }): JSX.Element {
  const amount = (value: number) => money(value, currency.value);
  const difference = quote.difference < 0 ? t("edit_returned") : t("edit_paid");
  const rows: readonly (readonly [string, string])[] = [
    [t("edit_value"), amount(quote.net_value)],
    [t("stake"), amount(quote.stake)],
    [difference, amount(Math.abs(quote.difference))],
    [t("to_win"), amount(quote.bet.potential_win.max)],
    ...(quote.bet.total_odds === null ? [] : [[t("total_odds"), odds(quote.bet.total_odds)] as const]),
  ];
  return (
    <dl class="bet-money" aria-live="polite">
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
