/** How the simulated M-Pesa acts later and reaches the platform; tests bring their own, so that nothing waits for a clock. */

export interface Network {
  now(): number;
  /** Runs `work` after `delayMs`. */
  after(delayMs: number, work: () => Promise<void>): void;
  /** Posts a callback; a platform that does not answer is no concern of the provider's. */
  post(url: string, text: string): Promise<void>;
  stop(): void;
}

const POST_TIMEOUT_MS = 10_000;

/** Real timers and real HTTP. */
export function realNetwork(): Network {
  const timers = new Set<ReturnType<typeof setTimeout>>();
  return {
    now: () => Date.now(),
    after: (delayMs, work) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work().catch((error: unknown) => console.error("daraja simulator:", error));
      }, delayMs);
      timers.add(timer);
    },
    post: async (url, text) => {
      try {
        const headers = { "Content-Type": "application/json" };
        const response = await fetch(url, { method: "POST", headers, body: text, signal: AbortSignal.timeout(POST_TIMEOUT_MS) });
        await response.body?.cancel();
        if (!response.ok) console.error(`daraja simulator: ${url} answered ${response.status}`);
      } catch (error) {
        console.error(`daraja simulator: ${url} did not answer:`, error instanceof Error ? error.message : error);
      }
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
