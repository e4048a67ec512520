/** The trading desk's calls, below /api/v1/admin. Every order takes an Idempotency-Key and says why. */
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import { oddsThousandths, toDecimalOdds } from "../../../shared/money/odds.ts";
import type { TradingSetting } from "../../../shared/odds/trading.ts";
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";
import { countryQuery } from "../../../shared/protocol/http/operators.ts";
import {
  approvalBody,
  feedsAnswer,
  fieldSheet,
  fixtureParams,
  previewBody,
  proposalParams,
  type ResultsPreviewBody,
  resultsPreview,
  type TradingPlaceBody,
  type TradingReceiptBody,
  tradingOrderBody,
  tradingReceipt,
} from "../../../shared/protocol/http/trading.ts";
import type { MarketSheet, ResultsPreview, TradingAction, TradingDone, TradingProposal } from "../../../shared/protocol/rpc/trading.ts";
import { readFeeds, readFieldSheet } from "../../services/trading/read-fixture.ts";
import { approveTrade, previewTrade, trade } from "../../services/trading/trade.ts";
import { type Api, route } from "../api.ts";

const TAG = "Trading";
const FIXTURE = "/api/v1/admin/trading/fixtures/{fixture_id}";
const ERRORS = ["FORBIDDEN", "NOT_FOUND", "IDEMPOTENCY_CONFLICT", "TRADING_REFUSED"] as const satisfies readonly ErrorCode[];

const major = (amount: number): number => toMajor(minor(amount));
const majorOrNull = (amount: number | null): number | null => (amount === null ? null : major(amount));
const time = (atMs: number): string => toRfc3339(unixMs(atMs));
const timeOrNull = (atMs: number | null): string | null => (atMs === null || atMs === 0 ? null : time(atMs));
const decimal = (odds: number): number => toDecimalOdds(oddsThousandths(odds));

export function addTradingRoutes(app: Api): void {
  addSheet(app);
  addPreview(app);
  addOrders(app);
  addFeeds(app);
}

function addSheet(app: Api): void {
  route(app, {
    method: "get",
    path: FIXTURE,
    tag: TAG,
    summary: "A fixture's field sheet: prices, what stands on each outcome, what the house has set and done.",
    auth: "staff",
    params: fixtureParams,
    query: countryQuery,
    answer: fieldSheet,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND"],
    handle: async ({ ctx, params, query }) => {
      const read = await readFieldSheet(ctx, { fixtureId: params.fixture_id, country: query.country });
      if (!read.ok) return read;
      const { fixture, resultVersion, settings, markets, actions, proposals } = read.value;
      return ok({
        body: {
          ...{ fixture_id: fixture.fixtureId, home_team: fixture.homeTeam, away_team: fixture.awayTeam, status: fixture.status },
          ...{ home_score: fixture.homeScore, away_score: fixture.awayScore, late: fixture.late, result_version: resultVersion },
          settings: settings.map(presentPlace),
          markets: markets.map(presentMarket),
          actions: actions.map(presentAction),
          proposals: proposals.map(presentProposal),
        },
      });
    },
  });
}

function addPreview(app: Api): void {
  route(app, {
    method: "post",
    path: `${FIXTURE}/previews`,
    tag: TAG,
    summary: "What a change of results would do to the bets; changes nothing.",
    auth: "staff",
    params: fixtureParams,
    query: countryQuery,
    body: previewBody,
    answer: resultsPreview,
    statuses: [200],
    errors: ["FORBIDDEN", "NOT_FOUND", "TRADING_REFUSED"],
    handle: async ({ ctx, params, query, body }) => {
      const preview = await previewTrade(ctx, { fixtureId: params.fixture_id, country: query.country, wish: body.wish });
      return preview.ok ? ok({ body: presentPreview(preview.value) }) : preview;
    },
  });
}

function addOrders(app: Api): void {
  route(app, {
    method: "post",
    path: `${FIXTURE}/orders`,
    tag: TAG,
    summary: "Suspend, price, margin, limits, delay, settle or void by hand; or undo what was done.",
    auth: "staff",
    idempotent: true,
    params: fixtureParams,
    query: countryQuery,
    body: tradingOrderBody,
    answer: tradingReceipt,
    statuses: [200],
    errors: [...ERRORS, "TRADING_OUT_OF_BOUNDS"],
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { reason, wish, preview_token: previewToken } = body;
      const done = await trade(ctx, { fixtureId: params.fixture_id, country: query.country, idempotencyKey, reason, wish, previewToken });
      return done.ok ? ok({ body: presentDone(done.value) }) : done;
    },
  });
  route(app, {
    method: "post",
    path: `${FIXTURE}/proposals/{proposal}/approve`,
    tag: TAG,
    summary: "Carry out what another operator has proposed.",
    auth: "staff",
    idempotent: true,
    params: proposalParams,
    query: countryQuery,
    body: approvalBody,
    answer: tradingReceipt,
    statuses: [200],
    errors: ERRORS,
    handle: async ({ ctx, params, query, body, idempotencyKey }) => {
      const { fixture_id: fixtureId, proposal } = params;
      const done = await approveTrade(ctx, { fixtureId, country: query.country, idempotencyKey, reason: body.reason, proposal });
      return done.ok ? ok({ body: presentDone(done.value) }) : done;
    },
  });
}

