/**
 * What a wallet does by its alarm: sending what the projection has not acknowledged, giving back holds whose time is over, checking
 * itself hourly while it is used, and forgetting old keys. Each job is idempotent and bounded; rows are the truth, the alarm a hint.
 */
import { CLIENT_KEY_DAYS } from "../../shared/kernel/limits.ts";
import { DAY_MS, HOUR_MS } from "../../shared/kernel/time.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { checkStep } from "./check.ts";
import { expireHolds } from "./commands/holds.ts";
import { DELIVERY_JOB, type JournalSender } from "./journal-sender.ts";
import type { Moment } from "./run-command.ts";
import type { WalletStores } from "./wallet-stores.ts";

const SWEEP_JOB = "sweep-keys";
const EXPIRY_JOB = "expire-holds";
const CHECK_JOB = "check";

export interface WalletJobsPorts {
  readonly alarms: AlarmTable;
  readonly sender: JournalSender;
  readonly moment: () => Moment;
  /** Tells open sockets how the wallet stands. */
  readonly tellBalance: () => void;
}

export class WalletJobs {
  readonly #wallet: WalletStores;
  readonly #ports: WalletJobsPorts;
  /** That the rows of the regular jobs are known to exist. A cache: false costs two statements. */
  #areRegularDue = false;

  constructor(wallet: WalletStores, ports: WalletJobsPorts) {
    this.#wallet = wallet;
    this.#ports = ports;
  }

  /** Call after a command that changed something, in the same event: its rows are part of the command's write. */
  afterCommand(): void {
    if (!this.#areRegularDue) {
      const { alarms } = this.#ports;
      alarms.scheduleIfAbsent(SWEEP_JOB, Date.now() + CLIENT_KEY_DAYS * DAY_MS);
      alarms.scheduleIfAbsent(CHECK_JOB, Date.now() + HOUR_MS);
      this.#areRegularDue = true;
    }
    this.#ports.sender.soon();
  }

  /** Call after a hold was opened, in the same event. */
  afterHold(): void {
    const nextAtMs = this.#wallet.holds.nextExpiryAtMs();
    if (nextAtMs === null) return;
    this.#ports.alarms.schedule(EXPIRY_JOB, nextAtMs);
    this.#ports.alarms.arm();
  }

  async run(job: AlarmJob): Promise<void> {
    switch (job.key) {
      case DELIVERY_JOB:
        return this.#ports.sender.runJob(job.payload);
      case EXPIRY_JOB:
        return this.#expireHolds();
      case CHECK_JOB:
        return this.#check();
      case SWEEP_JOB:
        return this.#sweep();
    }
  }

  #expireHolds(): void {
    if (expireHolds(this.#wallet, this.#ports.moment()) > 0) {
      this.#ports.sender.soon();
      this.#ports.tellBalance();
      this.afterHold();
      return;
    }
    // What is due and could not be given back is tried again later, not at once and for ever.
    const nextAtMs = this.#wallet.holds.nextExpiryAtMs();
    if (nextAtMs === null) return;
    const isStuck = nextAtMs <= Date.now();
    this.#ports.alarms.schedule(EXPIRY_JOB, isStuck ? Date.now() + HOUR_MS : nextAtMs);
  }

  /** Goes on while there is a rest; then the next command sets the next hour. */
  #check(): void {
    const profile = this.#wallet.profiles.profile();
    if (profile === null) return;
    if (checkStep(this.#wallet, profile, this.#ports.moment()).isDone) this.#areRegularDue = false;
    else this.#ports.alarms.schedule(CHECK_JOB, Date.now());
  }

  #sweep(): void {
    const { sql, keys } = this.#wallet;
    const nextAtMs = sql.transaction(() => keys.sweep(Date.now()));
    if (nextAtMs === null) this.#areRegularDue = false;
    else this.#ports.alarms.schedule(SWEEP_JOB, Math.max(nextAtMs, Date.now() + DAY_MS));
  }
}
