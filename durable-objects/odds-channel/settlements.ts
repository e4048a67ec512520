/**
 * Tells accepted bets their results: a walk over the bets in pages, by alarm, as far as a time bound allows, going on where it stopped.
 *
 * A bet is told what it does not know yet, always the newest results, so versions in between may be skipped: the wallet posts the
 * difference to what it paid. What was told and not acknowledged is told again by a second walk a minute later, whatever the queue did
 * with the message. A wallet's bets are neighbours: one message settles all of a player's bets of a page.
 */
import type { FixtureState } from "../../shared/odds/fixture-state.ts";
import type { SettlementMessage } from "../../shared/protocol/queue/messages.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import type { AcceptedBet, AcceptedBetStore, Acknowledged, BetCursor, BetToAdd, ConfirmedBet, Told } from "./accepted-bet-store.ts";
import { BEFORE_FIRST_BET } from "./accepted-bet-store.ts";
import { ExposureChanges } from "./exposure-changes.ts";
import { ResultsTeller } from "./results-teller.ts";

export const SETTLE_JOB = "settle";
export const SETTLE_AGAIN_JOB = "settle-again";
/** How much of the table is in memory at once. */
const PAGE_BETS = 500;
/** Bets of one wallet in a message: some 200 bytes each, far below a queue's 128 KB. */
const MESSAGE_BETS_MAX = 100;
/** Messages that the queue takes in one call, and the bytes it takes, with room for its own envelope. */
const BATCH_MESSAGES_MAX = 100;
const BATCH_BYTES_MAX = 200_000;
/** What one selection's result takes in a message, at most; ids are bounded at the door. */
const BET_BYTES = 160;
const SELECTION_BYTES = 260;
/** A walk gives way to the fixture's other jobs after so long. */
const WALK_MS_MAX = 2_000;
/** Longer than a consumer's usual run, so that a message in flight is rarely doubled. */
export const TELL_AGAIN_MS = 60_000;

export interface SettlementsPorts {
  readonly alarms: AlarmTable;
  /** The fixture as it stands now: it may change while a page is on its way to the queue. */
  readonly fixture: () => { readonly country: Country; readonly state: FixtureState };
  readonly send: (messages: readonly SettlementMessage[]) => Promise<void>;
  /** Stores what is done in `work` together with the change of what stands on the fixture's outcomes that it answers. */
  readonly store: (work: () => ExposureChanges) => void;
  /** Stores the fixture's results under a new version, and gives that. */
  readonly nextVersion: () => number;
}

interface Walk {
  readonly cursor: BetCursor;
  /** That something was told or is still unacknowledged: a second walk has to follow. */
  readonly isOpen: boolean;
  /** When an unconfirmed result becomes good enough for a bet that waits for it; null when none waits. */
  readonly waitsUntilMs: number | null;
}

const FROM_THE_START: Walk = { cursor: BEFORE_FIRST_BET, isOpen: false, waitsUntilMs: null };

export class Settlements {
  readonly #bets: AcceptedBetStore;
  readonly #ports: SettlementsPorts;

  constructor(bets: AcceptedBetStore, ports: SettlementsPorts) {
    this.#bets = bets;
    this.#ports = ports;
  }

  /** Call in the transaction that changed results: a walk from the first bet on. */
  resultsChanged(nowMs: number): void {
    this.#ports.alarms.schedule(SETTLE_JOB, nowMs);
  }

  /** Adds bets that are new here, has them told what is known already, and brings up to date what known ones count for. */
  confirm(bets: readonly BetToAdd[], nowMs: number): void {
    this.#ports.store(() => {
      const confirmed = bets.map((bet) => this.#bets.confirm(bet)).filter((each): each is ConfirmedBet => each !== null);
      const isNew = confirmed.some(({ before }) => before === null);
      if (isNew && this.#ports.fixture().state.resultVersion > 0) this.resultsChanged(nowMs);
      const changes = new ExposureChanges();
      for (const { before, after } of confirmed) changes.replace(before, after);
      return changes;
    });
  }

  acknowledge(acks: readonly Acknowledged[]): void {
    this.#bets.acknowledge(acks);
  }

