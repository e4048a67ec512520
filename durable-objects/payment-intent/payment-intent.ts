/**
 * One deposit or withdrawal on its way through a provider: the only place that calls one. Named `<country>:<intent id>`.
 *
 * The intent is stored before anything is called, an outcome that is not known stays PENDING_UNKNOWN until a callback or a query
 * ends it, and COMPLETED is said only after the wallet has booked the money. An id that nobody started leaves nothing behind: tables
 * are made by the first start, not by whoever asks.
 */
import { DurableObject } from "cloudflare:workers";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { unixMs } from "../../shared/kernel/time.ts";
import { statusOf } from "../../shared/payments/intent-machine.ts";
import { type IntentRecord, intentView } from "../../shared/payments/intent-record.ts";
import type { ProviderReport } from "../../shared/payments/report.ts";
import type {
  IntentKind,
  IntentRefusal,
  IntentReply,
  IntentStatus,
  IntentView,
  PaymentIntentRpc,
  StartIntent,
} from "../../shared/protocol/rpc/payment-intent.ts";
import type { WalletRefusal } from "../../shared/protocol/rpc/wallet.ts";
import type { Env } from "../../workers/env.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { migrate } from "../platform/migrate.ts";
import { OUTBOX_JOB, Outbox } from "../platform/outbox.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { IntentDriver } from "./intent-driver.ts";
import { INTENT_MIGRATIONS } from "./intent-schema.ts";
import { CHECK_JOB, IntentStore, STEP_JOB } from "./intent-store.ts";
import { providerOf } from "./provider-of.ts";
import { sendProjection } from "./send-projection.ts";
import { walletOf } from "./wallet-port.ts";

/** Refusals that say nothing about the request itself; the wallet does not remember them, and neither does the intent. */
const PASSING_REFUSALS: ReadonlySet<string> = new Set<WalletRefusal["reason"]>(["rate_limited", "wallet_not_open"]);

const now = () => unixMs(Date.now());

export class PaymentIntent extends DurableObject<Env> implements PaymentIntentRpc {
  readonly #sql: Sql;
  /** Whether an intent was started here. */
  #isStored: boolean;
  readonly #alarms: AlarmTable;
  readonly #outbox: Outbox;
  readonly #store: IntentStore;
  readonly #driver: IntentDriver;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = durableSql(ctx.storage);
    this.#isStored = IntentStore.isIn(this.#sql);
    if (this.#isStored) migrate(this.#sql, INTENT_MIGRATIONS);
    this.#alarms = new AlarmTable(this.#sql, ctx.storage);
    this.#outbox = new Outbox(this.#sql);
    this.#store = new IntentStore(this.#sql, this.#alarms, this.#outbox);
    this.#driver = new IntentDriver(this.#store, {
      wallet: (intent) => walletOf(env, intent.country, intent.userId),
      provider: (intent) => providerOf(env, intent),
      now,
    });
    if (this.#isStored) this.#alarms.rearm();
  }

  async startDeposit(command: StartIntent): Promise<IntentReply> {
    return this.#start("deposit", command);
  }

  async startWithdrawal(command: StartIntent): Promise<IntentReply> {
    return this.#start("withdrawal", command);
  }

  async read(userId: string): Promise<Result<IntentView, IntentRefusal>> {
    const intent = this.#find();
    return intent === null || intent.userId !== userId ? err({ reason: "not_found" }) : ok(intentView(intent));
  }

  async report(report: ProviderReport): Promise<IntentStatus | null> {
    if (this.#find() === null) return null;
    await this.#driver.report(report);
    return statusOf(this.#store.get().state);
  }

  async check(): Promise<IntentStatus | null> {
    if (this.#find() === null) return null;
    await this.#driver.check("hint");
    await this.#driver.advance();
    return statusOf(this.#store.get().state);
  }

  async acknowledge(seqs: readonly number[]): Promise<void> {
    if (this.#isStored) this.#store.acknowledge(seqs);
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(now, (job) => this.#runJob(job));
  }

  #find(): IntentRecord | null {
    return this.#isStored ? this.#store.find() : null;
  }

  async #start(kind: IntentKind, command: StartIntent): Promise<IntentReply> {
    if (!this.#isStored) migrate(this.#sql, INTENT_MIGRATIONS);
    this.#isStored = true;
    const { intent, isNew } = this.#store.create(kind, command, now());
    const isSame = intent.kind === kind && intent.userId === command.userId && intent.fingerprint === command.fingerprint;
    if (!isSame) return err({ reason: "idempotency_key_reused" });
    const isRetry = intent.walletRefusal !== null && PASSING_REFUSALS.has(intent.walletRefusal.reason);
    if (isRetry) this.#store.apply("tried_again", { walletRefusal: null, failure: null }, "", now());
    await this.#driver.advance();
    return replyOf(this.#store.get(), !isNew && !isRetry);
  }

  async #runJob(job: AlarmJob): Promise<void> {
    switch (job.key) {
      case STEP_JOB:
        return this.#driver.advance();
      case CHECK_JOB:
        return this.#driver.check("planned");
      case OUTBOX_JOB:
        return this.#drainOutbox();
    }
  }

  async #drainOutbox(): Promise<void> {
    const intent = this.#store.get();
    const nextAtMs = await this.#outbox.drain(now(), (rows) => sendProjection(this.env, intent, rows));
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, nextAtMs);
  }
}

/** What the request is told: a refusal of the wallet or of the call itself is its answer, everything after that is a view. */
function replyOf(intent: IntentRecord, replayed: boolean): IntentReply {
  if (intent.walletRefusal !== null) return err({ reason: "wallet", refusal: intent.walletRefusal });
  // The provider turned the call away: it gave no reference, and was never asked how it went.
  const wasTurnedAway = statusOf(intent.state) === "FAILED" && intent.providerReference === null && intent.checks === 0;
  if (wasTurnedAway && intent.failure !== null) return err({ reason: "provider_refused", failure: intent.failure });
  return ok({ intent: intentView(intent), replayed });
}
