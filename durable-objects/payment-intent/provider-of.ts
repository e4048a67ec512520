/** Which provider moves an intent's money: the tenant's data says it by the intent's method. */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { IntentRecord } from "../../shared/payments/intent-record.ts";
import { tenantOf } from "../../shared/tenants/index.ts";
import type { Env } from "../../workers/env.ts";
import { DarajaProvider } from "./daraja-provider.ts";
import type { MoneyProvider } from "./money-provider.ts";

/** The intent's provider; asserts that the tenant has the method and that its provider is built. */
export function providerOf(env: Env, intent: IntentRecord): MoneyProvider {
  const method = tenantOf(intent.country).paymentMethods.find((candidate) => candidate.method === intent.method);
  invariant(method?.provider === "daraja", `no provider for ${intent.country} ${intent.method}`);
  return new DarajaProvider(env, intent.country);
}
