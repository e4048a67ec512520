/** The player's rule for one bet: cash out by itself as soon as the chosen part brings so much. The server keeps it; the page may close. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { toMajor } from "../../../shared/money/amount.ts";
import { call } from "../api/client.ts";
import type { CashOutState } from "../api/types.ts";
import { money, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { currency } from "../stores/player.ts";
import { sayTrouble } from "../stores/toasts.ts";
import { Field, Form } from "./field.tsx";

interface CashOutRuleProps {
  readonly betId: string;
  /** Of the stake, as the player has chosen it above. */
  readonly percent: number;
  /** The rule that stands. */
  readonly rule: CashOutState["automatic"];
  readonly onChange: () => Promise<void>;
}

export function CashOutRule({ betId, percent, rule, onChange }: CashOutRuleProps): JSX.Element {
  const amount = useSignal("");
  const path = `/api/v1/bets/${betId}/auto-cash-out`;
  if (rule !== null) {
    const end = () => call<null>("DELETE", path).then(onChange).catch(sayTrouble);
    return (
      <p class="muted">
        {t("cash_out_rule_stands", { amount: money(rule.amount, currency.value), percent: rule.percent })}{" "}
        <button type="button" class="chip" onClick={() => void end()}>
          {t("cash_out_rule_end")}
        </button>
      </p>
    );
  }
  const typed = typedAmount(amount.value);
  const set = async (): Promise<void> => {
    if (typed === null) return;
    await call("PUT", path, { body: { amount: toMajor(typed), percent } });
    amount.value = "";
    await onChange();
  };
  return (
    <details>
      <summary>{t("cash_out_rule")}</summary>
      <Form send={set} action={t("cash_out_rule_set", { percent })} disabled={typed === null}>
        <Field label={t("cash_out_rule_amount")} value={amount} inputMode="decimal" autocomplete="off" maxLength={14} />
      </Form>
    </details>
  );
}
