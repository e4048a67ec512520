/**
 * What the trading desk's verbs have in common: who may, the audit entries before and after, the order under a key of the operator's own,
 * and the mapping of a channel's refusals.
 */
import { err } from "../../../shared/kernel/result.ts";
import type { ErrorCode } from "../../../shared/protocol/http/errors.ts";
import type { TradingOrder, TradingOrderRefusal, TradingRpc } from "../../../shared/protocol/rpc/trading.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { tradingDeskOf } from "../../adapters/objects.ts";
import type { ServiceContext, ServiceError, ServiceResult } from "../context.ts";
import { audit, requireStaff, type StaffScope } from "../operators/require-staff.ts";

/** The part of every order: which fixture, why, and under which key. */
export interface FixtureOrder {
  readonly fixtureId: string;
  readonly country: Country | undefined;
  readonly reason: string;
  /** The Idempotency-Key; without one the request is its own key. */
  readonly idempotencyKey: string | null;
}

export interface TradingVerb {
  /** As the audit log calls it; how it ended is written as `<action>:done`. */
  readonly action: string;
  readonly order: FixtureOrder;
  readonly request: Readonly<Record<string, unknown>>;
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TradingOrderRefusal };

/**
 * Runs an order of a trader at a fixture's channel. Refuses UNAUTHORIZED, FORBIDDEN, NOT_FOUND, IDEMPOTENCY_CONFLICT, and TRADING_REFUSED
 * with the channel's reason. Idempotent by key.
 */
export async function runTradingVerb<T>(
  ctx: ServiceContext,
  { action, order, request }: TradingVerb,
  run: (desk: TradingRpc, order: TradingOrder, scope: StaffScope) => Promise<Answer<T>>,
): Promise<ServiceResult<T>> {
  const { fixtureId, country, reason, idempotencyKey } = order;
  const scope = await requireStaff(ctx, { roles: ["trader"], action, subject: fixtureId, country, details: { reason, request } });
  if (!scope.ok) return scope;
  const operator = scope.value.staff.email;
  const desk = tradingDeskOf(ctx.env, scope.value.country, fixtureId);
  const done = await run(desk, { key: `${operator}:${idempotencyKey ?? ctx.requestId}`, operator, reason }, scope.value);
  await audit(ctx, scope.value, {
    action: `${action}:done`,
    subject: fixtureId,
    details: done.ok ? { done: done.value } : { refused: done.error },
  });
  return done.ok ? done : err(tradingError(done.error));
}

const CODES: Partial<Readonly<Record<TradingOrderRefusal["reason"], ErrorCode>>> = {
  unknown_fixture: "NOT_FOUND",
  unknown_action: "NOT_FOUND",
  unknown_proposal: "NOT_FOUND",
  idempotency_key_reused: "IDEMPOTENCY_CONFLICT",
};

export function tradingError({ reason }: TradingOrderRefusal): ServiceError {
  const code = CODES[reason];
  return code === undefined ? { code: "TRADING_REFUSED", details: { reason } } : { code };
}
