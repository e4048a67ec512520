/**
 * Africa's Talking for development and tests: its SMS call as it is on the wire, and an inbox to read what was sent.
 *
 * Wire: `POST /africas-talking/version1/messaging` (form, `apiKey` header). Control: `GET /sim/sms?to=` lists the messages of a number,
 * newest first; `POST /sim/africas-talking/behaviour {to, statusCode}` makes the provider answer that code for a number (null ends it).
 */
import { timingSafeEqual } from "node:crypto";
import type { Simulator, SimulatorSettings } from "../simulator.ts";

interface Message {
  readonly to: string;
  readonly text: string;
  readonly sentAtMs: number;
  readonly messageId: string;
}

/** Names that the provider gives its codes. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  100: "Processed",
  101: "Success",
  102: "Queued",
  401: "RiskHold",
  402: "InvalidSenderId",
  403: "InvalidPhoneNumber",
  404: "UnsupportedNumberType",
  405: "InsufficientBalance",
  406: "UserInBlacklist",
  407: "CouldNotRoute",
  409: "DoNotDisturbRejection",
  500: "InternalServerError",
  501: "GatewayError",
  502: "RejectedByGateway",
};
const SENT = 101;
const MESSAGES_MAX = 2_000;
const BEHAVIOURS_MAX = 1_000;
const COST = "KES 0.8000";

export function createAfricasTalking(settings: SimulatorSettings): Simulator {
  return new AfricasTalking(settings.environment);
}

class AfricasTalking implements Simulator {
  readonly name = "africas-talking";
  readonly extraPaths = ["/sim/sms"];
  readonly #environment: SimulatorSettings["environment"];
  readonly #inbox: Message[] = [];
  readonly #behaviours = new Map<string, number>();
  #sent = 0;

  constructor(environment: SimulatorSettings["environment"]) {
    this.#environment = environment;
  }

  #deliver(to: string, text: string): object {
    const statusCode = /^\+\d{10,15}$/.test(to) ? (this.#behaviours.get(digitsOf(to)) ?? SENT) : 403;
    const isAccepted = statusCode >= 100 && statusCode <= 102;
    if (isAccepted) {
      this.#sent += 1;
      this.#inbox.unshift({ to, text, sentAtMs: Date.now(), messageId: `ATPid_${String(this.#sent).padStart(12, "0")}` });
      this.#inbox.length = Math.min(this.#inbox.length, MESSAGES_MAX);
    }
    return {
      statusCode,
      number: to,
      status: STATUS_NAMES[statusCode] ?? "GatewayError",
      cost: isAccepted ? COST : "0",
      messageId: isAccepted ? this.#inbox[0]?.messageId : "None",
    };
  }

  async #send(request: Request): Promise<Response> {
    const key = request.headers.get("apiKey") ?? "";
    if (!isSame(key, this.#environment.AFRICAS_TALKING_API_KEY ?? "")) return plain("The supplied authentication is invalid", 401);
    const form = new URLSearchParams(Buffer.from(await request.arrayBuffer()).toString("utf8"));
    if (form.get("username") !== this.#environment.AFRICAS_TALKING_USERNAME) return plain("The supplied authentication is invalid", 401);
    const numbers = (form.get("to") ?? "")
      .split(",")
      .map((number) => number.trim())
      .filter((number) => number !== "");
    const text = form.get("message") ?? "";
    if (numbers.length === 0) return plain("Request is missing required form field 'to'", 400);
    if (text === "") return plain("Request is missing required form field 'message'", 400);
    const recipients = numbers.map((number) => this.#deliver(number, text));
    const accepted = recipients.filter((recipient) => "messageId" in recipient && recipient.messageId !== "None").length;
    const total = accepted === 0 ? "0" : `KES ${(accepted * 0.8).toFixed(4)}`;
    const body = { SMSMessageData: { Message: `Sent to ${accepted}/${numbers.length} Total Cost: ${total}`, Recipients: recipients } };
    return Response.json(body, { status: 201 });
  }

  #list(url: URL): Response {
    const to = digitsOf(url.searchParams.get("to") ?? "");
    const found = this.#inbox.filter((message) => to === "" || digitsOf(message.to) === to);
    const messages = found.map(({ to: number, text, sentAtMs, messageId }) => ({
      to: number,
      text,
      sent_at: new Date(sentAtMs).toISOString(),
      message_id: messageId,
    }));
    return Response.json({ messages });
  }

  async #behave(request: Request): Promise<Response> {
    const body = (await request.json()) as { to?: unknown; statusCode?: unknown };
    const to = digitsOf(String(body.to ?? ""));
    if (to === "") return Response.json({ error: "to is missing" }, { status: 400 });
    if (body.statusCode === null) this.#behaviours.delete(to);
    else if (typeof body.statusCode === "number" && body.statusCode in STATUS_NAMES) this.#behaviours.set(to, body.statusCode);
    else return Response.json({ error: `statusCode is null or one of ${Object.keys(STATUS_NAMES).join(", ")}` }, { status: 400 });
    if (this.#behaviours.size > BEHAVIOURS_MAX) this.#behaviours.clear();
    return Response.json({ to: `+${to}`, statusCode: body.statusCode });
  }

  handle(request: Request, url: URL): Promise<Response> | Response {
    const call = `${request.method} ${url.pathname}`;
    if (call === "POST /africas-talking/version1/messaging") return this.#send(request);
    if (call === "GET /sim/sms") return this.#list(url);
    if (call === "POST /sim/africas-talking/behaviour") return this.#behave(request);
    return Response.json({ error: "not found" }, { status: 404 });
  }

  stop(): void {
    this.#inbox.length = 0;
    this.#behaviours.clear();
  }
}

/** A plus in a query string arrives as a space, so numbers are compared by their digits. */
function digitsOf(number: string): string {
  return number.replace(/\D/g, "");
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

function plain(text: string, status: number): Response {
  return new Response(text, { status, headers: { "Content-Type": "text/plain" } });
}
