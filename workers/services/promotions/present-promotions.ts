/** Free bets and bonuses as the API shows them. */
import type * as z from "zod";
import { requirementOf } from "../../../shared/betting/wagering.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { formatMajor, toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { bonusOut, boostGrantOut, freeBetOut, promotionsAnswer } from "../../../shared/protocol/http/promotions.ts";
import type { BonusView, BoostGrantView, FreeBetView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import type { WageringTerms } from "../../../shared/tenants/sports/promotions.ts";
import type { Claimable } from "./campaigns.ts";

export function presentFreeBet(token: FreeBetView): z.input<typeof freeBetOut> {
  const { kinds, selectionsMin, oddsMinThousandths, sports } = token.terms;
  return {
    ...{
      free_bet_id: token.freeBetId,
      campaign: token.campaignId,
      amount: major(token.amountMinor),
      state: token.state,
      bet_id: token.betId,
    },
    terms: {
      ...{ bet_types: [...kinds], selections_min: selectionsMin },
      ...{ odds_min: toDecimalOdds(oddsThousandths(oddsMinThousandths)), sports: sports === null ? null : [...sports] },
    },
    ...{ granted_at: time(token.grantedAtMs), expires_at: time(token.expiresAtMs) },
  };
}

export function presentBoostGrant({
  grantId,
  boostId,
  stakeMaxMinor,
  usesLeft,
  expiresAtMs,
}: BoostGrantView): z.input<typeof boostGrantOut> {
  return { grant_id: grantId, boost_id: boostId, max_stake: major(stakeMaxMinor), uses_left: usesLeft, expires_at: time(expiresAtMs) };
}

export function presentBonus(bonus: BonusView): z.input<typeof bonusOut> {
  const { bonusId, campaignId, amountMinor, requiredMinor, wageredMinor, terms, state, depositId } = bonus;
  return {
    ...{ bonus_id: bonusId, campaign: campaignId, amount: major(amountMinor), state },
    ...{ required: major(requiredMinor), wagered: major(wageredMinor), left: major(leftOf(bonus)), to_do: toDoOf(bonus) },
    ...{ wagering: presentWagering(terms), deposit_id: depositId, offered_at: time(bonus.offeredAtMs), ends_at: time(bonus.endsAtMs) },
    ended_at: bonus.endedAtMs === null ? null : time(bonus.endedAtMs),
  };
}

export function presentClaimable({ campaign, deposit, amountMinor }: Claimable): z.input<typeof promotionsAnswer>["claimable"][number] {
  const { campaignId, terms } = campaign;
  return {
    ...{ campaign: campaignId, deposit_id: deposit.depositId, amount: major(amountMinor) },
    ...{ required: major(requirementOf(terms, amountMinor, minor(deposit.amountMinor))), wagering: presentWagering(terms) },
  };
}

function presentWagering({ counts, convertedMaxMinor, endsOnWithdrawal }: WageringTerms) {
  return {
    counts: counts.map(({ kind, weightPercent, oddsMinThousandths, totalOddsMinThousandths }) => ({
      ...{ bet_type: kind, weight_percent: weightPercent },
      ...{ odds_min: odds(oddsMinThousandths), total_odds_min: odds(totalOddsMinThousandths) },
    })),
    converted_max: convertedMaxMinor === null ? null : major(convertedMaxMinor),
    ends_on_withdrawal: endsOnWithdrawal,
  };
}

function leftOf({ requiredMinor, wageredMinor }: BonusView): number {
  return Math.max(0, requiredMinor - wageredMinor);
}

function toDoOf(bonus: BonusView): string | null {
  const { state, amountMinor, endsAtMs } = bonus;
  const [amount, left] = [formatMajor(minor(amountMinor)), formatMajor(minor(leftOf(bonus)))];
  if (state === "OFFERED") return `Take it before ${time(endsAtMs)}; then stake ${left} and ${amount} become cash.`;
  return state === "ACTIVE" ? `Stake ${left} more before ${time(endsAtMs)}, in bets that count, and ${amount} become cash.` : null;
}

const odds = (thousandths: number): number => toDecimalOdds(oddsThousandths(thousandths));
const major = (amount: number): number => toMajor(minor(amount));
const time = (atMs: number): string => toRfc3339(unixMs(atMs));