function addFeeds(app: Api): void {
  route(app, {
    method: "get",
    path: "/api/v1/admin/feeds",
    tag: TAG,
    summary: "How the odds feeds and their producers stand.",
    auth: "staff",
    query: countryQuery,
    answer: feedsAnswer,
    statuses: [200],
    errors: ["FORBIDDEN"],
    handle: async ({ ctx, query }) => {
      const read = await readFeeds(ctx, query.country);
      if (!read.ok) return read;
      const feeds = read.value.map(({ feed, producers }) => ({
        feed,
        producers: producers.map(({ producer, isUp, heardAtMs, requestedAtMs, fixtures }) => ({
          ...{ producer, is_up: isUp, heard_at: timeOrNull(heardAtMs), recovery_asked_at: timeOrNull(requestedAtMs), fixtures },
        })),
      }));
      return ok({ body: { feeds } });
    },
  });
}

function presentDone(done: TradingDone): TradingReceiptBody {
  return done.state === "done"
    ? { state: "done", action: presentAction(done.action), proposal: null }
    : { state: "proposed", action: null, proposal: presentProposal(done.proposal) };
}

function presentAction({ action, operator, approvedBy, reason, atMs, undoes, before, after, preview }: TradingAction) {
  return {
    ...{ action, operator, approved_by: approvedBy, reason, at: time(atMs), undoes },
    ...{ before: presentPlace(before), after: presentPlace(after), preview: preview === null ? null : presentPreview(preview) },
  };
}

function presentProposal({ proposal, operator, reason, atMs, expiresAtMs, undoes, setting, preview }: TradingProposal) {
  return {
    ...{ proposal, operator, reason, at: time(atMs), expires_at: time(expiresAtMs), undoes },
    ...{ setting: presentPlace(setting), preview: presentPreview(preview) },
  };
}

function presentPreview(preview: ResultsPreview): ResultsPreviewBody {
  return {
    ...{ preview_token: preview.token, bets: preview.bets, stakes: major(preview.stakeMinor), needs_approval: preview.needsApproval },
    ...{ returned_now: major(preview.returnedNowMinor), returned_then: major(preview.returnedThenMinor) },
  };
}

/** A setting as it is sent, its value in the units of the wire. */
function presentPlace(setting: TradingSetting): TradingPlaceBody {
  const { kind } = setting;
  switch (kind) {
    case "suspension": {
      const value = setting.value === null ? null : { since: time(setting.value.sinceMs) };
      return { kind, cause: setting.cause, market_id: setting.marketId, outcome_id: setting.outcomeId, value };
    }
    case "price": {
      const { value } = setting;
      const shown = value === null ? null : { odds: decimal(value.oddsThousandths), expires_at: time(value.expiresAtMs) };
      return { kind, market_id: setting.marketId, outcome_id: setting.outcomeId, value: shown };
    }
    case "margin":
      return { kind, market_id: setting.marketId, value: setting.value === null ? null : { basis_points: setting.value.basisPoints } };
    case "limits": {
      const { value } = setting;
      const shown =
        value === null
          ? null
          : { outcome_liability_max: majorOrNull(value.outcomeLiabilityMaxMinor), stake_max: majorOrNull(value.stakeMaxMinor) };
      return { kind, market_id: setting.marketId, value: shown };
    }
    case "live_delay":
      return { kind, value: setting.value === null ? null : { seconds: setting.value.delayMs / 1_000 } };
    case "result":
      return { kind, market_id: setting.marketId, value: setting.value };
    case "void": {
      const { value } = setting;
      const shown = value === null ? null : { placed_from: timeOrNull(value.placedFromMs), placed_to: timeOrNull(value.placedToMs) };
      return { kind, market_id: setting.marketId, value: shown };
    }
  }
}

function presentMarket(market: MarketSheet) {
  return {
    ...{
      market_id: market.marketId,
      name: market.name,
      specifier: market.specifier,
      status: market.status,
      feed_status: market.feedStatus,
    },
    ...{ suspended_by: [...market.suspendedBy], margin_basis_points: market.marginBasisPoints },
    outcome_liability_max: majorOrNull(market.limits.outcomeLiabilityMaxMinor),
    stake_max: majorOrNull(market.limits.stakeMaxMinor),
    worst_case: major(market.worstCaseMinor),
    outcomes: market.outcomes.map((outcome) => ({
      ...{ outcome_id: outcome.outcomeId, name: outcome.name, is_offered: outcome.isOffered, bets: outcome.bets },
      ...{ odds: decimal(outcome.oddsThousandths), feed_odds: decimal(outcome.feedOddsThousandths) },
      ...{ payout: major(outcome.payoutMinor), hard_payout: major(outcome.hardPayoutMinor) },
      ...{ stakes: major(outcome.stakeMinor), liability: major(outcome.liabilityMinor) },
    })),
  };
}
