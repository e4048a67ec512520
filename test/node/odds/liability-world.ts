/**
 * Wallets and the channels of three fixtures over node:sqlite, joined as the queues join them: runs of a journal go to the channels, what
 * channels tell goes to the wallets. Messages wait until they are delivered, in any order, as often as a test likes.
 */

import { AcceptedBetStore } from "../../../durable-objects/odds-channel/accepted-bet-store.ts";
import { Exposure } from "../../../durable-objects/odds-channel/exposure.ts";
import { ExposureStore } from "../../../durable-objects/odds-channel/exposure-store.ts";
import { ODDS_CHANNEL_MIGRATIONS } from "../../../durable-objects/odds-channel/odds-channel-schema.ts";
import { SETTLE_JOB, Settlements } from "../../../durable-objects/odds-channel/settlements.ts";
import { AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { settleBets } from "../../../durable-objects/wallet/commands/settle-bet.ts";
import { runFrom } from "../../../durable-objects/wallet/journal-runs.ts";
import { applyFeedMessage, type FixtureState } from "../../../shared/odds/fixture-state.ts";
import { withLeadsCounted } from "../../../shared/odds/score-history.ts";
import type { FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { SettlementMessage } from "../../../shared/protocol/queue/messages.ts";
import type { ConfirmBet } from "../../../shared/protocol/rpc/odds-channel.ts";
import { standingsOf } from "../../../workers/services/ledger/bet-standings.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { must, WalletWorld } from "../wallet/wallet-world.ts";

export const OUTCOMES = ["home", "draw", "away"] as const;
/** What the tenant's early payouts follow in football. */
const LEAD_MIN = 2;
export const PRICES = { home: 1_850, draw: 3_400, away: 4_333 };

/** A football match with its result market, as its channel keeps it. */
export class ChannelWorld {
  readonly fixtureId: string;
  readonly bets: AcceptedBetStore;
  readonly exposure: ExposureStore;
  /** Called while a page's messages are on their way to the queue. */
  onSend: () => void = () => {};
  readonly told: SettlementMessage[] = [];
  readonly #settlements: Settlements;
  #state: FixtureState | null = null;
  #sequence = 0;

  constructor(fixtureId: string, nowMs: number) {
    this.fixtureId = fixtureId;
    const sql = nodeSql();
    migrate(sql, ODDS_CHANNEL_MIGRATIONS);
    this.bets = new AcceptedBetStore(sql);
    this.exposure = new ExposureStore(sql);
    const exposure = new Exposure(this.exposure);
    // Jobs are run by the tests: nothing here ever asks the platform for an alarm.
    const alarms = new AlarmTable(sql, {} as DurableObjectStorage);
    this.#settlements = new Settlements(this.bets, {
      ...{ alarms, fixture: () => ({ country: "KE", state: this.#known() }) },
      send: async (messages) => {
        this.told.push(...messages);
        this.onSend();
      },
      store: (work) => void sql.transaction(() => exposure.change(work())),
      nextVersion: () => {
        const state = this.#known();
        this.#state = { ...state, resultVersion: state.resultVersion + 1 };
        return this.#state.resultVersion;
      },
    });
    const about = { sport: "football", league: "Test League", homeTeam: "Gor Mahia", awayTeam: "AFC Leopards" };
    this.hear({ type: "fixture_change", ...about, startsAtMs: nowMs + 3_600_000, status: "upcoming" }, nowMs);
    const outcomes = OUTCOMES.map((outcomeId) => ({ outcomeId, name: outcomeId, oddsThousandths: PRICES[outcomeId], active: true }));
    const market = { marketId: "1x2", type: "1x2", name: "Match result", specifier: "", status: "active" as const, outcomes };
    const score = { status: "upcoming" as const, minute: null, homeScore: null, awayScore: null };
    this.hear({ type: "odds_change", ...score, markets: [market] }, nowMs);
  }

  hear(body: FeedBody, nowMs: number): void {
    this.#sequence += 1;
    const header = { v: 1 as const, feed: "simulator", messageId: `m${this.#sequence}`, fixtureId: this.fixtureId, producedAtMs: nowMs };
    const after = applyFeedMessage(this.#state, { ...header, sequence: this.#sequence, ...body } as FeedMessage, nowMs);
    if (!after.ok) throw new Error(after.error.reason);
    if (after.value !== null) this.#state = withLeadsCounted(this.#state, after.value, LEAD_MIN);
  }

  confirm(bets: readonly ConfirmBet[], nowMs: number): void {
    this.#settlements.confirm(bets, nowMs);
  }

  /** Tells the bets what they don't know, into `told`. */
  async walk(nowMs: number): Promise<void> {
    await this.#settlements.runJob({ key: SETTLE_JOB, dueAtMs: nowMs, attempts: 0, payload: "", generation: 1 }, nowMs);
  }

  #known(): FixtureState {
    if (this.#state === null) throw new Error("no fixture yet");
    return this.#state;
  }
}

type OmitHeader<T> = T extends FeedMessage
  ? Omit<T, "v" | "feed" | "messageId" | "fixtureId" | "sequence" | "producedAtMs" | "producer">
  : never;
/** The feed's time is the test's, unless it is said. */
type FeedBody = OmitHeader<FeedMessage> & { readonly producedAtMs?: number };

interface Standing {
  readonly fixtureId: string;
  readonly bet: ConfirmBet;
}

/** Wallets, channels, and the messages between them. */
export class LiabilityWorld {
  readonly wallets: readonly WalletWorld[];
  readonly channels: ReadonlyMap<string, ChannelWorld>;
  readonly standings: Standing[] = [];
  readonly #readTo = new Map<WalletWorld, number>();

  constructor(fixtureIds: readonly string[], wallets: number) {
    this.wallets = Array.from({ length: wallets }, () => new WalletWorld("KE"));
    for (const wallet of this.wallets) wallet.deposit(5_000_000);
    this.channels = new Map(fixtureIds.map((id) => [id, new ChannelWorld(id, this.nowMs)]));
  }

  get nowMs(): number {
    return this.wallets[0]?.nowMs ?? 0;
  }

  /** Turns what wallets have written since the last time into messages for channels. */
  collect(): void {
    for (const wallet of this.wallets) {
      const seq = wallet.stores.journal.storedSeq();
      for (let from = (this.#readTo.get(wallet) ?? 0) + 1; from <= seq; ) {
        const run = runFrom(wallet.stores, from, seq);
        if (run === null) break;
        this.standings.push(...run.rows.flatMap((row) => standingsOf(run.objectName, row)));
        from = run.toSeq + 1;
      }
      this.#readTo.set(wallet, seq);
    }
  }

  confirm({ fixtureId, bet }: Standing): void {
    this.channels.get(fixtureId)?.confirm([bet], this.nowMs);
  }

  settle({ walletId, fixtureId, bets }: SettlementMessage): void {
    const wallet = this.wallets.find((each) => each.stores.profiles.profile()?.walletId === walletId);
    if (wallet === undefined) throw new Error("a message for nobody");
    must(settleBets(wallet.stores, { fixtureId, bets }, wallet.moment()));
  }

  /** Delivers everything until nobody has anything to say. */
  async quiesce(): Promise<void> {
    for (;;) {
      this.collect();
      for (const channel of this.channels.values()) await channel.walk(this.nowMs);
      const told = [...this.channels.values()].flatMap((channel) => channel.told.splice(0));
      const standings = this.standings.splice(0);
      if (told.length === 0 && standings.length === 0) return;
      for (const each of standings) this.confirm(each);
      for (const each of told) this.settle(each);
    }
  }
}
