/**
 * The simulated M-Pesa inside the tests' own runtime: the platform's fetch reaches it directly, what it does later waits in a list until
 * the test runs it, and its callbacks come in at the platform's real door.
 */
import { env, exports } from "cloudflare:workers";
import { vi } from "vitest";
import { createDaraja } from "../../../simulators/daraja/daraja.ts";
import type { Network } from "../../../simulators/daraja/network.ts";

const BASE = "http://127.0.0.1:8788";

export interface Movement {
  readonly receipt: string;
  readonly direction: "in" | "out";
  readonly msisdn: string;
  readonly amount: number;
}

export class MPesa {
  /** Paths of the provider that were called, in order. */
  readonly calls: string[] = [];
  /**
   * How often the provider was asked to move money. Intents of earlier tests go on asking how theirs stand in the background, so a test
   * that says "nobody is called" must not count questions.
   */
  get askedToMove(): number {
    return this.calls.filter((path) => path.endsWith("/processrequest") || path.endsWith("/paymentrequest")).length;
  }

  readonly #answers = new Map<string, () => Response>();
  readonly #later: (() => Promise<void>)[] = [];
  readonly #simulator;
  readonly #spy;

  constructor() {
    const network: Network = {
      now: () => Date.now(),
      after: (_delayMs, work) => void this.#later.push(work),
      post: async (url, text) => {
        const response = await exports.default.fetch(url, { method: "POST", body: text });
        await response.text();
      },
      stop: () => {},
    };
    this.#simulator = createDaraja(
      { platformUrl: "http://127.0.0.1:8787", environment: env as unknown as Record<string, string> },
      network,
    );
    this.#spy = vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init as RequestInit);
      const url = new URL(request.url);
      const path = url.pathname.replace("/daraja", "");
      this.calls.push(path);
      const answer = this.#answers.get(path);
      this.#answers.delete(path);
      return answer?.() ?? this.#simulator.handle(request, url);
    });
  }

  /** Lets phones do what they were about to: prompts are answered, payouts arrive, second deliveries come. */
  async phonesAct(): Promise<void> {
    for (const work of this.#later.splice(0)) await work();
  }

  async behave(msisdn: string, behaviour: Record<string, unknown>): Promise<void> {
    const response = await this.control("POST", "behaviour", { msisdn, ...behaviour });
    if (!response.ok) throw new Error(await response.text());
  }

  async movements(msisdn: string): Promise<readonly Movement[]> {
    const response = await this.control("GET", `ledger?msisdn=${msisdn}`);
    return ((await response.json()) as { movements: Movement[] }).movements;
  }

  async control(method: "GET" | "POST", path: string, body?: unknown): Promise<Response> {
    const url = new URL(`${BASE}/sim/daraja/${path}`);
    return this.#simulator.handle(new Request(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }), url);
  }

  /** Answers the platform's next call of a path by something else than the simulator would. */
  answerOnce(path: string, answer: () => Response): void {
    this.#answers.set(path, answer);
  }

  restore(): void {
    this.#spy.mockRestore();
  }
}