  async runJob(job: AlarmJob, nowMs: number): Promise<void> {
    // A walk that failed has noted what it could not send.
    const isAgain = job.key === SETTLE_AGAIN_JOB || job.attempts > 0;
    const from = job.payload === "" ? FROM_THE_START : (JSON.parse(job.payload) as Walk);
    const { walk, isDone } = await this.#walk(from, isAgain, nowMs);
    const { alarms } = this.#ports;
    // A result that came in the meantime has scheduled a walk of its own, from the start: that one stands.
    if (!isDone) return alarms.scheduleAfter(job, job.key, Date.now() + 1, JSON.stringify(walk));
    if (walk.isOpen) alarms.scheduleAfter(job, SETTLE_AGAIN_JOB, Date.now() + TELL_AGAIN_MS);
    if (walk.waitsUntilMs !== null) alarms.scheduleAfter(job, SETTLE_JOB, walk.waitsUntilMs);
  }

  async #walk(from: Walk, isAgain: boolean, startedAtMs: number): Promise<{ readonly walk: Walk; readonly isDone: boolean }> {
    let walk = from;
    for (;;) {
      const page = this.#bets.after(walk.cursor, PAGE_BETS);
      const last = page.at(-1);
      if (last === undefined) return { walk, isDone: true };
      walk = { ...(await this.#tell(page, walk, isAgain)), cursor: { walletId: last.walletId, betId: last.betId } };
      if (page.length < PAGE_BETS) return { walk, isDone: true };
      if (Date.now() - startedAtMs > WALK_MS_MAX) return { walk, isDone: false };
    }
  }

  /**
   * Notes what a page of bets is told, then tells them. In this order: what was sent and not noted could be told otherwise later, or not
   * at all. What was noted and not sent is unheard, and told again.
   */
  async #tell(page: readonly AcceptedBet[], walk: Walk, isAgain: boolean): Promise<Walk> {
    const { country, state } = this.#ports.fixture();
    const teller = new ResultsTeller(country, state, Date.now());
    const told: Told[] = [];
    const changes = new ExposureChanges();
    const messages: SettlementMessage[] = [];
    let { isOpen, waitsUntilMs } = walk;
    const pageNews = page.map((bet) => ({ bet, news: teller.newsFor(bet) }));
    // A wallet takes a version once: what time alone has made of a result that it knows under this one needs another.
    const isBehind = pageNews.some(({ bet, news }) => news.text !== bet.told && bet.toldVersion === state.resultVersion);
    const resultVersion = isBehind ? this.#ports.nextVersion() : state.resultVersion;
    for (const { bet, news } of pageNews) {
      if (news.waitsUntilMs !== null) waitsUntilMs = Math.min(waitsUntilMs ?? Number.MAX_SAFE_INTEGER, news.waitsUntilMs);
      const isUnheard = bet.ackedVersion < bet.toldVersion;
      if (news.text === bet.told && !(isUnheard && isAgain)) {
        isOpen ||= isUnheard;
        continue;
      }
      isOpen = true;
      told.push({ walletId: bet.walletId, betId: bet.betId, told: news.text });
      // What is told counts no more on its outcome.
      if (news.text !== bet.told) changes.replace(bet, { ...bet, told: news.text });
      addTo(messages, country, { fixtureId: state.fixtureId, resultVersion }, bet, news.results);
    }
    if (told.length > 0) {
      this.#ports.store(() => {
        this.#bets.markTold(told, resultVersion);
        return changes;
      });
    }
    for (const batch of batchesOf(messages)) await this.#ports.send(batch);
    return { cursor: walk.cursor, isOpen, waitsUntilMs };
  }
}

type BetResults = SettlementMessage["bets"][number];

/** Appends a bet's results to its wallet's message, or begins one. */
function addTo(
  messages: SettlementMessage[],
  country: Country,
  { fixtureId, resultVersion }: Pick<FixtureState, "fixtureId" | "resultVersion">,
  { walletId, betId }: AcceptedBet,
  results: BetResults["results"],
): void {
  const bet: BetResults = { betId, resultVersion, results };
  const open = messages.at(-1);
  if (open?.walletId === walletId && open.bets.length < MESSAGE_BETS_MAX) open.bets.push(bet);
  else messages.push({ v: 1, country, fixtureId, walletId, bets: [bet] });
}

/** Cuts messages into batches that the queue takes in one call. */
function* batchesOf(messages: readonly SettlementMessage[]): Generator<readonly SettlementMessage[]> {
  let batch: SettlementMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.bets.reduce((sum, bet) => sum + BET_BYTES + bet.results.length * SELECTION_BYTES, BET_BYTES);
    if (batch.length === BATCH_MESSAGES_MAX || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
