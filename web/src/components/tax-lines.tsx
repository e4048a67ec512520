/** Taxes of one movement by their legal names, so that nothing is taken without a word. */
import type { JSX } from "preact";
import type { TaxLine } from "../api/types.ts";
import { money } from "../format.ts";
import { t } from "../i18n/i18n.ts";

export function TaxLines({ lines, currency }: { lines: readonly TaxLine[] | undefined; currency: string }): JSX.Element | null {
  if (lines === undefined || lines.length === 0) return null;
  return (
    <ul class="tax-lines">
      {lines.map((line) => (
        <li key={line.code}>
          <span>{t("tax_line", { name: line.name, rate: line.rate_percent })}</span>
          <span>{money(line.amount, currency)}</span>
        </li>
      ))}
    </ul>
  );
}
