/**
 * The port of providers' statements: lines between two instants, page by page. Each tenant has the sources of its payment methods;
 * Flutterwave's joins them with its payments.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import type { UnixMs } from "../../../shared/kernel/time.ts";
import { PULL_REACH_MS, type PulledPage } from "../../../shared/payments/daraja/pull.ts";
import { tenantOf } from "../../../shared/tenants/index.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { type PullApp, pullPage, registerPull } from "../../adapters/daraja/pull.ts";
import { configOf, type Env } from "../../env.ts";

export type StatementPage = PulledPage;

export interface StatementSource {
  /** As in `clearing:<provider>`. */
  readonly provider: string;
  /** How far back the provider tells. */
  readonly reachMs: number;
  /** Makes statements readable, once; false when the provider did not agree. */
  register(): Promise<boolean>;
  page(fromMs: UnixMs, toMs: UnixMs, offset: number): Promise<StatementPage>;
}

/** The sources of a tenant's statements: money that players paid in. Payouts are asked for one by one by their own objects. */
export function statementSources(env: Env, country: Country): readonly StatementSource[] {
  const providers = new Set(tenantOf(country).paymentMethods.map((method) => method.provider));
  return providers.has("daraja") ? [darajaStatements(env, country)] : [];
}

function darajaStatements(env: Env, country: Country): StatementSource {
  const config = configOf(env);
  const session = env.PROVIDER_SESSION.getByName(`${country}:daraja`);
  const app: PullApp = {
    baseUrl: config.DARAJA_BASE_URL,
    shortcode: config.MPESA_SHORTCODE,
    nominatedNumber: config.MPESA_NOMINATED_NUMBER,
    callbackUrl: config.PUBLIC_BASE_URL,
  };
  const ports = {
    fetch: (input: string, init: RequestInit) => fetch(input, init),
    accessToken: (rejected: string | null) =>
      session.accessToken(rejected).catch((error: unknown) => {
        log("error", "provider_session_unreachable", { country, error });
        return null;
      }),
  };
  return {
    provider: "daraja",
    reachMs: PULL_REACH_MS,
    register: () => registerPull(ports, app),
    page: (fromMs, toMs, offset) => pullPage(ports, app, fromMs, toMs, offset),
  };
}
