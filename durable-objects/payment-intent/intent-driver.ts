/**
 * Drives an intent from state to state: asks the wallet, calls the provider, tells the wallet how it ended.
 *
 * Every outside call stands between two stored states, and after it the state is read again: a callback can overtake the answer to
 * the call that caused it. One run at a time; who comes meanwhile waits for it. A run that died is taken up by the alarm.
 */
import { assertNever, invariant } from "../../shared/kernel/invariant.ts";
import { MINUTE_MS, type UnixMs, unixMs } from "../../shared/kernel/time.ts";
import { minor } from "../../shared/money/minor.ts";
import { CALL_REPEATS_MAX, CHECK_INTERVAL_MS_MIN, UNCLEAR_CHECK_DELAY_MS } from "../../shared/payments/check-schedule.ts";
import { awaitsProvider, type IntentEvent, type IntentStep, stepOf } from "../../shared/payments/intent-machine.ts";
import { askedMinor, type IntentRecord } from "../../shared/payments/intent-record.ts";
import type { CallOutcome, ProviderReport } from "../../shared/payments/report.ts";
import { reportEvent } from "../../shared/payments/report-event.ts";
import type { WalletRefusal, WalletRpc } from "../../shared/protocol/rpc/wallet.ts";
import { log } from "../platform/log.ts";
import type { IntentFacts, IntentStore } from "./intent-store.ts";
import type { MoneyProvider } from "./money-provider.ts";

/** `postponed`: there is something to do, but not now. */
type Progress = "done" | "postponed";

/** A frozen wallet waits for a person. */
const FROZEN_WALLET_RETRY_MS = 10 * MINUTE_MS;

export interface DriverPorts {
  readonly wallet: (intent: IntentRecord) => WalletRpc;
  readonly provider: (intent: IntentRecord) => MoneyProvider;
  readonly now: () => UnixMs;
}

export class IntentDriver {
  readonly #store: IntentStore;
  readonly #ports: DriverPorts;
  /** The run under way in this instance; a cache: after a restart the stored state says where to go on. */
  #running: Promise<Progress> | null = null;

  constructor(store: IntentStore, ports: DriverPorts) {
    this.#store = store;
    this.#ports = ports;
  }

  /** Does what the state asks for until it can only wait. Throws when the wallet can't be reached; the alarm tries again. */
  async advance(): Promise<void> {
    while (this.#pendingStep() !== "wait") {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
      if ((await this.#running) === "postponed") return;
    }
  }

  /** Applies what the provider says and acts on it. */
  async report(report: ProviderReport): Promise<void> {
    const intent = this.#store.get();
    const isForeign =
      intent.kind === "deposit" &&
      report.reference !== null &&
      intent.providerReference !== null &&
      report.reference !== intent.providerReference;
    if (isForeign) {
      log("error", "report_for_another_payment", { intentId: intent.intentId, source: report.source });
      await this.check("hint");
    } else this.#applyReport(intent, report);
    await this.advance();
  }

  /**
   * Asks the provider how the payment stands, unless it was asked a moment ago. A `hint` is a callback that nobody vouches for, and is
   * heard for an overdue payment too; `planned` is the alarm's, and the last planned one hands the intent to a person.
   */
  async check(cause: "hint" | "planned"): Promise<void> {
    const intent = this.#store.get();
    const now = this.#ports.now();
    if (!awaitsProvider(intent.state) && !(cause === "hint" && intent.state === "overdue")) return;
    const mayAskAtMs = (intent.checkedAtMs ?? 0) + CHECK_INTERVAL_MS_MIN;
    if (now < mayAskAtMs) {
      // An alarm can come twice, or right after a hint: it keeps its place in the plan.
      if (cause === "planned") this.#store.planCheck(mayAskAtMs);
      return;
    }
    const isLast = !this.#store.startCheck(now);
    await this.#ask(intent);
    if (isLast) this.#apply("time_over", {}, "no answer for too long");
    await this.advance();
  }

  async #ask(intent: IntentRecord): Promise<void> {
    const provider = this.#ports.provider(intent);
    const mayRepeat = intent.kind === "withdrawal" && intent.state === "unknown" && intent.checks < CALL_REPEATS_MAX;
    if (mayRepeat && intent.providerReference === null) {
      this.#applyOutcome(await provider.payOut(intent));
      return;
    }
    const report = await provider.check(intent);
    if (report !== null) this.#applyReport(this.#store.get(), report);
  }

  #pendingStep(): IntentStep {
    const intent = this.#store.find();
    return intent === null ? "wait" : stepOf(intent.state);
  }

