/**
 * All SQL of a PaymentIntent. Each command is one transaction: the new state, its step, the projection row and the alarms it needs
 * are written together or not at all.
 */
import { invariant } from "../../shared/kernel/invariant.ts";
import type { UnixMs } from "../../shared/kernel/time.ts";
import { type Minor, minor } from "../../shared/money/minor.ts";
import { checkDueAtMs, UNCLEAR_CHECK_DELAY_MS } from "../../shared/payments/check-schedule.ts";
import { awaitsProvider, type IntentEvent, type IntentState, nextState, stepOf } from "../../shared/payments/intent-machine.ts";
import { type IntentRecord, type IntentRow, intentView } from "../../shared/payments/intent-record.ts";
import type { IntentKind, StartIntent } from "../../shared/protocol/rpc/payment-intent.ts";
import type { TaxLine, WalletRefusal } from "../../shared/protocol/rpc/wallet.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { AlarmTable } from "../platform/alarm-table.ts";
import { DRAIN_DELAY_MS, OUTBOX_JOB, type Outbox } from "../platform/outbox.ts";
import type { Sql, SqlValue } from "../platform/sql.ts";

/** Takes up the intent's next step again, should the object end before it is done. */
export const STEP_JOB = "step";
/** Asks the provider. */
export const CHECK_JOB = "check";
export const INTENT_TOPIC = "intent";
/** A step under way is shared, not repeated, so this may be shorter than a call to the provider. */
const STEP_RETRY_MS = 10_000;

/** What an event adds to the intent beside its new state. */
export interface IntentFacts {
  readonly grossMinor?: Minor;
  readonly netMinor?: Minor;
  readonly taxLines?: readonly TaxLine[];
  readonly walletRefusal?: WalletRefusal | null;
  readonly providerReference?: string;
  readonly failure?: IntentRecord["failure"];
  readonly receipt?: string;
  readonly bookedReceipt?: string;
  readonly paidMinor?: Minor;
  readonly paidAtMs?: number;
}

type Row = {
  intent_id: string;
  kind: string;
  user_id: string;
  country: string;
  method: string;
  phone: string;
  fingerprint: string;
  requested_minor: number;
  state: string;
  version: number;
  gross_minor: number | null;
  net_minor: number | null;
  tax_lines: string;
  wallet_refusal: string | null;
  provider_reference: string | null;
  failure: string | null;
  receipt: string | null;
  booked_receipt: string | null;
  paid_minor: number | null;
  paid_at: number | null;
  called_at: number | null;
  checks: number;
  checked_at: number | null;
  created_at: number;
  updated_at: number;
};

export class IntentStore {
  readonly #sql: Sql;
  readonly #alarms: AlarmTable;
  readonly #outbox: Outbox;

  constructor(sql: Sql, alarms: AlarmTable, outbox: Outbox) {
    this.#sql = sql;
    this.#alarms = alarms;
    this.#outbox = outbox;
  }

  /** True once an intent was stored here; before that there are not even tables. */
  static isIn(sql: Sql): boolean {
    return sql.first("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'intent'") !== null;
  }

  find(): IntentRecord | null {
    const row = this.#sql.first<Row>("SELECT * FROM intent WHERE one = 1");
    return row === null ? null : toRecord(row);
  }

  /** The intent; asserts that there is one. */
  get(): IntentRecord {
    const intent = this.find();
    invariant(intent !== null, "the intent is not stored");
    return intent;
  }

