/** Runs the journey's steps in order; the first that fails ends it, because each stands on the one before. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export interface Step {
  /** The guarantee that the step shows. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

export async function runSteps(steps: readonly Step[], onFailure: () => Promise<void>): Promise<Tally> {
  let passed = 0;
  for (const step of steps) {
    const startedAtMs = performance.now();
    try {
      await step.run();
    } catch (error) {
      console.log(`not ok  ${step.name}`);
      console.log(error instanceof Error ? error.message : error);
      await onFailure();
      return { passed, failed: 1 };
    }
    passed += 1;
    console.log(`ok  ${step.name} (${Math.round(performance.now() - startedAtMs)} ms)`);
  }
  return { passed, failed: 0 };
}
