/** What a payment comes to: the amount, each tax by its name, and what is left of it. */
import type { JSX } from "preact";
import type { TaxLine } from "../api/types.ts";
import { money } from "../format.ts";
import { type MessageKey, t } from "../i18n/i18n.ts";
import { TaxLines } from "./tax-lines.tsx";

export interface ReceiptLine {
  readonly label: MessageKey;
  /** Major units, as the API tells it. */
  readonly amount: number;
}

interface PaymentReceiptProps {
  readonly from: ReceiptLine;
  readonly taxLines: readonly TaxLine[] | undefined;
  readonly to: ReceiptLine;
  readonly currency: string;
}

export function PaymentReceipt({ from, taxLines, to, currency }: PaymentReceiptProps): JSX.Element {
  return (
    <div class="receipt">
      <div class="receipt-line">
        <span>{t(from.label)}</span>
        <span>{money(from.amount, currency)}</span>
      </div>
      <TaxLines lines={taxLines} currency={currency} />
      <div class="receipt-line strong">
        <span>{t(to.label)}</span>
        <span>{money(to.amount, currency)}</span>
      </div>
    </div>
  );
}
