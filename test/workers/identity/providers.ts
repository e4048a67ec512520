/**
 * Stands in for the network of the identity tests: calls to Africa's Talking and Smile ID go to their simulators, in this process, and
 * a test can take one over.
 */
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { createAfricasTalking } from "../../../simulators/africas-talking/africas-talking.ts";
import type { Simulator } from "../../../simulators/simulator.ts";
import { createSmileId } from "../../../simulators/smile-id/smile-id.ts";

export type Answer = (request: Request) => Promise<Response> | Response;

export class Providers {
  /** Replaces a provider's answers while set. */
  smileId: Answer | null = null;
  africasTalking: Answer | null = null;
  /** Paths of the calls made, in order. */
  readonly calls: string[] = [];
  readonly #simulators: readonly Simulator[];
  readonly #restore: () => void;

  constructor() {
    const settings = { platformUrl: "http://mkeka.test", environment: env as unknown as Record<string, string> };
    this.#simulators = [createAfricasTalking(settings), createSmileId(settings)];
    const spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => this.#answer(new Request(input, init)));
    this.#restore = () => spy.mockRestore();
  }

  stop(): void {
    this.#restore();
    for (const simulator of this.#simulators) simulator.stop();
  }

  /** The texts sent to a number, newest first. */
  async texts(phone: string): Promise<string[]> {
    const response = await this.#answer(new Request(`http://127.0.0.1:8788/sim/sms?to=${encodeURIComponent(phone)}`));
    const { messages } = (await response.json()) as { messages: { text: string }[] };
    return messages.map(({ text }) => text);
  }

  /** The code of the newest text, once there are `texts` of them. */
  async code(phone: string, texts = 1): Promise<string> {
    return vi.waitFor(
      async () => {
        const received = await this.texts(phone);
        const code = /\b(\d{6})\b/.exec(received[0] ?? "")?.[1];
        if (code === undefined || received.length < texts) throw new Error(`${received.length} texts came`);
        return code;
      },
      { timeout: 5_000, interval: 20 },
    );
  }

  async control(path: string, body: unknown): Promise<void> {
    await this.#answer(new Request(`http://127.0.0.1:8788${path}`, { method: "POST", body: JSON.stringify(body) }));
  }

  callsTo(path: string): number {
    return this.calls.filter((call) => call === path).length;
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.calls.push(url.pathname);
    if (url.pathname.startsWith("/smile-id/") && this.smileId !== null) return this.smileId(request);
    if (url.pathname.startsWith("/africas-talking/") && this.africasTalking !== null) return this.africasTalking(request);
    for (const simulator of this.#simulators) {
      const isOwn = [`/${simulator.name}/`, `/sim/${simulator.name}/`].some((prefix) => url.pathname.startsWith(prefix));
      if (isOwn || simulator.extraPaths?.includes(url.pathname)) return simulator.handle(request, url);
    }
    throw new TypeError(`nobody answers ${url.pathname}`);
  }
}
