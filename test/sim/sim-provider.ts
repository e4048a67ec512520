/**
 * The money provider: the repository's simulated Daraja, in its real wire format, on the world's clock. Its phones approve, refuse, stay
 * silent, pay and never say so, tell twice or before the answer, or move another amount; here the way to it and back can fail as well.
 */
import { createDaraja } from "../../simulators/daraja/daraja.ts";
import type { Faults } from "./faults.ts";
import type { Context, World } from "./world.ts";

const LATENCY_MS_MAX = 400;
const ANSWER_LOST_MS = 30_000;

export class SimProvider {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #daraja: ReturnType<typeof createDaraja>;

  constructor(world: World, faults: Faults, environment: Readonly<Record<string, string>>, deliver: (url: string, text: string) => void) {
    this.#world = world;
    this.#faults = faults;
    const network = {
      now: () => world.nowMs,
      after: (delayMs: number, work: () => Promise<void>) => world.after(delayMs, "", () => void work()),
      post: async (url: string, text: string): Promise<void> => {
        if (this.#faults.strikes("callback-lost", "daraja")) return;
        world.after(world.prng.between(0, LATENCY_MS_MAX), "", () => deliver(url, text));
      },
      stop: () => {},
    };
    this.#daraja = createDaraja({ platformUrl: "", environment }, network);
  }

  /** Says how a phone behaves from now on. */
  async setBehaviour(msisdn: string, behaviour: object): Promise<void> {
    const url = new URL("http://daraja.example/sim/daraja/behaviour");
    const request = new Request(url, { method: "POST", body: JSON.stringify({ msisdn, ...behaviour }) });
    const answer = await this.#daraja.handle(request, url);
    if (!answer.ok) throw new Error(`the provider does not know this behaviour: ${await answer.text()}`);
  }

  /** What moved: receipts and amounts in whole shillings, as the provider's statement has them. */
  async ledger(): Promise<
    readonly { readonly receipt: string; readonly direction: "in" | "out"; readonly amount: number; readonly reference: string }[]
  > {
    const url = new URL("http://daraja.example/sim/daraja/ledger");
    const answer = await this.#daraja.handle(new Request(url), url);
    return ((await answer.json()) as { readonly movements: [] }).movements;
  }

  /** `fetch` of the platform's code: there, and back. */
  fetch(address: string, init: RequestInit, caller: Context | null): Promise<Response> {
    const latencyMs = (): number => this.#world.prng.between(1, LATENCY_MS_MAX);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new TypeError("fetch failed"));
      const arrive = async (): Promise<void> => {
        const url = new URL(address);
        const { method, headers, body } = init;
        const request = new Request(url, {
          method: method ?? "GET",
          headers: headers ?? {},
          ...(typeof body === "string" ? { body } : {}),
        });
        const response = await this.#daraja.handle(request, url);
        const isLost = this.#faults.strikes("provider-answer-lost", url.pathname);
        this.#world.after(isLost ? ANSWER_LOST_MS : latencyMs(), "", isLost ? fail : () => resolve(response), caller);
      };
      const leave = (): void => {
        if (this.#faults.strikes("provider-unreachable", address)) this.#world.after(latencyMs(), "", fail, caller);
        else this.#world.after(latencyMs(), "daraja is asked", () => void arrive());
      };
      if (caller === null) leave();
      else caller.afterWrites(leave);
    });
  }
}
