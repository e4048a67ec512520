/**
 * Daraja as a money provider: amounts, numbers and callback addresses of an intent, and the token from the app's one session.
 */

import { unixMs } from "../../shared/kernel/time.ts";
import { type CallbackKind, callbackPath } from "../../shared/payments/callback-address.ts";
import { darajaMsisdn } from "../../shared/payments/daraja/msisdn.ts";
import { askedMinor, type IntentRecord } from "../../shared/payments/intent-record.ts";
import type { CallOutcome, ProviderReport } from "../../shared/payments/report.ts";
import { type DarajaApp, DarajaClient } from "../../workers/adapters/daraja/client.ts";
import { type Config, configOf, type Env } from "../../workers/env.ts";
import { hmacSha256Hex } from "../platform/hash.ts";
import { log } from "../platform/log.ts";
import type { MoneyProvider } from "./money-provider.ts";

/** The provider allows 12 characters; the end of an intent's id is random. */
const ACCOUNT_REFERENCE_CHARS = 12;

export class DarajaProvider implements MoneyProvider {
  readonly name = "daraja";
  readonly #config: Config;
  readonly #client: DarajaClient;

  constructor(env: Env, country: string) {
    this.#config = configOf(env);
    const session = env.PROVIDER_SESSION.getByName(`${country}:daraja`);
    this.#client = new DarajaClient(darajaApp(this.#config), {
      fetch: (input, init) => fetch(input, init),
      now: () => unixMs(Date.now()),
      // Without a token nothing is sent, so a session that can't be reached must not leave the payment unknown for a day.
      accessToken: (rejected) =>
        session.accessToken(rejected).catch((error: unknown) => {
          log("error", "provider_session_unreachable", { country, error });
          return null;
        }),
    });
  }

  async collect(intent: IntentRecord): Promise<CallOutcome> {
    const msisdn = darajaMsisdn(intent.phone);
    if (msisdn === null) return { outcome: "refused", failure: "phone_not_valid", detail: "not a number of this provider" };
    return this.#client.pushStk({
      msisdn,
      amountMinor: askedMinor(intent),
      callbackUrl: this.#address("d", intent),
      accountReference: intent.intentId.slice(-ACCOUNT_REFERENCE_CHARS),
    });
  }

  async payOut(intent: IntentRecord): Promise<CallOutcome> {
    const msisdn = darajaMsisdn(intent.phone);
    if (msisdn === null) return { outcome: "refused", failure: "phone_not_valid", detail: "not a number of this provider" };
    return this.#client.payOut({
      originatorId: intent.intentId,
      msisdn,
      amountMinor: askedMinor(intent),
      resultUrl: this.#address("w", intent),
      timeoutUrl: this.#address("wt", intent),
    });
  }

  async check(intent: IntentRecord): Promise<ProviderReport | null> {
    if (intent.kind === "deposit") {
      // Without the reference of the prompt there is nothing to ask by: only the callback can tell.
      return intent.providerReference === null ? null : this.#client.queryStk(intent.providerReference);
    }
    // That the question timed out says nothing of the payout, so both answers come to the same address.
    const address = this.#address("s", intent);
    const { asked, detail } = await this.#client.askPayoutStatus({
      originatorId: intent.intentId,
      resultUrl: address,
      timeoutUrl: address,
    });
    if (!asked) log("warn", "payout_status_not_asked", { intentId: intent.intentId, detail });
    return null;
  }

  #address(kind: CallbackKind, intent: IntentRecord): string {
    const path = callbackPath(kind, intent.country, intent.intentId, this.#config.CALLBACK_SECRET, hmacSha256Hex);
    return `${this.#config.PUBLIC_BASE_URL}${path}`;
  }
}

/** The app's credentials from the environment. */
export function darajaApp(config: Config): DarajaApp {
  return {
    baseUrl: config.DARAJA_BASE_URL,
    consumerKey: config.MPESA_CONSUMER_KEY,
    consumerSecret: config.MPESA_CONSUMER_SECRET,
    shortcode: config.MPESA_SHORTCODE,
    passkey: config.MPESA_PASSKEY,
    b2cShortcode: config.MPESA_B2C_SHORTCODE,
    initiatorName: config.MPESA_INITIATOR_NAME,
    securityCredential: config.MPESA_SECURITY_CREDENTIAL,
  };
}
