/**
 * The Daraja client: the four calls that move money or ask about it. The same code speaks to production, the provider's sandbox and
 * our simulator; only the base URL differs.
 */
import type { UnixMs } from "../../../shared/kernel/time.ts";
import type { Minor } from "../../../shared/money/minor.ts";
import { readB2cAnswer } from "../../../shared/payments/daraja/b2c.ts";
import { darajaPassword, darajaTimestamp } from "../../../shared/payments/daraja/clock.ts";
import { answerSummary, type HttpAnswer } from "../../../shared/payments/daraja/http-answer.ts";
import { readStkPushAnswer, readStkQueryAnswer } from "../../../shared/payments/daraja/stk.ts";
import { wholeShillings } from "../../../shared/payments/daraja/whole-shillings.ts";
import type { CallOutcome, ProviderReport } from "../../../shared/payments/report.ts";
import { postWithToken, type TokenPorts } from "./post-with-token.ts";

export interface DarajaApp {
  readonly baseUrl: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  readonly b2cShortcode: string;
  readonly initiatorName: string;
  readonly securityCredential: string;
}

export interface DarajaPorts extends TokenPorts {
  readonly now: () => UnixMs;
}

export interface StkPush {
  readonly msisdn: string;
  readonly amountMinor: Minor;
  readonly callbackUrl: string;
  /** At most 12 letters and digits; shown in the prompt and on statements. */
  readonly accountReference: string;
}

export interface Payout {
  /** Ours, unique for ever: what keeps a repeat from paying twice. */
  readonly originatorId: string;
  readonly msisdn: string;
  readonly amountMinor: Minor;
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}

export interface StatusQuestion {
  readonly originatorId: string;
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}

/** Shown in the prompt; at most 13 characters, and not optional in practice. */
const STK_DESCRIPTION = "Mkeka deposit";
const B2C_REMARKS = "Mkeka withdrawal";
const ORGANISATION_SHORTCODE = "4";

export class DarajaClient {
  readonly #app: DarajaApp;
  readonly #ports: DarajaPorts;

  constructor(app: DarajaApp, ports: DarajaPorts) {
    this.#app = app;
    this.#ports = ports;
  }

  /** Sends a prompt to the player's phone. Not idempotent: never repeat it on an unknown outcome. */
  async pushStk(push: StkPush): Promise<CallOutcome> {
    const answer = await this.#post("/mpesa/stkpush/v1/processrequest", {
      ...this.#signature(),
      TransactionType: "CustomerPayBillOnline",
      Amount: wholeShillings(push.amountMinor),
      PartyA: push.msisdn,
      PartyB: this.#app.shortcode,
      PhoneNumber: push.msisdn,
      CallBackURL: push.callbackUrl,
      AccountReference: push.accountReference,
      TransactionDesc: STK_DESCRIPTION,
    });
    return answer === null ? NOT_SENT : readStkPushAnswer(answer);
  }

  /** Asks how a prompt ended. */
  async queryStk(checkoutRequestId: string): Promise<ProviderReport> {
    const answer = await this.#post("/mpesa/stkpushquery/v1/query", { ...this.#signature(), CheckoutRequestID: checkoutRequestId });
    return answer === null ? NOT_ASKED : readStkQueryAnswer(answer);
  }

  /** Sends money to a phone. Safe to repeat under the same `originatorId`. */
  async payOut(payout: Payout): Promise<CallOutcome> {
    const answer = await this.#post("/mpesa/b2c/v3/paymentrequest", {
      OriginatorConversationID: payout.originatorId,
      InitiatorName: this.#app.initiatorName,
      SecurityCredential: this.#app.securityCredential,
      CommandID: "BusinessPayment",
      Amount: wholeShillings(payout.amountMinor),
      PartyA: this.#app.b2cShortcode,
      PartyB: payout.msisdn,
      Remarks: B2C_REMARKS,
      QueueTimeOutURL: payout.timeoutUrl,
      ResultURL: payout.resultUrl,
      Occassion: B2C_REMARKS,
    });
    return answer === null ? NOT_SENT : readB2cAnswer(answer);
  }

  /** Asks how a payout ended; the answer comes to `resultUrl`. True when the question was taken. */
  async askPayoutStatus(question: StatusQuestion): Promise<{ readonly asked: boolean; readonly detail: string }> {
    const answer = await this.#post("/mpesa/transactionstatus/v1/query", {
      Initiator: this.#app.initiatorName,
      SecurityCredential: this.#app.securityCredential,
      CommandID: "TransactionStatusQuery",
      OriginalConversationID: question.originatorId,
      PartyA: this.#app.b2cShortcode,
      IdentifierType: ORGANISATION_SHORTCODE,
      ResultURL: question.resultUrl,
      QueueTimeOutURL: question.timeoutUrl,
      Remarks: "Status",
      Occasion: "Status",
    });
    if (answer === null) return { asked: false, detail: "no access token" };
    return { asked: answer.answered && answer.status === 200, detail: answerSummary(answer) };
  }

  #signature(): { readonly BusinessShortCode: string; readonly Password: string; readonly Timestamp: string } {
    const timestamp = darajaTimestamp(this.#ports.now());
    const { shortcode, passkey } = this.#app;
    return { BusinessShortCode: shortcode, Password: darajaPassword(shortcode, passkey, timestamp), Timestamp: timestamp };
  }

  #post(path: string, body: Readonly<Record<string, unknown>>): Promise<HttpAnswer | null> {
    return postWithToken(this.#ports, `${this.#app.baseUrl}${path}`, body);
  }
}

const NOT_SENT: CallOutcome = { outcome: "refused", failure: "provider_unavailable", detail: "no access token" };
const NOT_ASKED: ProviderReport = { source: "query", reference: null, finding: { found: "open", detail: "no access token" } };
