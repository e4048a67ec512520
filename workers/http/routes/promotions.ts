/** Promotions: what a player has and what they do with it, and what operators give. */
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";
import { ledgerParams } from "../../../shared/protocol/http/ledger.ts";
import { countryQuery } from "../../../shared/protocol/http/operators.ts";
import {
  bonusClaimBody,
  bonusOut,
  bonusParams,
  boostGrantBody,
  boostGrantOut,
  campaignsAnswer,
  freeBetOut,
  grantBody,
  promotionsAnswer,
} from "../../../shared/protocol/http/promotions.ts";
import { acceptBonus, claimBonus, giveUpBonus } from "../../services/promotions/claim-bonus.ts";
import { grantBonus } from "../../services/promotions/grant-bonus.ts";
import { grantBoost } from "../../services/promotions/grant-boost.ts";
import { grantFreeBet } from "../../services/promotions/grant-free-bet.ts";
import { presentBonus, presentBoostGrant, presentClaimable, presentFreeBet } from "../../services/promotions/present-promotions.ts";
import { readCampaigns, readPromotions } from "../../services/promotions/read-promotions.ts";
import { type Api, route } from "../api.ts";

const TAG = "Promotions";

export function addPromotionRoutes(app: Api): void {
  addOwn(app);
  addClaim(app);
  addAnswers(app);
  addGrants(app);
  addCampaigns(app);
}

function addOwn(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/promotions",
    tag: TAG,
    summary: "Your free bets and bonuses, and what is left to do for them.",
    auth: "player",
    answer: promotionsAnswer,
    statuses: [200],
    errors: [],
    handle: async ({ ctx }) => {
      const read = await readPromotions(ctx);
      if (!read.ok) return read;
      const { freeBets, boosts, bonuses, claimable } = read.value;
      return ok({
        body: {
          boosts: boosts.map(presentBoostGrant),
          free_bets: freeBets.map(presentFreeBet),
          bonuses: bonuses.map(presentBonus),
          claimable: claimable.map(presentClaimable),
        },
      });
    },
  });
}

function addClaim(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/promotions/bonuses",
    tag: TAG,
    summary: "Start the bonus that a campaign gives for a deposit; once a deposit.",
    auth: "player",
    body: bonusClaimBody,
    answer: bonusOut,
    statuses: [201, 200],
    errors: ["GEO_BLOCKED", "PROMOTION_REFUSED", "USER_NOT_VERIFIED", "SELF_EXCLUDED", "IDEMPOTENCY_CONFLICT", "WALLET_FROZEN"],
    handle: async ({ ctx, body }) => {
      const claimed = await claimBonus(ctx, { campaignId: body.campaign, depositId: body.deposit_id });
      if (!claimed.ok) return claimed;
      const { bonus, replayed } = claimed.value;
      return ok({ status: replayed ? 200 : 201, body: presentBonus(bonus), replayed });
    },
  });
}

function addAnswers(app: Api): void {
  const common = { method: "post", tag: TAG, auth: "player", params: bonusParams, answer: bonusOut, statuses: [200] } as const;
  route(app, {
    ...common,
    path: "/api/v1/promotions/bonuses/{bonus_id}/accept",
    summary: "Take a bonus that was offered: from now on bets count.",
    errors: ["GEO_BLOCKED", "NOT_FOUND", "PROMOTION_REFUSED", "USER_NOT_VERIFIED", "SELF_EXCLUDED", "WALLET_FROZEN"],
    handle: async ({ ctx, params }) => {
      const taken = await acceptBonus(ctx, params.bonus_id);
      return taken.ok ? ok({ body: presentBonus(taken.value.bonus), replayed: taken.value.replayed }) : taken;
    },
  });
  route(app, {
    ...common,
    path: "/api/v1/promotions/bonuses/{bonus_id}/forfeit",
    summary: "Give a bonus or an offer up. Your own money is yours either way.",
    errors: ["NOT_FOUND", "PROMOTION_REFUSED", "WALLET_FROZEN"],
    handle: async ({ ctx, params }) => {
      const given = await giveUpBonus(ctx, params.bonus_id);
      return given.ok ? ok({ body: presentBonus(given.value.bonus), replayed: given.value.replayed }) : given;
    },
  });
}

const GRANT_ERRORS = [
  ...["FORBIDDEN", "NOT_FOUND", "IDEMPOTENCY_CONFLICT", "PROMOTION_REFUSED", "USER_NOT_VERIFIED", "SELF_EXCLUDED", "WALLET_FROZEN"],
] as const satisfies readonly ErrorCode[];

function addGrants(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/admin/wallets/{user_id}/free-bets",
    tag: TAG,
    summary: "Give a player a free bet out of a campaign.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: grantBody,
    answer: freeBetOut,
    statuses: [201, 200],
    errors: GRANT_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason: body.reason };
      const granted = await grantFreeBet(ctx, { ...order, campaignId: body.campaign, amountMinor: body.amount });
      if (!granted.ok) return granted;
      const { value, replayed } = granted.value;
      return ok({ status: replayed ? 200 : 201, body: presentFreeBet(value), replayed });
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/admin/wallets/{user_id}/boosts",
    tag: TAG,
    summary: "Give a player a boost campaign for some bets.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: boostGrantBody,
    answer: boostGrantOut,
    statuses: [201, 200],
    errors: GRANT_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason: body.reason };
      const { boost_id: boostId, uses, max_stake: stakeMaxMinor = null } = body;
      const granted = await grantBoost(ctx, { ...order, boostId, uses, stakeMaxMinor });
      if (!granted.ok) return granted;
      const { value, replayed } = granted.value;
      return ok({ status: replayed ? 200 : 201, body: presentBoostGrant(value), replayed });
    },
  });
  route(app, {
    method: "post",
    path: "/api/v1/admin/wallets/{user_id}/bonuses",
    tag: TAG,
    summary: "Offer a player a bonus out of a campaign.",
    auth: "staff",
    idempotent: true,
    params: ledgerParams,
    query: countryQuery,
    body: grantBody,
    answer: bonusOut,
    statuses: [201, 200],
    errors: GRANT_ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const order = { userId: params.user_id, country: query.country, idempotencyKey, reason: body.reason };
      const granted = await grantBonus(ctx, { ...order, campaignId: body.campaign, amountMinor: body.amount });
      if (!granted.ok) return granted;
      const { value, replayed } = granted.value;
      return ok({ status: replayed ? 200 : 201, body: presentBonus(value), replayed });
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
      const campaigns = read.value.map(({ kind, campaign, grantedMinor }) => ({
        ...{ campaign: campaign.campaignId, kind, budget: major(campaign.budgetMinor), granted: major(grantedMinor) },
        ...{ amount_min: major(campaign.amountMinMinor), amount_max: major(campaign.amountMaxMinor), days: campaign.days },
        ...{ valid_from: campaign.validFrom, valid_to: campaign.validTo },
      }));
      return ok({ body: { campaigns } });
    },
  });
}

const major = (amount: number): number => toMajor(minor(amount));
