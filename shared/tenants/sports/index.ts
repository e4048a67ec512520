/** The rules of a tenant's sportsbook, one file an area; each file holds the shape and every country's data. */
import type { Country } from "../tenant.ts";
import { ACCEPTANCE, type AcceptanceRules } from "./acceptance.ts";
import { BOOSTS, type BoostCampaign } from "./boosts.ts";
import { CASH_OUT, type CashOutRules } from "./cash-out.ts";
import { CUT, type CutRules } from "./cut.ts";
import { EACH_WAY, type EachWayRule } from "./each-way.ts";
import { EARLY_PAYOUT, type EarlyPayoutRule } from "./early-payout.ts";
import { PROMOTIONS, type PromotionRules } from "./promotions.ts";
import { RISK, type RiskRules } from "./risk.ts";
import { SETTLEMENT, type SettlementRules } from "./settlement.ts";
import { TRADING, type TradingRules } from "./trading.ts";

export interface SportsRules {
  readonly acceptance: AcceptanceRules;
  readonly risk: RiskRules;
  readonly settlement: SettlementRules;
  readonly cashOut: CashOutRules;
  readonly promotions: PromotionRules;
  readonly earlyPayout: readonly EarlyPayoutRule[];
  readonly eachWay: readonly EachWayRule[];
  readonly boosts: readonly BoostCampaign[];
  readonly cut: CutRules;
  readonly trading: TradingRules;
}

export function sportsRulesOf(country: Country): SportsRules {
  return {
    acceptance: ACCEPTANCE[country],
    risk: RISK[country],
    settlement: SETTLEMENT[country],
    cashOut: CASH_OUT[country],
    promotions: PROMOTIONS[country],
    earlyPayout: EARLY_PAYOUT[country],
    eachWay: EACH_WAY[country],
    boosts: BOOSTS[country],
    cut: CUT[country],
    trading: TRADING[country],
  };
}
