/** Taxes on play: what a stake leaves to play with, and what winnings leave to pay. */
import type { UnixMs } from "../kernel/time.ts";
import type { TaxLine } from "../ledger/model.ts";
import { type Minor, minor, subtract, ZERO } from "../money/minor.ts";
import type { BetProduct, Tenant } from "../tenants/tenant.ts";
import { rulesInForce, taxLinesOf, totalTax } from "./rules.ts";

export interface TaxedStake {
  /** What is at risk: lines are priced on this. */
  readonly netMinor: Minor;
  readonly taxLines: readonly TaxLine[];
}

/** Takes the stake taxes of the day on which the bet is accepted. */
export function taxStake(tenant: Tenant, product: BetProduct, stakeMinor: Minor, acceptedAtMs: UnixMs): TaxedStake {
  const taxLines = taxLinesOf(rulesInForce(tenant, { base: "stake", product, atMs: acceptedAtMs }), stakeMinor);
  return { netMinor: subtract(stakeMinor, totalTax(taxLines)), taxLines };
}

export interface TaxedPayout {
  readonly paidMinor: Minor;
  readonly taxLines: readonly TaxLine[];
}

/** Takes the taxes on net winnings (the payout less the stake at risk) of the day on which the bet is settled. */
export function taxWinnings(
  tenant: Tenant,
  product: BetProduct,
  payoutMinor: Minor,
  netStakeMinor: Minor,
  settledAtMs: UnixMs,
): TaxedPayout {
  const winnings = payoutMinor > netStakeMinor ? minor(payoutMinor - netStakeMinor) : ZERO;
  const taxLines = taxLinesOf(rulesInForce(tenant, { base: "net_winnings_per_bet", product, atMs: settledAtMs }), winnings);
  return { paidMinor: subtract(payoutMinor, totalTax(taxLines)), taxLines };
}
