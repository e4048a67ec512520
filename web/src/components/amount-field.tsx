/** An amount with the currency beside it and presets below. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";

interface AmountFieldProps {
  readonly value: Signal<string>;
  readonly presets: readonly number[];
  readonly label?: string;
}

export function AmountField({ value, presets, label }: AmountFieldProps): JSX.Element {
  return (
    <div class="stake">
      <label class="stake-field">
        <span>{label ?? t("amount")}</span>
        <span class="stake-currency">{currency.value}</span>
        <input
          inputMode="decimal"
          autocomplete="off"
          maxLength={14}
          placeholder="0"
          value={value.value}
          onInput={(event) => {
            value.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="quick">
        {presets.map((amount) => (
          <button
            key={amount}
            type="button"
            class="chip"
            aria-pressed={value.value === String(amount)}
            onClick={() => {
              value.value = String(amount);
            }}
          >
            {amount}
          </button>
        ))}
      </div>
    </div>
  );
}
