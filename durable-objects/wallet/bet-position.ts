/** Where a bet's results and cash-outs leave it, and the settlement that takes its books there. */

import type { UnixMs } from "../../shared/kernel/time.ts";
import { positionPostings } from "../../shared/ledger/position.ts";
import { type Minor, subtract, ZERO } from "../../shared/money/minor.ts";
import type { Tenant } from "../../shared/tenants/tenant.ts";
import { type Bet, outcomeOf, type Settlement } from "./bet-store.ts";
import { type AgreedBet, type RefundWay, worthOf } from "./bet-worth.ts";

export interface Standing {
  readonly bet: Bet;
  /** Null when the bet's position does not change. */
  readonly settlement: Settlement | null;
  /** A refund that is due as a token, minor units. */
  readonly tokenMinor: Minor;
}

/** The bet as it stands now. */
export function standing(bet: Bet, tenant: Tenant, nowMs: UnixMs, refundWay: RefundWay = "cash"): Standing {
  const { tokenMinor = ZERO, ...worth } = worthOf(tenant, { ...agreed(bet), refundWay }, selectionsOf(bet), nowMs);
  // Taxes may move although rounding leaves the player the same.
  const isChanged = worth.status !== bet.status || positionPostings(bet, worth, ZERO).length > 0;
  if (!isChanged) return { bet, settlement: null, tokenMinor };
  const settlement: Settlement = {
    version: bet.settlements.length + 1,
    targetMinor: worth.paidMinor,
    postedMinor: subtract(worth.paidMinor, bet.paidMinor),
    atMs: nowMs,
  };
  return { bet: { ...bet, ...worth, settlements: [...bet.settlements, settlement] }, settlement, tokenMinor };
}

function agreed(bet: Bet): AgreedBet {
  const { kind, systemSizes, bankers, stakeTaxLines, ladder, freeBetId, cutRefund, insurance } = bet.terms;
  const { stakeMinor, netStakeMinor, taxPointAtMs, cashOuts } = bet;
  return {
    kind,
    systemSizes,
    bankers,
    stakeTaxLines,
    stakeMinor,
    netStakeMinor,
    taxPointAtMs,
    cashOuts,
    ladder,
    isFree: freeBetId !== undefined,
    ...(cutRefund === undefined ? {} : { cutRefund }),
    ...(insurance === undefined ? {} : { insurance }),
  };
}

function selectionsOf(bet: Bet) {
  return bet.terms.selections.map((each) => {
    const resulted = { ...outcomeOf(bet, each), ...(each.place === undefined ? {} : { place: each.place }) };
    return each.boost === undefined ? resulted : { ...resulted, unboostedThousandths: each.boost.oddsThousandths };
  });
}
