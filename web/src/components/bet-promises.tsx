/** What a bet is promised beside its odds: the same words on the slip and on a placed bet. */
import type { JSX } from "preact";
import type { Bet } from "../api/types.ts";
import { odds } from "../format.ts";
import { t } from "../i18n/i18n.ts";

type Promised = Pick<Bet, "early_payout" | "cut_refund" | "insurance">;

export function BetPromises({ bet: { early_payout: early, cut_refund: refund, insurance } }: { bet: Promised }): JSX.Element | null {
  const lines = [
    early === null ? [] : [t("early_payout", { lead: String(early.lead) })],
    refund === null
      ? []
      : [
          t(refund.paid_as === "free_bet" ? "cut_refund_token" : "cut_refund", {
            losers: String(refund.losers),
            percent: String(refund.percent),
          }),
        ],
    insurance === null ? [] : [t("insured_pays", { cuts: String(insurance.cuts), odds: odds(insurance.odds) })],
  ].flat();
  if (lines.length === 0) return null;
  return (
    <ul class="promises muted">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
