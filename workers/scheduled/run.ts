/** Cron: each job is bounded and idempotent; a late or missed run only delays what rows already say. */
import type { Env } from "../env.ts";

export async function runScheduled(_controller: ScheduledController, _env: Env): Promise<void> {}
