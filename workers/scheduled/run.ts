/** Cron: each job is bounded and idempotent; a late or missed run only delays what rows already say. */
import { log } from "../../durable-objects/platform/log.ts";
import type { Env } from "../env.ts";
import { sweepPayments } from "./payment-sweep.ts";

type Job = (env: Env, nowMs: number) => Promise<void>;

const JOBS: Readonly<Record<string, Job>> = {
  payment_sweep: sweepPayments,
};

/** Runs every job; one that fails is logged and leaves the others alone. */
export async function runScheduled(controller: ScheduledController, env: Env): Promise<void> {
  for (const [name, job] of Object.entries(JOBS)) {
    await job(env, controller.scheduledTime).catch((error: unknown) => log("error", "scheduled_job_failed", { job: name, error }));
  }
}
