/** Promotions: what a player has, and what operators give. */
import type * as z from "zod";
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import { ledgerParams } from "../../../shared/protocol/http/ledger.ts";
import { countryQuery } from "../../../shared/protocol/http/operators.ts";
import { campaignsAnswer, freeBetGrantBody, freeBetOut, promotionsAnswer } from "../../../shared/protocol/http/promotions.ts";
import type { FreeBetView } from "../../../shared/protocol/rpc/wallet-promotions.ts";
import { grantFreeBet } from "../../services/promotions/grant-free-bet.ts";
import { readCampaigns, readPromotions } from "../../services/promotions/read-promotions.ts";
import { type Api, route } from "../api.ts";

const TAG = "Promotions";

export function addPromotionRoutes(app: Api): void {
  addOwn(app);
  addGrant(app);
  addCampaigns(app);
}

function addOwn(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/promotions",
    tag: TAG,
    summary: "Your free bets.",
    auth: "player",
    answer: promotionsAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const read = await readPromotions(ctx);
      return read.ok ? ok({ body: { free_bets: read.value.freeBets.map(presentFreeBet) } }) : read;
    },
  });
}

function addGrant(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/admin/wallets/{user_id}/free-bets",
    tag: TAG,
    summary: "Give a player a free bet out of a campaign.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: freeBetGrantBody,
    answer: freeBetOut,
    statuses: [201, 200],
    errors: ["FORBIDDEN", "NOT_FOUND", "IDEMPOTENCY_CONFLICT", "PROMOTION_REFUSED", "USER_NOT_VERIFIED", "SELF_EXCLUDED", "WALLET_FROZEN"],
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason: body.reason };
      const granted = await grantFreeBet(ctx, { ...order, campaignId: body.campaign, amountMinor: body.amount });
      if (!granted.ok) return granted;
      const { value, replayed } = granted.value;
      return ok({ status: replayed ? 200 : 201, body: presentFreeBet(value), replayed });
    },
  });
}

function addCampaigns(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/promotions",
    tag: TAG,
    summary: "Campaigns in force or to come, with their budgets.",
    auth: "staff",
    query: countryQuery,
    answer: campaignsAnswer,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const read = await readCampaigns(ctx, query.country);
      if (!read.ok) return read;
      const campaigns = read.value.map(({ campaign, grantedMinor }) => ({
        ...{ campaign: campaign.campaignId, budget: major(campaign.budgetMinor), granted: major(grantedMinor) },
        ...{ amount_min: major(campaign.amountMinMinor), amount_max: major(campaign.amountMaxMinor), days: campaign.days },
        ...{ valid_from: campaign.validFrom, valid_to: campaign.validTo },
      }));
      return ok({ body: { campaigns } });
    },
  });
}

function presentFreeBet(token: FreeBetView): z.input<typeof freeBetOut> {
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

const major = (amount: number): number => toMajor(minor(amount));
const time = (atMs: number): string => toRfc3339(unixMs(atMs));
