/**
 * Gathers what callers bring within a moment and does it in one go, so that a crowd costs one transaction or one call, not one each.
 *
 * Only one go runs at a time; what comes meanwhile is the next one's. Each caller gets the answer at its own place, and the error when the
 * whole go fails.
 */
interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: unknown) => void;
}

export class Gather<In, Out> {
  readonly #work: (items: readonly In[]) => readonly Out[] | Promise<readonly Out[]>;
  readonly #waitMs: () => number;
  #waiting: Waiting<In, Out>[] = [];
  #isDue = false;
  #isRunning = false;

  /** `work` answers in the order of its items. The first caller of a go waits so long for others. */
  constructor(work: (items: readonly In[]) => readonly Out[] | Promise<readonly Out[]>, waitMs: () => number) {
    this.#work = work;
    this.#waitMs = waitMs;
  }

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#start();
    });
  }

  #start(): void {
    if (this.#isDue || this.#isRunning || this.#waiting.length === 0) return;
    this.#isDue = true;
    setTimeout(() => void this.#run(), this.#waitMs());
  }

  async #run(): Promise<void> {
    this.#isDue = false;
    this.#isRunning = true;
    const going = this.#waiting;
    this.#waiting = [];
    try {
      const answers = await this.#work(going.map(({ item }) => item));
      going.forEach(({ resolve, reject }, index) => {
        if (index < answers.length) resolve(answers[index] as Out);
        else reject(new Error("no answer"));
      });
    } catch (error) {
      for (const { reject } of going) reject(error);
    } finally {
      this.#isRunning = false;
      this.#start();
    }
  }
}
