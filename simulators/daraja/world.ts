/**
 * Everything the simulated M-Pesa knows: the app's one token, prompts, payouts, and the ledger of simulated money. In memory, bounded;
 * the oldest is forgotten first.
 */
import { type Behaviour, DEFAULT_BEHAVIOUR } from "./behaviour.ts";

const ROWS_MAX = 20_000;
const TOKEN_LIFE_MS = 3_599_000;

export interface Outcome {
  readonly code: number | string;
  readonly description: string;
  readonly receipt: string | null;
  /** What moved, whole shillings or with two decimals. */
  readonly amount: number;
  readonly atMs: number;
}

export interface Prompt {
  readonly checkoutRequestId: string;
  readonly merchantRequestId: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly accountReference: string;
  readonly description: string;
  readonly callbackUrl: string;
  readonly behaviour: Behaviour;
  readonly createdAtMs: number;
  outcome: Outcome | null;
  queries: number;
}

export interface Payout {
  readonly originatorId: string;
  readonly conversationId: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly resultUrl: string;
  readonly timeoutUrl: string;
  readonly behaviour: Behaviour;
  readonly createdAtMs: number;
  outcome: Outcome | null;
}

/** One movement of simulated money: `in` from a phone to us, `out` from us to a phone. */
export interface Movement {
  readonly receipt: string;
  readonly direction: "in" | "out";
  readonly msisdn: string;
  readonly amount: number;
  readonly reference: string;
  readonly at: string;
}

/** A message that was posted to the platform, to be sent again on request. */
export interface Delivery {
  readonly url: string;
  readonly text: string;
}

export class World {
  readonly prompts = new Map<string, Prompt>();
  readonly payouts = new Map<string, Payout>();
  readonly deliveries = new Map<string, Delivery>();
  readonly ledger: Movement[] = [];
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #now: () => number;
  #token: { readonly text: string; readonly issuedAtMs: number } | null = null;
  #sequence = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new token; the one before it ends at once. */
  issueToken(): string {
    this.#token = { text: `sim${crypto.randomUUID().replaceAll("-", "")}`.slice(0, 28), issuedAtMs: this.#now() };
    return this.#token.text;
  }

  isToken(text: string): boolean {
    return this.#token?.text === text && this.#now() - this.#token.issuedAtMs < TOKEN_LIFE_MS;
  }

  behaviourOf(msisdn: string): Behaviour {
    return this.#behaviours.get(msisdn) ?? DEFAULT_BEHAVIOUR;
  }

  setBehaviour(msisdn: string, change: Partial<Behaviour>): Behaviour {
    const behaviour = { ...this.behaviourOf(msisdn), ...change };
    keep(this.#behaviours, msisdn, behaviour);
    return behaviour;
  }

  addPrompt(prompt: Prompt): void {
    keep(this.prompts, prompt.checkoutRequestId, prompt);
  }

  addPayout(payout: Payout): void {
    keep(this.payouts, payout.originatorId, payout);
  }

  rememberDelivery(id: string, delivery: Delivery): void {
    keep(this.deliveries, id, delivery);
  }

  /** Moves simulated money and returns its receipt. */
  move(direction: "in" | "out", msisdn: string, amount: number, reference: string): string {
    const receipt = this.nextReceipt();
    if (this.ledger.length >= ROWS_MAX) this.ledger.shift();
    this.ledger.push({ receipt, direction, msisdn, amount, reference, at: new Date(this.#now()).toISOString() });
    return receipt;
  }

  /** Ten characters like `SG632NMUAB`, never the same twice, also over restarts of the simulator. */
  nextReceipt(): string {
    const time = Math.floor(this.#now() / 1_000)
      .toString(36)
      .slice(-6);
    return `S${time}${this.nextSequence().toString(36).padStart(3, "0").slice(-3)}`.toUpperCase();
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  openPrompts(msisdn: string | null): readonly Prompt[] {
    return [...this.prompts.values()].filter((prompt) => prompt.outcome === null && (msisdn === null || prompt.msisdn === msisdn));
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > ROWS_MAX ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
