/**
 * Tells players' rules that the fixture's prices may have reached them: a walk by alarm, at most once a second, so that a burst of changes
 * is one message a rule. A rule whose selection is not worth enough whatever the other matches say is not even read, and none is asked
 * about twice at the very same price. A message that is lost loses nothing: the wallet looks again by itself.
 */
import { expectedFactor } from "../../shared/betting/expected-factor.ts";
import { floorOf, fraction, times } from "../../shared/money/fraction.ts";
import { openChances } from "../../shared/odds/open-chances.ts";
import type { AcceptanceMessage } from "../../shared/protocol/queue/messages.ts";
import type { CashOutWatch } from "../../shared/protocol/rpc/cash-out-watch.ts";
import type { FixtureView, Probabilities } from "../../shared/protocol/rpc/odds-channel.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import type { CashOutWatchStore, WatchedRule, WatchedSelection } from "./cash-out-watch-store.ts";

export const WATCH_JOB = "cash-out-watch";
/** How long changes are gathered before rules are told. */
const GATHER_MS = 1_000;
/** Rules that are in memory at once, and messages that the queue takes in one call. */
const PAGE_RULES = 100;
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
  readonly selectionId: string;
  readonly after: Pick<WatchedRule, "leastChancePpm" | "orderId">;
}

const FIRST_RULE = { leastChancePpm: -1, orderId: "" };

export class CashOutWatchers {
  readonly #store: CashOutWatchStore;
  readonly #ports: CashOutWatchersPorts;
  /** At which worth of each of its selections a rule was asked about last. A cache: what is lost of it costs a message. */
  readonly #told = new Map<string, Map<string, number>>();
  /** Changes so far: what came while messages were on their way found this job's row standing. */
  #changes = 0;

  constructor(store: CashOutWatchStore, ports: CashOutWatchersPorts) {
    this.#store = store;
    this.#ports = ports;
  }

  watch(watch: CashOutWatch): FixtureView {
    this.#store.begin(watch);
    const view = this.#ports.view();
    // Who looks has just been given these prices; who was given none has to hear of the next ones, whatever they are.
    for (const selection of watch.selections) {
      const chances = openChances(view, selection);
      if (chances.ok) this.#note(watch.orderId, selection.selectionId, worthPpm(selection.oddsThousandths, chances.value));
      else this.#told.get(watch.orderId)?.delete(selection.selectionId);
    }
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
    for (const orderId of this.#store.endOverdue(startedAtMs)) this.#told.delete(orderId);
    const from: Walk =
      job.payload === "" ? { changes: this.#changes, selectionId: "", after: FIRST_RULE } : (JSON.parse(job.payload) as Walk);
    for (const selection of this.#store.selectionsFrom(from.selectionId)) {
      let after = selection.selectionId === from.selectionId ? from.after : FIRST_RULE;
      for (let rest: WatchedRule | null = null; ; after = rest) {
        rest = await this.#tell(selection, after);
        if (rest === null) break;
        if (Date.now() - startedAtMs <= WALK_MS_MAX) continue;
        const walk: Walk = { changes: from.changes, selectionId: selection.selectionId, after: rest };
        return alarms.schedule(WATCH_JOB, Date.now() + 1, JSON.stringify(walk));
      }
    }
    if (this.#changes !== from.changes) alarms.schedule(WATCH_JOB, Date.now() + GATHER_MS);
  }

  /** Tells a page of the rules that wait for a selection; the last of them when there may be more. */
  async #tell(selection: WatchedSelection, after: Walk["after"]): Promise<WatchedRule | null> {
    const view = this.#ports.view();
    const { selectionId } = selection;
    const chances = openChances(view, selection);
    if (!chances.ok) return null;
    const page = this.#store.reachable(selectionId, mostOf(chances.value), after, PAGE_RULES);
    const news = page.flatMap((rule) => {
      const worth = worthPpm(rule.oddsThousandths, chances.value);
      const isNews = worth >= rule.leastFactorPpm && this.#told.get(rule.orderId)?.get(selectionId) !== worth;
      return isNews ? [{ rule, worth }] : [];
    });
    if (news.length > 0) {
      await this.#ports.send(
        news.map(({ rule: { walletId, betId, orderId } }) => ({
          ...{ v: 1, country: view.country, walletId, betId, cashOutOrderId: orderId },
        })),
      );
    }
    for (const { rule, worth } of news) this.#note(rule.orderId, selectionId, worth);
    return page.length < PAGE_RULES ? null : (page.at(-1) ?? null);
  }

  #note(orderId: string, selectionId: string, worth: number): void {
    const told = this.#told.get(orderId);
    if (told === undefined) this.#told.set(orderId, new Map([[selectionId, worth]]));
    else told.set(selectionId, worth);
  }
}

/** What a stake of 1 at these odds is expected to return, millionths. */
function worthPpm(oddsThousandths: number, chances: Probabilities): number {
  return Number(floorOf(times(expectedFactor(oddsThousandths, chances), fraction(MILLION))));
}

/** No odds make more of the chances than this share of themselves: a half win pays at most its odds, a stake given back is at least 1. */
function mostOf({ winPpm, halfWinPpm, refundPpm, halfLosePpm }: Probabilities): number {
  return winPpm + halfWinPpm + refundPpm + Math.ceil(halfLosePpm / 2);
}