  /** Stores the intent unless there is one; either way the stored one is the answer. */
  create(kind: IntentKind, command: StartIntent, now: UnixMs): { readonly intent: IntentRecord; readonly isNew: boolean } {
    return this.#command(() => {
      const known = this.find();
      if (known !== null) return { intent: known, isNew: false };
      this.#sql.run(
        `INSERT INTO intent (one, intent_id, kind, user_id, country, method, phone, fingerprint, requested_minor, state, version, created_at, updated_at)
         VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, 'created', 1, ?, ?)`,
        command.intentId,
        kind,
        command.userId,
        command.country,
        command.method,
        command.phoneNumber,
        command.fingerprint,
        minor(command.amountMinor),
        now,
        now,
      );
      this.#recordStep(1, "created", "created", "", now);
      return { intent: this.#changed(now, null), isNew: true };
    });
  }

  /**
   * Applies an event by the table. Returns the intent after it and whether it changed; an event that the state does not expect
   * changes nothing. `detail` is for the steps' log.
   */
  apply(event: IntentEvent, facts: IntentFacts, detail: string, now: UnixMs): { readonly intent: IntentRecord; readonly changed: boolean } {
    return this.#command(() => {
      const before = this.get();
      const state = nextState(before.kind, before.state, event);
      if (state === null) return { intent: before, changed: false };
      // From here it must succeed.
      this.#write({ ...factColumns(facts), state, ...(event === "call_started" ? { called_at: now } : {}) }, now);
      this.#recordStep(before.version + 1, event, state, detail, now);
      return { intent: this.#changed(now, event), changed: true };
    });
  }

  /** Adds a fact that does not change the state: a reference or a receipt that came later. */
  learn(facts: Pick<IntentFacts, "providerReference" | "receipt">, now: UnixMs): void {
    this.#command(() => {
      this.#write(factColumns(facts), now);
      const intent = this.get();
      this.#recordStep(intent.version, "learned", intent.state, Object.keys(facts).join(" "), now);
      this.#project(intent, now);
    });
  }

  /** Notes that the provider is being asked, before it is, and plans the next time. False when the last planned check is past. */
  startCheck(now: UnixMs): boolean {
    return this.#command(() => {
      const { kind, calledAtMs, checks } = this.get();
      invariant(calledAtMs !== null, "a check needs a call");
      const isDue = (checkDueAtMs(kind, calledAtMs, checks) ?? 0) <= now;
      const done = isDue ? checks + 1 : checks;
      this.#sql.run("UPDATE intent SET checks = ?, checked_at = ? WHERE one = 1", done, now);
      const nextAtMs = checkDueAtMs(kind, calledAtMs, done);
      if (nextAtMs !== null) this.#alarms.schedule(CHECK_JOB, Math.max(nextAtMs, now + 1));
      return nextAtMs !== null;
    });
  }

  /** Plans to take the intent's next step at a time, because the wallet can't take it now. */
  postponeStep(untilMs: number): void {
    this.#command(() => this.#alarms.schedule(STEP_JOB, untilMs));
  }

  /** Plans the next check outside the schedule. */
  planCheck(atMs: number): void {
    this.#command(() => this.#alarms.schedule(CHECK_JOB, atMs));
  }

  acknowledge(seqs: readonly number[]): void {
    this.#command(() => this.#outbox.acknowledge(seqs));
  }

  #command<T>(work: () => T): T {
    const result = this.#sql.transaction(work);
    this.#alarms.arm();
    return result;
  }

  #write(columns: Readonly<Record<string, SqlValue>>, now: UnixMs): void {
    const names = Object.keys(columns);
    const assignments = [...names.map((name) => `${name} = ?`), "version = version + 1", "updated_at = max(updated_at + 1, ?)"];
    this.#sql.run(`UPDATE intent SET ${assignments.join(", ")} WHERE one = 1`, ...Object.values(columns), now);
  }

  /** Plans what the new state needs: the next step, should this run be cut short; the next check; the projection. */
  #changed(now: UnixMs, event: IntentEvent | null): IntentRecord {
    const intent = this.get();
    if (stepOf(intent.state) === "wait") this.#alarms.cancel(STEP_JOB);
    else this.#alarms.schedule(STEP_JOB, now + STEP_RETRY_MS);
    if (!awaitsProvider(intent.state)) this.#alarms.cancel(CHECK_JOB);
    else if (intent.calledAtMs !== null) {
      const dueAtMs = checkDueAtMs(intent.kind, intent.calledAtMs, intent.checks);
      if (dueAtMs !== null) this.#alarms.scheduleIfAbsent(CHECK_JOB, dueAtMs);
      if (event === "reported_unclear") this.#alarms.schedule(CHECK_JOB, now + UNCLEAR_CHECK_DELAY_MS);
    }
    this.#project(intent, now);
    return intent;
  }

  #project(intent: IntentRecord, now: UnixMs): void {
    const row: IntentRow = { version: intent.version, view: intentView(intent) };
    this.#outbox.add(INTENT_TOPIC, JSON.stringify(row), now);
    this.#alarms.scheduleIfAbsent(OUTBOX_JOB, now + DRAIN_DELAY_MS);
  }

  #recordStep(version: number, event: string, state: IntentState, detail: string, now: UnixMs): void {
    this.#sql.run("INSERT INTO intent_step VALUES (?, ?, ?, ?, ?)", version, event, state, detail.slice(0, 200), now);
  }
}

function factColumns(facts: IntentFacts): Record<string, SqlValue> {
  const columns: Record<string, SqlValue> = {};
  if (facts.grossMinor !== undefined) columns.gross_minor = minor(facts.grossMinor);
  if (facts.netMinor !== undefined) columns.net_minor = minor(facts.netMinor);
  if (facts.taxLines !== undefined) columns.tax_lines = JSON.stringify(facts.taxLines);
  if (facts.walletRefusal !== undefined) columns.wallet_refusal = facts.walletRefusal === null ? null : JSON.stringify(facts.walletRefusal);
  if (facts.providerReference !== undefined) columns.provider_reference = facts.providerReference;
  if (facts.failure !== undefined) columns.failure = facts.failure;
  if (facts.receipt !== undefined) columns.receipt = facts.receipt;
  if (facts.bookedReceipt !== undefined) columns.booked_receipt = facts.bookedReceipt;
  if (facts.paidMinor !== undefined) columns.paid_minor = minor(facts.paidMinor);
  if (facts.paidAtMs !== undefined) columns.paid_at = facts.paidAtMs;
  return columns;
}

const amountOrNull = (value: number | null): Minor | null => (value === null ? null : minor(value));

/** Reads a row; the enumerations in it were written by this store. */
function toRecord(row: Row): IntentRecord {
  return {
    intentId: row.intent_id,
    kind: row.kind as IntentKind,
    userId: row.user_id,
    country: row.country as Country,
    method: row.method,
    phone: row.phone,
    fingerprint: row.fingerprint,
    requestedMinor: minor(row.requested_minor),
    state: row.state as IntentState,
    version: row.version,
    grossMinor: amountOrNull(row.gross_minor),
    netMinor: amountOrNull(row.net_minor),
    taxLines: JSON.parse(row.tax_lines) as readonly TaxLine[],
    walletRefusal: row.wallet_refusal === null ? null : (JSON.parse(row.wallet_refusal) as WalletRefusal),
    providerReference: row.provider_reference,
    failure: row.failure as IntentRecord["failure"],
    receipt: row.receipt,
    bookedReceipt: row.booked_receipt,
    paidMinor: amountOrNull(row.paid_minor),
    paidAtMs: row.paid_at,
    calledAtMs: row.called_at,
    checks: row.checks,
    checkedAtMs: row.checked_at,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
  };
}