  async #run(): Promise<Progress> {
    for (;;) {
      const intent = this.#store.get();
      const step = stepOf(intent.state);
      switch (step) {
        case "ask_wallet":
          await this.#askWallet(intent);
          break;
        case "call_provider":
          await this.#callProvider(intent);
          break;
        case "give_up_call":
          // The instance that made the call is gone, and its answer with it.
          this.#apply("call_unanswered", {}, "cut short");
          break;
        case "tell_wallet_paid":
          if ((await this.#tellWalletPaid(intent)) === "postponed") return "postponed";
          break;
        case "tell_wallet_unpaid":
          if ((await this.#tellWalletUnpaid(intent)) === "postponed") return "postponed";
          break;
        case "wait":
          return "done";
        default:
          assertNever(step, "intent step");
      }
    }
  }

  async #askWallet(intent: IntentRecord): Promise<void> {
    const wallet = this.#ports.wallet(intent);
    const command = {
      key: `${intent.kind}:${intent.intentId}`,
      intentId: intent.intentId,
      method: intent.method,
      amountMinor: intent.requestedMinor,
    };
    if (intent.kind === "deposit") {
      const reply = await wallet.startDeposit(command);
      if (reply.ok) this.#apply("wallet_allowed", {}, "");
      else this.#deny(reply.error);
      return;
    }
    const reply = await wallet.startWithdrawal({ ...command, fingerprint: intent.fingerprint });
    if (!reply.ok) return this.#deny(reply.error);
    const { grossMinor, netMinor, taxLines } = reply.value.value;
    this.#apply("wallet_allowed", { grossMinor: minor(grossMinor), netMinor: minor(netMinor), taxLines }, "");
  }

  #deny(refusal: WalletRefusal): void {
    this.#apply("wallet_denied", { failure: "wallet_refused", walletRefusal: refusal }, refusal.reason);
  }

  async #callProvider(intent: IntentRecord): Promise<void> {
    const provider = this.#ports.provider(intent);
    this.#apply("call_started", {}, "");
    this.#applyOutcome(await (intent.kind === "deposit" ? provider.collect(intent) : provider.payOut(intent)));
  }

