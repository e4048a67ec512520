/** Lets traders say over the feed what a fixture offers, and settle or void by hand: previewed, and above a limit approved by a second. */
import { err, ok } from "../../../shared/kernel/result.ts";
import type { TradingSetting } from "../../../shared/odds/trading.ts";
import type { ResultsPreview, TradingDone, TradingWish } from "../../../shared/protocol/rpc/trading.ts";
import { sportsRulesOf } from "../../../shared/tenants/sports/index.ts";
import type { TradingRules } from "../../../shared/tenants/sports/trading.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { tradingDeskOf } from "../../adapters/objects.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { requireStaff } from "../operators/require-staff.ts";
import { type FixtureOrder, runTradingVerb, tradingError } from "./trading-verb.ts";

export interface Trade extends FixtureOrder {
  readonly wish: TradingWish;
  readonly previewToken: string | null;
}

/**
 * Carries a wish out, or proposes it where a second operator is needed. Refuses TRADING_OUT_OF_BOUNDS by the tenant's rules, and what
 * `runTradingVerb` refuses. Idempotent by key.
 */
export async function trade(ctx: ServiceContext, asked: Trade): Promise<ServiceResult<TradingDone>> {
  const { wish, previewToken } = asked;
  const country = asked.country ?? ctx.staff?.countries[0];
  const problem = country === undefined ? null : outOfBounds(wish, country, ctx.nowMs);
  if (ctx.staff !== null && problem !== null) return refuse("TRADING_OUT_OF_BOUNDS", problem);
  const verb = { action: "trading.trade", order: asked, request: { wish } };
  return runTradingVerb<TradingDone>(ctx, verb, (desk, order) => desk.trade({ ...order, wish, previewToken }));
}

/** What a change of results would do; changes nothing. Refuses as `trade` does, but for an open market. */
export async function previewTrade(
  ctx: ServiceContext,
  { fixtureId, country, wish }: { readonly fixtureId: string; readonly country: Country | undefined; readonly wish: TradingWish },
): Promise<ServiceResult<ResultsPreview>> {
  const scope = await requireStaff(ctx, { roles: ["trader"], action: "trading.preview", subject: fixtureId, country, details: { wish } });
  if (!scope.ok) return scope;
  const preview = await tradingDeskOf(ctx.env, scope.value.country, fixtureId).previewTrade(wish);
  return preview.ok ? ok(preview.value) : err(tradingError(preview.error));
}

export interface Approval extends FixtureOrder {
  readonly proposal: number;
}

/** Carries another operator's proposal out. Refuses what `runTradingVerb` refuses. Idempotent by key. */
export function approveTrade(ctx: ServiceContext, asked: Approval): Promise<ServiceResult<TradingDone>> {
  const { proposal } = asked;
  const verb = { action: "trading.approve", order: asked, request: { proposal } };
  return runTradingVerb<TradingDone>(ctx, verb, (desk, order) => desk.approveTrade({ ...order, proposal }));
}

function outOfBounds(wish: TradingWish, country: Country, nowMs: number): Readonly<Record<string, unknown>> | null {
  return "setting" in wish ? boundsBroken(wish.setting, sportsRulesOf(country).trading, nowMs) : null;
}

/** The bound that a setting breaks, as an answer's details; null when it breaks none. */
function boundsBroken(setting: TradingSetting, rules: TradingRules, nowMs: number): Readonly<Record<string, unknown>> | null {
  if (setting.value === null) return null;
  switch (setting.kind) {
    case "margin": {
      const { min, max } = rules.marginBasisPoints;
      return setting.value.basisPoints < min || setting.value.basisPoints > max ? { field: "basis_points", min, max } : null;
    }
    case "price": {
      const { min, max } = rules.oddsThousandths;
      const { oddsThousandths, expiresAtMs } = setting.value;
      if (oddsThousandths < min || oddsThousandths > max) return { field: "odds", min: min / 1_000, max: max / 1_000 };
      return expiresAtMs - nowMs > rules.priceMsMax ? { field: "expires_at", max_seconds: rules.priceMsMax / 1_000 } : null;
    }
    case "live_delay": {
      const max = rules.liveDelayMsMax;
      return setting.value.delayMs > max ? { field: "seconds", max: max / 1_000 } : null;
    }
    case "suspension":
    case "limits":
    case "result":
    case "void":
      return null;
  }
}
