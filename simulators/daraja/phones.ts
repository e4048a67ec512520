/** What happens on the simulated phones: prompts are answered, payouts arrive, and the platform hears of it as told, or not. */
import { b2cResultText, b2cTimeoutText, stkCallbackText } from "./messages.ts";
import type { Network } from "./network.ts";
import type { Outcome, Payout, Prompt, World } from "./world.ts";

export type PromptAction = "approve" | "cancel" | "wrong_pin" | "timeout";

const MANUAL_LIFE_MS = 120_000;
const SECOND_DELIVERY_MS = 200;

const REFUSALS: Readonly<Record<Exclude<PromptAction, "approve">, readonly [code: number, description: string]>> = {
  cancel: [1032, "Request cancelled by user"],
  wrong_pin: [2001, "The initiator information is invalid."],
  timeout: [1037, "DS timeout user cannot be reached"],
};

export class Phones {
  readonly #world: World;
  readonly #network: Network;

  constructor(world: World, network: Network) {
    this.#world = world;
    this.#network = network;
  }

  /** A prompt appears on the phone. Resolves when the request may be answered. */
  async promptAppears(prompt: Prompt): Promise<void> {
    const { stk, callback, delay_ms } = prompt.behaviour;
    if (stk === "silent") return;
    if (stk === "manual") return this.#network.after(MANUAL_LIFE_MS, () => this.answerPrompt(prompt, "timeout"));
    if (callback === "before_response") return this.answerPrompt(prompt, stk);
    this.#network.after(delay_ms, () => this.answerPrompt(prompt, stk));
  }

  /** The player answers the prompt, once. */
  async answerPrompt(prompt: Prompt, action: PromptAction): Promise<void> {
    if (prompt.outcome !== null) return;
    prompt.outcome = this.#promptOutcome(prompt, action);
    const text = stkCallbackText(prompt, prompt.outcome, this.#world.nextSequence());
    await this.#deliver(prompt.checkoutRequestId, prompt.callbackUrl, text, prompt.behaviour);
  }

  /** A payout is on its way. */
  payoutStarts(payout: Payout): void {
    this.#network.after(payout.behaviour.delay_ms, () => this.#finishPayout(payout));
  }

  async resend(id: string): Promise<boolean> {
    const delivery = this.#world.deliveries.get(id);
    if (delivery === undefined) return false;
    await this.#network.post(delivery.url, delivery.text);
    return true;
  }

  #promptOutcome(prompt: Prompt, action: PromptAction): Outcome {
    const atMs = this.#network.now();
    if (action !== "approve") {
      const [code, description] = REFUSALS[action];
      return { code, description, receipt: null, amount: 0, atMs };
    }
    const amount = Math.round(prompt.amount * prompt.behaviour.amount_factor * 100) / 100;
    const receipt = this.#world.move("in", prompt.msisdn, amount, prompt.checkoutRequestId);
    return { code: 0, description: "The service request is processed successfully.", receipt, amount, atMs };
  }

  async #finishPayout(payout: Payout): Promise<void> {
    const { behaviour } = payout;
    const outcome = this.#payoutOutcome(payout);
    payout.outcome = outcome;
    if (behaviour.b2c === "silent") return;
    if (behaviour.b2c === "timeout") return this.#network.post(payout.timeoutUrl, b2cTimeoutText(payout));
    await this.#deliver(payout.originatorId, payout.resultUrl, b2cResultText(payout, outcome), behaviour);
  }

  #payoutOutcome({ behaviour, msisdn, amount: asked, originatorId }: Payout): Outcome {
    const atMs = this.#network.now();
    if (behaviour.b2c === "fail") {
      return { code: behaviour.b2c_code, description: "The payout was declined.", receipt: null, amount: 0, atMs };
    }
    const amount = Math.round(asked * behaviour.amount_factor * 100) / 100;
    const receipt = this.#world.move("out", msisdn, amount, originatorId);
    return { code: 0, description: "The service request is processed successfully.", receipt, amount, atMs };
  }

  async #deliver(id: string, url: string, text: string, { callback, late_ms }: Prompt["behaviour"]): Promise<void> {
    this.#world.rememberDelivery(id, { url, text });
    if (callback === "never") return;
    if (callback === "late") return this.#network.after(late_ms, () => this.#network.post(url, text));
    await this.#network.post(url, text);
    if (callback === "twice") this.#network.after(SECOND_DELIVERY_MS, () => this.#network.post(url, text));
  }
}
