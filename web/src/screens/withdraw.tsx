/** A withdrawal: what leaves the wallet, what the law takes, what arrives, and whether it did. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { toMajor } from "../../../shared/money/amount.ts";
import { attempt } from "../api/attempt.ts";
import { call } from "../api/client.ts";
import type { Withdrawal } from "../api/types.ts";
import { AmountField } from "../components/amount-field.tsx";
import { Field, Form } from "../components/field.tsx";
import { Icon } from "../components/icons.tsx";
import { PaymentReceipt } from "../components/payment-receipt.tsx";
import { money, shortMoney, typedAmount } from "../format.ts";
import { t } from "../i18n/i18n.ts";
import { refreshWallet } from "../stores/account.ts";
import { currency, phoneInUse, profile, quickDeposits, wallet } from "../stores/player.ts";
import { endsBonus } from "../stores/promotions.ts";
import { finishSheet } from "../stores/sheet.ts";
import { sayTrouble } from "../stores/toasts.ts";
import { failureText } from "./deposit.tsx";

const POLL_MS = 1_200;

export function Withdraw(): JSX.Element {
  const withdrawalId = useSignal<string | null>(null);
  const amountText = useSignal("");
  const phone = useSignal(profile.value?.phone_number ?? "");
  const amount = typedAmount(amountText.value);
  const send = async (): Promise<void> => {
    if (amount === null) return;
    phoneInUse.value = phone.value;
    const body = { phone_number: phone.value, amount: toMajor(amount) };
    const answer = await attempt("withdrawal", body, (key) =>
      call<{ withdrawal_id: string }>("POST", "/api/v1/payments/withdraw", { body, key }),
    );
    withdrawalId.value = answer.withdrawal_id;
  };
  if (withdrawalId.value !== null) return <Progress withdrawalId={withdrawalId.value} phone={phone.value} />;
  return (
    <Form
      action={t("withdraw_amount", { amount: amount === null ? "" : shortMoney(toMajor(amount), currency.value) })}
      disabled={amount === null}
      send={send}
    >
      <p class="muted">
        {t("available")}: <b>{money(wallet.value?.available_balance ?? 0, currency.value)}</b>
      </p>
      {endsBonus.value ? <p class="note">{t("bonus_withdrawal")}</p> : null}
      <AmountField value={amountText} presets={quickDeposits.value} />
      <Field label={t("mpesa_number")} value={phone} type="tel" inputMode="tel" autocomplete="tel" required />
    </Form>
  );
}

function Progress({ withdrawalId, phone }: { withdrawalId: string; phone: string }): JSX.Element {
  const withdrawal = useSignal<Withdrawal | null>(null);
  const trouble = useSignal(false);
  const status = withdrawal.value?.status ?? "PENDING";
  const isOver = status === "COMPLETED" || status === "FAILED";
  useEffect(() => {
    refreshWallet().catch(sayTrouble);
    if (isOver) return undefined;
    const read = (): Promise<void> =>
      call<Withdrawal>("GET", `/api/v1/payments/withdrawals/${withdrawalId}`).then(
        (answer) => {
          trouble.value = false;
          withdrawal.value = answer;
        },
        () => {
          trouble.value = true;
        },
      );
    void read();
    const timer = setInterval(() => void read(), POLL_MS);
    return () => clearInterval(timer);
  }, [withdrawalId, isOver]);
  return (
    <div class="placed" role="status" data-status={status}>
      <span class={`big-check ${isOver ? "" : "waiting"}`}>
        <Icon name={status === "COMPLETED" ? "check" : status === "FAILED" ? "close" : "up"} />
      </span>
      <h3>{status === "FAILED" ? t("withdraw_failed") : t(status === "COMPLETED" ? "withdraw_paid" : "withdraw_sent", { phone })}</h3>
      {status === "FAILED" ? <p class="muted">{failureText(withdrawal.value?.failure ?? null)}</p> : null}
      {trouble.value ? <p class="note">{t("network_trouble")}</p> : null}
      {withdrawal.value === null || status === "FAILED" ? null : <Receipt withdrawal={withdrawal.value} />}
      <button type="button" class="button brand" onClick={finishSheet}>
        {t("done")}
      </button>
    </div>
  );
}

function Receipt({ withdrawal }: { withdrawal: Withdrawal }): JSX.Element {
  return (
    <PaymentReceipt
      from={{ label: "leaves_wallet", amount: withdrawal.gross_amount }}
      taxLines={withdrawal.tax_lines}
      to={{ label: "you_receive", amount: withdrawal.net_amount ?? withdrawal.amount }}
      currency={withdrawal.currency}
    />
  );
}
