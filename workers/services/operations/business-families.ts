/**
 * Business figures as metric families. What a correction can take back (a bet's result, a payout) is a gauge; a counter only grows.
 * Amounts are integers in minor units of the label's currency.
 */
import type { IntentStatus } from "../../../shared/protocol/rpc/payment-intent.ts";
import type { BetStatus } from "../../../shared/protocol/rpc/wallet.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import type { CountryFigures, PaymentFigures } from "../../adapters/d1/business-figures.ts";
import type { BusinessFigures } from "./business-figures.ts";
import type { Family, Sample } from "./prometheus.ts";

const OPEN_BET: BetStatus = "PENDING";
const WON_BET: BetStatus = "WON";
const PAID: IntentStatus = "COMPLETED";
const UNPAID: IntentStatus = "FAILED";

interface CountryView extends CountryFigures {
  readonly country: Country;
  readonly currency: string;
}

/** Lays out the figures under the names that dashboards of betting platforms use. */
export function businessFamilies(figures: BusinessFigures): readonly Family[] {
  const countries = [...figures].map(([country, figure]): CountryView => ({ ...figure, country, currency: tenantOf(country).currency }));
  return [...betFamilies(countries), ...paymentFamilies(countries)];
}

function betFamilies(countries: readonly CountryView[]): readonly Family[] {
  const settled = ({ bets }: CountryView) => bets.filter((bet) => bet.status !== OPEN_BET);
  const money = (of: (view: CountryView) => number): Sample[] =>
    countries.map((view) => ({ labels: { country: view.country, currency: view.currency }, value: of(view) }));
  return [
    {
      name: "betting_bets_placed_total",
      help: "Bets taken.",
      type: "counter",
      samples: countries.flatMap(({ country, bets }) =>
        [...Map.groupBy(bets, (bet) => bet.kind)].map(([kind, of]) => ({ labels: { country, kind }, value: total(of, "count") })),
      ),
    },
    {
      name: "betting_bets_settled_total",
      help: "Bets by their result as it stands.",
      type: "gauge",
      samples: countries.flatMap((view) =>
        [...Map.groupBy(settled(view), (bet) => bet.status)].map(([status, of]) => ({
          labels: { country: view.country, status },
          value: total(of, "count"),
        })),
      ),
    },
    {
      name: "betting_bets_won_total",
      help: "Bets won as results stand.",
      type: "gauge",
      samples: countries.map(({ country, bets }) => ({
        labels: { country },
        value: total(
          bets.filter((bet) => bet.status === WON_BET),
          "count",
        ),
      })),
    },
    {
      name: "betting_volume_total",
      help: "Stakes taken, minor units.",
      type: "counter",
      samples: money(({ bets }) => total(bets, "stakedMinor")),
    },
    {
      name: "betting_payout_total",
      help: "Paid out on bets as results stand, minor units.",
      type: "gauge",
      samples: money(({ bets }) => total(bets, "paidMinor")),
    },
    {
      name: "betting_revenue_total",
      help: "Stakes less payouts of settled bets, minor units.",
      type: "gauge",
      samples: money((view) => total(settled(view), "stakedMinor") - total(settled(view), "paidMinor")),
    },
  ];
}

function paymentFamilies(countries: readonly CountryView[]): readonly Family[] {
  const byKind = (name: string, help: string, type: Family["type"], counts: (payment: PaymentFigures) => boolean): Family => ({
    name,
    help,
    type,
    samples: countries.flatMap(({ country, payments }) =>
      [...Map.groupBy(payments, (payment) => payment.kind)].map(([kind, of]) => ({
        labels: { country, kind },
        value: total(of.filter(counts), "count"),
      })),
    ),
  });
  const paid = (kind: string, what: "count" | "amountMinor"): Sample[] =>
    countries.map(({ country, currency, payments }) => ({
      labels: what === "count" ? { country } : { country, currency },
      value: total(
        payments.filter((payment) => payment.kind === kind && payment.status === PAID),
        what,
      ),
    }));
  return [
    byKind("payment_attempts_total", "Deposits and withdrawals begun.", "counter", () => true),
    byKind("payment_success_total", "Deposits and withdrawals completed.", "counter", ({ status }) => status === PAID),
    // A late callback can turn a failure into a success.
    byKind("payment_failure_total", "Deposits and withdrawals that failed.", "gauge", ({ status }) => status === UNPAID),
    { name: "payment_deposits_total", help: "Deposits completed.", type: "counter", samples: paid("deposit", "count") },
    { name: "payment_withdrawals_total", help: "Withdrawals completed.", type: "counter", samples: paid("withdrawal", "count") },
    { name: "payment_volume_total", help: "Deposited, minor units.", type: "counter", samples: paid("deposit", "amountMinor") },
    {
      name: "payment_withdrawal_volume_total",
      help: "Withdrawn, minor units.",
      type: "counter",
      samples: paid("withdrawal", "amountMinor"),
    },
  ];
}

function total<Name extends string>(rows: readonly { readonly [name in Name]: number }[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}
