/** The provider's side of the wire: the token, the four calls of payments and the two of statements, with the real API's checks, answers and error envelope. */

import { unixMs } from "../../shared/kernel/time.ts";
import { darajaTimestamp } from "../../shared/payments/daraja/clock.ts";
import { failure, invalid } from "./answers.ts";
import { statusResultText } from "./messages.ts";
import type { Network } from "./network.ts";
import type { Phones } from "./phones.ts";
import {
  type AppSettings,
  b2cRules,
  type Fields,
  firstBroken,
  isPassword,
  passwordRules,
  statusRules,
  stkRules,
  textOf,
} from "./request-rules.ts";
import { Statements } from "./statements.ts";
import type { Payout, Prompt, World } from "./world.ts";

export interface DarajaSettings extends AppSettings {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

const ACCEPTED = "Accept the service request successfully.";

export class DarajaApi {
  readonly #settings: DarajaSettings;
  readonly #world: World;
  readonly #phones: Phones;
  readonly #network: Network;
  readonly #statements: Statements;

  constructor(settings: DarajaSettings, world: World, phones: Phones, network: Network) {
    this.#settings = settings;
    this.#world = world;
    this.#phones = phones;
    this.#network = network;
    this.#statements = new Statements(settings, world, network);
  }

  /** `path` is below the provider's base address. */
  async handle(request: Request, path: string, query: URLSearchParams): Promise<Response> {
    if (path === "/oauth/v1/generate") return this.#token(request, query);
    const call = this.#calls[path];
    if (call === undefined) return failure(404, "404.001.01", "Resource not found");
    if (request.method !== "POST") return failure(404, "404.001.04", "Invalid Authentication Header");
    const token = /^Bearer (.+)$/.exec(request.headers.get("Authorization") ?? "")?.[1] ?? "";
    if (!this.#world.isToken(token)) return failure(404, "404.001.03", "Invalid Access Token");
    const fields = await readFields(request);
    return fields === null ? failure(400, "400.002.05", "Invalid Request Payload") : call(fields);
  }

  readonly #calls: Readonly<Record<string, (fields: Fields) => Promise<Response> | Response>> = {
    "/mpesa/stkpush/v1/processrequest": (fields) => this.#pushStk(fields),
    "/mpesa/stkpushquery/v1/query": (fields) => this.#queryStk(fields),
    "/mpesa/b2c/v3/paymentrequest": (fields) => this.#payOut(fields),
    "/mpesa/transactionstatus/v1/query": (fields) => this.#queryStatus(fields),
    "/pulltransactions/v1/register": (fields) => this.#statements.register(fields),
    "/pulltransactions/v1/query": (fields) => this.#statements.query(fields),
  };

