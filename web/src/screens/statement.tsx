/** The statement: each movement with the balance before and after it, and the tax lines it carried. */
import { effect, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { call } from "../api/client.ts";
import type { StatementEntry } from "../api/types.ts";
import { TaxLines } from "../components/tax-lines.tsx";
import { dayAndTime, money, signedMoney } from "../format.ts";
import { EN } from "../i18n/en.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { wallet } from "../stores/player.ts";
import { sayTrouble } from "../stores/toasts.ts";

const PAGE_ROWS = 20;

interface Page {
  readonly transactions: readonly StatementEntry[];
  readonly total: number;
}

const page = signal<Page | null>(null);

export function Statement(): JSX.Element {
  const shown = useSignal(PAGE_ROWS);
  // Every entry moves the wallet's version, so a new version is the moment to read again.
  useEffect(
    () =>
      effect(() => {
        if (wallet.value === null) return;
        call<Page>("GET", `/api/v1/payments/transactions?limit=${shown.value}`).then((answer) => {
          page.value = answer;
        }, sayTrouble);
      }),
    [],
  );
  const entries = page.value?.transactions ?? [];
  return (
    <section class="card statement">
      <h2>{t("statement")}</h2>
      {entries.length === 0 ? <p class="muted">{t(page.value === null ? "loading" : "no_entries")}</p> : null}
      <ul>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      {page.value !== null && page.value.total > entries.length ? (
        <button type="button" class="button quiet" onClick={() => (shown.value = Math.min(100, shown.value + PAGE_ROWS))}>
          {t("more")}
        </button>
      ) : null}
    </section>
  );
}

function Entry({ entry }: { entry: StatementEntry }): JSX.Element {
  const values = { before: money(entry.balance_before, entry.currency), after: money(entry.balance_after, entry.currency) };
  return (
    <li class="entry">
      <div class="entry-main">
        <strong>{typeName(entry.type)}</strong>
        <b class={entry.amount > 0 ? "plus" : ""}>{signedMoney(entry.amount, entry.currency)}</b>
      </div>
      <div class="entry-rest muted">
        <time dateTime={entry.created_at}>{dayAndTime(entry.created_at)}</time>
        <span>{t("before_after", values)}</span>
      </div>
      <TaxLines lines={entry.tax_lines} currency={entry.currency} />
    </li>
  );
}

function typeName(type: string): string {
  const key = `type_${type}`;
  return key in EN ? t(key as MessageKey) : type.replaceAll("_", " ").toLowerCase();
}
