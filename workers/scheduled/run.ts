/**
 * Cron: each job is bounded and idempotent; a late or missed run only delays what rows already say. Payments come first: a player waits
 * for them, and nobody waits for a check.
 */
import { log } from "../../durable-objects/platform/log.ts";
import { DAY_MS } from "../../shared/kernel/time.ts";
import { COUNTRIES, type Country } from "../../shared/tenants/tenant.ts";
import { deleteBookingCodesBefore } from "../adapters/d1/booking-codes.ts";
import { databaseOf, type Env } from "../env.ts";
import { pruneBoards } from "../services/crash/read-boards.ts";
import { anchorWallets } from "../services/ledger/anchor-wallets.ts";
import { archiveExports } from "../services/ledger/archive-exports.ts";
import { reconcileClearing } from "../services/ledger/reconcile-clearing.ts";
import { reconcileCopies } from "../services/ledger/reconcile-copies.ts";
import { reconcileTotals } from "../services/ledger/reconcile-totals.ts";
import { reconcileWallets } from "../services/ledger/reconcile-wallets.ts";
import { sweepPayments } from "./payment-sweep.ts";
import { pollOdds } from "./poll-odds.ts";
import { sweepSettlement } from "./settlement-sweep.ts";

/** How long a code is kept after its last kick-off, for whoever asks how often it was loaded. */
const BOOKING_KEPT_MS = 7 * DAY_MS;

type Job = (env: Env, nowMs: number) => Promise<void>;

const JOBS: Readonly<Record<string, Job>> = {
  payment_sweep: sweepPayments,
  poll_odds: pollOdds,
  settlement_sweep: inEveryCountry(sweepSettlement),
  booking_codes: inEveryCountry((env, country, nowMs) => deleteBookingCodesBefore(databaseOf(env, country), nowMs - BOOKING_KEPT_MS)),
  crash_boards: inEveryCountry(pruneBoards),
  reconcile_wallets: inEveryCountry(reconcileWallets),
  reconcile_copies: inEveryCountry(reconcileCopies),
  reconcile_totals: inEveryCountry(reconcileTotals),
  reconcile_clearing: inEveryCountry(reconcileClearing),
  anchor_wallets: inEveryCountry(anchorWallets),
  archive_exports: inEveryCountry(archiveExports),
};

/** Runs every job; one that fails is logged and leaves the others alone. */
export async function runScheduled(controller: ScheduledController, env: Env): Promise<void> {
  for (const [name, job] of Object.entries(JOBS)) {
    await job(env, controller.scheduledTime).catch((error: unknown) => log("error", "scheduled_job_failed", { job: name, error }));
  }
}

/** One country's failure must not keep the others from being looked at; it is thrown when all were. */
function inEveryCountry(job: (env: Env, country: Country, nowMs: number) => Promise<void>): Job {
  return async (env, nowMs) => {
    const failures: unknown[] = [];
    for (const country of COUNTRIES) await job(env, country, nowMs).catch((error: unknown) => failures.push({ country, error }));
    const [first] = failures;
    if (first !== undefined) throw new Error("a country's job failed", { cause: first });
  };
}
