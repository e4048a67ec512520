/** R2 as the platform uses it: whole objects, written once under a condition, read back as they were; fails before or after its effect. */
import type { Faults } from "./faults.ts";
import type { World } from "./world.ts";

const LATENCY_MS_MAX = 40;

interface PutOptions {
  readonly onlyIf?: { readonly etagDoesNotMatch?: string };
}

export class SimArchive {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #objects = new Map<string, string>();

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** What is in it below a prefix, for checkers. */
  textsOf(prefix: string): readonly string[] {
    return [...this.#objects].filter(([key]) => key.startsWith(prefix)).map(([, text]) => text);
  }

  /** The Worker's binding. */
  binding(): object {
    return {
      get: (key: string) => this.#perform(() => objectOf(this.#objects.get(key))),
      head: (key: string) => this.#perform(() => objectOf(this.#objects.get(key))),
      put: (key: string, text: unknown, options: PutOptions = {}) => this.#perform(() => this.#put(key, text, options)),
    };
  }

  #put(key: string, text: unknown, { onlyIf }: PutOptions): object | null {
    const whole = typeof text === "string" ? text : text instanceof Uint8Array ? Buffer.from(text).toString("utf8") : null;
    if (whole === null) throw new TypeError("the simulated archive takes whole texts only");
    if (onlyIf?.etagDoesNotMatch === "*" && this.#objects.has(key)) return null;
    this.#objects.set(key, whole);
    return objectOf(whole);
  }

  #perform<T>(work: () => T): Promise<T> {
    const caller = this.#world.current;
    const latencyMs = (): number => this.#world.prng.between(1, LATENCY_MS_MAX);
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new Error("put: We encountered an internal error. Please try again. (10001)"));
      this.#world.after(latencyMs(), "", () => {
        const failsBefore = this.#faults.strikes("archive-fails-before", "archive");
        let answer = fail;
        if (!failsBefore) {
          try {
            const result = work();
            if (!this.#faults.strikes("archive-fails-after", "archive")) answer = () => resolve(result);
          } catch (error) {
            answer = () => reject(error instanceof Error ? error : new Error(String(error)));
          }
        }
        this.#world.after(latencyMs(), "", answer, caller);
      });
    });
  }
}

function objectOf(text: string | undefined): object | null {
  return text === undefined ? null : { size: text.length, text: () => Promise.resolve(text) };
}