  #token(request: Request, query: URLSearchParams): Response {
    if (query.get("grant_type") !== "client_credentials") return failure(400, "400.008.02", "Invalid grant type passed");
    const { consumerKey, consumerSecret } = this.#settings;
    if (request.headers.get("Authorization") !== `Basic ${btoa(`${consumerKey}:${consumerSecret}`)}`) {
      return failure(400, "400.008.01", "Invalid Authentication passed");
    }
    return Response.json({ access_token: this.#world.issueToken(), expires_in: "3599" });
  }

  async #pushStk(fields: Fields): Promise<Response> {
    const broken = firstBroken(stkRules(this.#settings, this.#network.now()), fields);
    if (broken !== null) return invalid(broken);
    if (!isPassword(this.#settings, fields)) return failure(500, "500.001.1001", "Wrong credentials");
    const msisdn = textOf(fields.PhoneNumber);
    if (this.#world.openPrompts(msisdn).some((open) => open.behaviour.stk !== "silent")) {
      return failure(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process for the current subscriber");
    }
    const prompt = this.#newPrompt(fields, msisdn);
    this.#world.addPrompt(prompt);
    await this.#phones.promptAppears(prompt);
    return answer(prompt.behaviour.answer, {
      MerchantRequestID: prompt.merchantRequestId,
      CheckoutRequestID: prompt.checkoutRequestId,
      ResponseCode: "0",
      ResponseDescription: "Success. Request accepted for processing",
      CustomerMessage: "Success. Request accepted for processing",
    });
  }

  #newPrompt(fields: Fields, msisdn: string): Prompt {
    const sequence = this.#world.nextSequence();
    const nowMs = this.#network.now();
    return {
      checkoutRequestId: `ws_CO_${darajaTimestamp(unixMs(nowMs))}${String(nowMs % 1_000).padStart(3, "0")}${sequence}${msisdn.slice(3)}`,
      merchantRequestId: `${crypto.randomUUID().slice(0, 18)}-${sequence}`,
      msisdn,
      amount: Number(textOf(fields.Amount)),
      accountReference: textOf(fields.AccountReference),
      description: textOf(fields.TransactionDesc),
      callbackUrl: textOf(fields.CallBackURL),
      behaviour: this.#world.behaviourOf(msisdn),
      createdAtMs: nowMs,
      outcome: null,
      queries: 0,
    };
  }

  #queryStk(fields: Fields): Response {
    const broken = firstBroken(passwordRules(this.#settings, this.#network.now()), fields);
    if (broken !== null) return invalid(broken);
    if (!isPassword(this.#settings, fields)) return failure(500, "500.001.1001", "Wrong credentials");
    const prompt = this.#world.prompts.get(textOf(fields.CheckoutRequestID));
    if (prompt === undefined) return invalid("CheckoutRequestID");
    prompt.queries += 1;
    const { outcome } = prompt;
    // Both ways of saying "not yet" are in use.
    if (outcome === null && prompt.queries % 2 === 0) return failure(500, "500.001.1001", "The transaction is being processed");
    return Response.json({
      ResponseCode: "0",
      ResponseDescription: "The service request has been accepted successfully",
      MerchantRequestID: prompt.merchantRequestId,
      CheckoutRequestID: prompt.checkoutRequestId,
      ResultCode: String(outcome?.code ?? 4999),
      ResultDesc: outcome?.description ?? "The transaction is still under processing",
    });
  }

  #payOut(fields: Fields): Response {
    const broken = firstBroken(b2cRules(this.#settings), fields);
    if (broken !== null) return invalid(broken);
    const originatorId = textOf(fields.OriginatorConversationID);
    if (this.#world.payouts.has(originatorId)) return failure(500, "500.002.1001", "Duplicate OriginatorConversationID.");
    const msisdn = textOf(fields.PartyB);
    const behaviour = this.#world.behaviourOf(msisdn);
    const isInitiator = textOf(fields.InitiatorName) === this.#settings.initiatorName;
    const payout: Payout = {
      originatorId,
      conversationId: this.#conversationId(),
      msisdn,
      amount: Number(textOf(fields.Amount)),
      resultUrl: textOf(fields.ResultURL),
      timeoutUrl: textOf(fields.QueueTimeOutURL),
      // A wrong initiator is only found out behind the gateway.
      behaviour: isInitiator ? behaviour : { ...behaviour, b2c: "fail", b2c_code: 2001 },
      createdAtMs: this.#network.now(),
      outcome: null,
    };
    this.#world.addPayout(payout);
    this.#phones.payoutStarts(payout);
    if (behaviour.b2c === "duplicate") return failure(500, "500.002.1001", "Duplicate OriginatorConversationID.");
    return answer(behaviour.answer, {
      ConversationID: payout.conversationId,
      OriginatorConversationID: originatorId,
      ResponseCode: "0",
      ResponseDescription: ACCEPTED,
    });
  }

  #queryStatus(fields: Fields): Response {
    const broken = firstBroken(statusRules(this.#settings), fields);
    if (broken !== null) return invalid(broken);
    const query = { originatorId: crypto.randomUUID(), conversationId: this.#conversationId() };
    const payout = this.#world.payouts.get(textOf(fields.OriginalConversationID)) ?? null;
    const resultUrl = textOf(fields.ResultURL);
    this.#network.after(payout?.behaviour.delay_ms ?? 0, () => this.#network.post(resultUrl, statusResultText(query, payout)));
    return Response.json({
      OriginatorConversationID: query.originatorId,
      ConversationID: query.conversationId,
      ResponseCode: "0",
      ResponseDescription: ACCEPTED,
    });
  }

  #conversationId(): string {
    return `AG_${darajaTimestamp(unixMs(this.#network.now())).slice(0, 8)}_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
  }
}

/** An answer, or the gateway's page when it is lost on the way. */
function answer(way: "ok" | "lost", body: Readonly<Record<string, string>>): Response {
  if (way === "ok") return Response.json(body);
  return new Response("<html><body>504 Gateway Time-out</body></html>", { status: 504, headers: { "Content-Type": "text/html" } });
}

async function readFields(request: Request): Promise<Fields | null> {
  try {
    const value: unknown = JSON.parse(await request.text());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}
