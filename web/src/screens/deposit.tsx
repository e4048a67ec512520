/**
 * A deposit and its state until it ends: request sent, PIN on the phone, paid or failed.
 *
 * The state comes from the deposit itself; an unknown outcome says so and is never shown as failed.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { toMajor } from "../../../shared/money/amount.ts";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import type { Deposit as DepositAnswer } from "../api/types.ts";
import { AmountField } from "../components/amount-field.tsx";
import { Field, Form } from "../components/field.tsx";
import { Icon } from "../components/icons.tsx";
import { PaymentReceipt } from "../components/payment-receipt.tsx";
import { shortMoney, typedAmount } from "../format.ts";
import { EN } from "../i18n/en.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { refreshWallet } from "../stores/account.ts";
import { currency, phoneInUse, profile, quickDeposits } from "../stores/player.ts";
import { finishSheet } from "../stores/sheet.ts";
import { sayTrouble } from "../stores/toasts.ts";

const POLL_MS = 1_200;

export function Deposit(): JSX.Element {
  const depositId = useSignal<string | null>(null);
  const amountText = useSignal(String(quickDeposits.value[1] ?? ""));
  const phone = useSignal(profile.value?.phone_number ?? "");
  const amount = typedAmount(amountText.value);
  const send = async (): Promise<void> => {
    if (amount === null) return;
    phoneInUse.value = phone.value;
    const body = { phone_number: phone.value, amount: toMajor(amount) };
    const answer = await attempt("deposit", body, (key) => call<{ deposit_id: string }>("POST", "/api/v1/payments/deposit", { body, key }));
    depositId.value = answer.deposit_id;
  };
  if (depositId.value !== null) return <Progress depositId={depositId.value} onAgain={() => (depositId.value = null)} />;
  return (
    <Form
      action={t("send_prompt", { amount: amount === null ? "" : shortMoney(toMajor(amount), currency.value) })}
      disabled={amount === null}
      send={send}
    >
      <AmountField value={amountText} presets={quickDeposits.value} />
      <Field label={t("mpesa_number")} value={phone} type="tel" inputMode="tel" autocomplete="tel" required />
      <p class="muted small">{t("deposit_tax_note")}</p>
    </Form>
  );
}

function Progress({ depositId, onAgain }: { depositId: string; onAgain: () => void }): JSX.Element {
  const deposit = useSignal<DepositAnswer | null>(null);
  const status = deposit.value?.status ?? "PENDING";
  const isOver = status === "COMPLETED" || status === "FAILED";
  useEffect(() => {
    if (isOver) {
      refreshWallet().catch(sayTrouble);
      return undefined;
    }
    const read = (): Promise<void> =>
      call<DepositAnswer>("GET", `/api/v1/payments/deposits/${depositId}`).then((answer) => {
        deposit.value = answer;
      });
    const timer = setInterval(() => void read().catch(() => undefined), POLL_MS);
    return () => clearInterval(timer);
  }, [depositId, isOver]);
  return (
    <div class="progress" role="status" data-status={status}>
      <Steps status={status} />
      {status === "PENDING_UNKNOWN" || status === "REVIEW" ? <p class="note">{t("deposit_unknown")}</p> : null}
      {status === "COMPLETED" && deposit.value !== null ? <Paid deposit={deposit.value} /> : null}
      {status === "FAILED" ? <p class="trouble">{`${t("deposit_failed")}. ${failureText(deposit.value?.failure ?? null)}`}</p> : null}
      {status === "FAILED" ? (
        <button type="button" class="button brand" onClick={onAgain}>
          {t("again")}
        </button>
      ) : null}
      <button type="button" class={`button ${status === "COMPLETED" ? "brand" : "quiet"}`} onClick={finishSheet}>
        {t(status === "COMPLETED" ? "done" : "close")}
      </button>
    </div>
  );
}

function Steps({ status }: { status: string }): JSX.Element {
  const isPaid = status === "COMPLETED";
  const isFailed = status === "FAILED";
  return (
    <ol class="steps">
      <li class="done">
        <Icon name="check" />
        {t("step_sent")}
      </li>
      <li class={isPaid || isFailed ? "done" : "now"}>
        {isPaid || isFailed ? <Icon name={isPaid ? "check" : "close"} /> : <Icon name="phone" />}
        {t("step_pin")}
      </li>
      <li class={isPaid ? "done" : ""}>
        {isPaid ? <Icon name="check" /> : <span class="ring" />}
        {t("step_paid")}
      </li>
    </ol>
  );
}

function Paid({ deposit }: { deposit: DepositAnswer }): JSX.Element {
  return (
    <PaymentReceipt
      from={{ label: "deposit", amount: deposit.amount }}
      taxLines={deposit.tax_lines}
      to={{ label: "in_your_wallet", amount: deposit.net_amount ?? deposit.amount }}
      currency={deposit.currency}
    />
  );
}

export function failureText(code: string | null): string {
  const key = `failure_${code}`;
  return key in EN ? t(key as MessageKey) : t("failure_other", { code: code ?? "?" });
}