  #applyOutcome(outcome: CallOutcome): void {
    switch (outcome.outcome) {
      case "accepted": {
        const facts = outcome.reference === null ? {} : { providerReference: outcome.reference };
        const { intent, changed } = this.#apply("call_accepted", facts, "");
        if (!changed && intent.providerReference === null && outcome.reference !== null) this.#store.learn(facts, this.#ports.now());
        return;
      }
      case "refused":
        this.#apply("call_refused", { failure: outcome.failure }, outcome.detail);
        return;
      case "unknown":
        this.#apply("call_unanswered", {}, outcome.detail);
        return;
    }
  }

  #applyReport(intent: IntentRecord, report: ProviderReport): void {
    const event = reportEvent(report.finding, askedMinor(intent));
    if (event === null) return;
    const detail = report.finding.found === "unclear" ? `${report.source}: ${report.finding.code}` : report.source;
    const now = this.#ports.now();
    const { changed } = this.#apply(event, factsOf(intent, report, now), detail);
    if (!changed) this.#applyUnchanged(this.#store.get(), report, now);
  }

  /** A report that decides nothing may still bring what was missing: the reference to ask by, or the receipt that a query can't tell. */
  #applyUnchanged(intent: IntentRecord, { source, finding, reference }: ProviderReport, now: UnixMs): void {
    const { state, providerReference, receipt, paidMinor, intentId } = intent;
    if (awaitsProvider(state)) {
      if (providerReference === null && reference !== null) this.#store.learn({ providerReference: reference }, now);
      // A query that says nothing keeps to its schedule.
      if (source === "callback") this.#store.planCheck(now + UNCLEAR_CHECK_DELAY_MS);
      return;
    }
    if (finding.found !== "paid" || (state !== "paid" && state !== "completed")) return;
    if (finding.amountMinor !== null && finding.amountMinor !== paidMinor) {
      log("error", "payment_amount_contradicted", { intentId, booked: paidMinor, reported: finding.amountMinor });
    } else if (receipt === null && finding.receipt !== null) this.#store.learn({ receipt: finding.receipt }, now);
  }

  async #tellWalletPaid(intent: IntentRecord): Promise<Progress> {
    const { intentId, bookedReceipt, paidMinor, paidAtMs } = intent;
    invariant(bookedReceipt !== null && paidMinor !== null && paidAtMs !== null, "a paid intent has its receipt, amount and time");
    const wallet = this.#ports.wallet(intent);
    const provider = this.#ports.provider(intent).name;
    if (intent.kind === "withdrawal") {
      const reply = await wallet.confirmWithdrawal({ intentId, provider, receipt: bookedReceipt, occurredAtMs: paidAtMs });
      return reply.ok ? this.#settled("wallet_took_paid", {}) : this.#notSettled("wallet_refused_paid", reply.error);
    }
    const reply = await wallet.creditDeposit({ intentId, provider, receipt: bookedReceipt, grossMinor: paidMinor, occurredAtMs: paidAtMs });
    if (!reply.ok) return this.#notSettled("wallet_refused_paid", reply.error);
    const { creditedMinor, taxLines } = reply.value.value;
    return this.#settled("wallet_took_paid", { netMinor: minor(creditedMinor), taxLines });
  }

  async #tellWalletUnpaid(intent: IntentRecord): Promise<Progress> {
    const wallet = this.#ports.wallet(intent);
    const { intentId } = intent;
    const reply =
      intent.kind === "deposit"
        ? await wallet.endDeposit({ intentId })
        : await wallet.failWithdrawal({ intentId, reason: intent.failure ?? "provider_unavailable" });
    return reply.ok ? this.#settled("wallet_took_unpaid", {}) : this.#notSettled("wallet_refused_unpaid", reply.error);
  }

  #settled(event: IntentEvent, facts: IntentFacts): Progress {
    this.#apply(event, facts, "");
    return "done";
  }

  /** What a frozen wallet can't take now it is told later; any other refusal contradicts what the wallet agreed to. */
  #notSettled(event: IntentEvent, refusal: WalletRefusal): Progress {
    if (refusal.reason !== "wallet_frozen") {
      this.#apply(event, {}, refusal.reason);
      return "done";
    }
    this.#store.postponeStep(this.#ports.now() + FROZEN_WALLET_RETRY_MS);
    return "postponed";
  }

  #apply(event: IntentEvent, facts: IntentFacts, detail: string): { readonly intent: IntentRecord; readonly changed: boolean } {
    const result = this.#store.apply(event, facts, detail, this.#ports.now());
    const { intentId, kind, state, failure } = result.intent;
    if (!result.changed) log("info", "intent_event_ignored", { intentId, kind, state, intentEvent: event });
    else if (state === "review" || state === "overdue" || failure === "provider_unavailable") {
      log("error", "intent_needs_attention", { intentId, kind, state, intentEvent: event, failure, detail });
    }
    return result;
  }
}

/** What a report adds to the intent. The first confirmation's receipt is the one that is booked, for ever. */
function factsOf(intent: IntentRecord, report: ProviderReport, now: UnixMs): IntentFacts {
  const reference = report.reference === null || intent.providerReference !== null ? {} : { providerReference: report.reference };
  const { finding } = report;
  if (finding.found === "not_paid") return { ...reference, failure: finding.failure };
  if (finding.found !== "paid") return reference;
  const bookedReceipt = finding.receipt ?? `query:${report.reference ?? intent.providerReference ?? intent.intentId}`;
  return {
    ...reference,
    failure: null,
    paidMinor: finding.amountMinor ?? askedMinor(intent),
    paidAtMs: finding.occurredAtMs ?? unixMs(now),
    bookedReceipt,
    ...(finding.receipt === null ? {} : { receipt: finding.receipt }),
  };
}
