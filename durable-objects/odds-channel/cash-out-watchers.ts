/**
 * Tells players' rules that the fixture's prices may have reached them: a walk over the watches by alarm, at most once a second, so that
 * a burst of changes is one message a rule. A rule whose selection is not worth enough whatever the other matches say is not asked about,
 * nor one that was asked about at the very same prices. A message that is lost loses nothing: the wallet looks again by itself.
 */
import { expectedFactor } from "../../shared/betting/expected-factor.ts";
import { floorOf, fraction, times } from "../../shared/money/fraction.ts";
import { openChances } from "../../shared/odds/open-chances.ts";
import type { AcceptanceMessage } from "../../shared/protocol/queue/messages.ts";
import type { CashOutWatch } from "../../shared/protocol/rpc/cash-out-watch.ts";
import type { FixtureView } from "../../shared/protocol/rpc/odds-channel.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import type { CashOutWatchStore } from "./cash-out-watch-store.ts";

export const WATCH_JOB = "cash-out-watch";
/** How long changes are gathered before rules are told. */
const GATHER_MS = 1_000;
/** Watches that are in memory at once, and messages that the queue takes in one call. */
const PAGE_WATCHES = 100;
/** A walk gives way to the fixture's other jobs after so long. */
const WALK_MS_MAX = 2_000;
const MILLION = 1_000_000;

export interface CashOutWatchersPorts {
  readonly alarms: AlarmTable;
  /** The fixture as it stands now. */
  readonly view: () => FixtureView;
  readonly send: (messages: readonly AcceptanceMessage[]) => Promise<void>;
}

/** Where a walk goes on, and how many changes there were when it began. */
interface Walk {
  readonly changes: number;
  readonly after: string;
}

export class CashOutWatchers {
  readonly #store: CashOutWatchStore;
  readonly #ports: CashOutWatchersPorts;
  /** At which prices each rule was asked about last. A cache: what is lost of it costs a message. */
  readonly #told = new Map<string, string>();
  /** Changes so far: what came while messages were on their way found this job's row standing. */
  #changes = 0;

  constructor(store: CashOutWatchStore, ports: CashOutWatchersPorts) {
    this.#store = store;
    this.#ports = ports;
  }

  watch(watch: CashOutWatch): FixtureView {
    this.#store.begin(watch);
    const view = this.#ports.view();
    // Who begins to watch has just been given these prices.
    this.#told.set(watch.orderId, worthOf(watch, view)?.text ?? "");
    return view;
  }

  /** Call in the transaction that changed what is offered. */
  changed(nowMs: number): void {
    this.#changes += 1;
    if (this.#store.isAny()) this.#ports.alarms.scheduleIfAbsent(WATCH_JOB, nowMs + GATHER_MS);
  }

  async runJob(job: AlarmJob): Promise<void> {
    const startedAtMs = Date.now();
    const { alarms } = this.#ports;
    const { changes, after }: Walk = job.payload === "" ? { changes: this.#changes, after: "" } : (JSON.parse(job.payload) as Walk);
    for (const orderId of this.#store.endOverdue(startedAtMs)) this.#told.delete(orderId);
    let last = after;
    for (;;) {
      const page = this.#store.after(last, PAGE_WATCHES);
      await this.#tell(page);
      last = page.at(-1)?.orderId ?? last;
      if (page.length < PAGE_WATCHES) break;
      if (Date.now() - startedAtMs <= WALK_MS_MAX) continue;
      const walk: Walk = { changes, after: last };
      return alarms.schedule(WATCH_JOB, Date.now() + 1, JSON.stringify(walk));
    }
    if (this.#changes !== changes) alarms.schedule(WATCH_JOB, Date.now() + GATHER_MS);
  }

  async #tell(page: readonly CashOutWatch[]): Promise<void> {
    const view = this.#ports.view();
    const news = page.flatMap((watch) => {
      const worth = worthOf(watch, view);
      return worth === null || this.#told.get(watch.orderId) === worth.text ? [] : [{ watch, worth }];
    });
    const reached = news.filter(({ worth }) => worth.isEnough);
    if (reached.length > 0) {
      await this.#ports.send(
        reached.map(({ watch: { walletId, betId, orderId } }) => ({
          ...{ v: 1, country: view.country, walletId, betId, cashOutOrderId: orderId },
        })),
      );
    }
    for (const { watch, worth } of news) this.#told.set(watch.orderId, worth.text);
  }
}

/** What the rule's selections are expected to return now, and whether it may be reached; null while nothing can be said. */
function worthOf({ selections }: CashOutWatch, view: FixtureView): { readonly text: string; readonly isEnough: boolean } | null {
  const worths: number[] = [];
  for (const selection of selections) {
    const chances = openChances(view, selection);
    if (!chances.ok) return null;
    worths.push(Number(floorOf(times(expectedFactor(selection.oddsThousandths, chances.value), fraction(MILLION)))));
  }
  const isEnough = worths.every((worth, index) => worth >= (selections[index]?.leastFactorPpm ?? 0));
  return { text: worths.join(","), isEnough };
}
