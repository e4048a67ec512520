/** How much the player may stake on a bet now. */
import { stakeMax } from "../../shared/betting/acceptance.ts";
import { stakeForPayout } from "../../shared/betting/stake-for-payout.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import type { PlaceBet } from "../../shared/protocol/rpc/wallet.ts";
import { taxStake } from "../../shared/tax/bets.ts";
import type { CommandScope } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

type Bounded = Pick<PlaceBet, "kind" | "selections" | "systemSizes" | "bankers" | "stakeMaxMinor" | "insurance">;

/** The largest stake in minor units: product, fixtures, payout cap and the player's own factor. */
export function stakeMaxOf(wallet: WalletStores, bet: Bounded, { profile, moment }: CommandScope): Minor {
  const { tenant } = profile;
  const netOf = (stakeMinor: Minor) => taxStake(tenant, "sports", stakeMinor, moment.nowMs).netMinor;
  return minor(
    stakeMax({
      productMaxMinor: tenant.stake.maxMinor,
      fixturesMaxMinor: bet.stakeMaxMinor ?? null,
      customerFactorBasisPoints: wallet.pendingBets.customerFactor(),
      payoutStakeMaxMinor: stakeForPayout(bet, tenant.payoutMaxMinor, tenant.stake.minMinor, netOf),
    }),
  );
}
