/**
 * One fixture of one tenant: prices, market states, results, and the bets that were accepted on it. Named `<country>:<fixture id>`.
 *
 * The only owner of the fixture's state: prices are read, set aside and settled here, so a goal and a bet can't cross. Clients' odds
 * decide nothing. Every feed message is one transaction; what follows from it (the lobby, D1, settlement) is a job row written in the
 * same transaction, so it happens even if this instance dies at once.
 */
import { DurableObject } from "cloudflare:workers";
import { leadMinOf } from "../../shared/betting/early-payout.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { localDay, unixMs } from "../../shared/kernel/time.ts";
import { withJumpsChecked, withLiabilityChecked } from "../../shared/odds/automatic-suspensions.ts";
import { catalogueChanged, catalogueRow } from "../../shared/odds/catalogue.ts";
import { fixtureDelta } from "../../shared/odds/fixture-delta.ts";
import { applyFeedMessage, type FixtureState } from "../../shared/odds/fixture-state.ts";
import { fixtureView, fixtureWire } from "../../shared/odds/fixture-view.ts";
import type { MarketMove } from "../../shared/odds/liability.ts";
import { withProducer } from "../../shared/odds/market-offers.ts";
import { lateAfterMs, priceSelections } from "../../shared/odds/offers.ts";
import { withLeadsCounted } from "../../shared/odds/score-history.ts";
import { limitsOf, liveDelayOf, nextPriceExpiryAtMs, withExpiredPricesGone } from "../../shared/odds/trading.ts";
import { unplayedVoidAtMs, withUnplayedVoid } from "../../shared/odds/unplayed.ts";
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import { FIXTURE_TOPIC } from "../../shared/protocol/queue/fixture-row.ts";
import type { ProjectionMessage } from "../../shared/protocol/queue/messages.ts";
import type { CashOutWatch, CashOutWatchRpc } from "../../shared/protocol/rpc/cash-out-watch.ts";
import type { Coverage } from "../../shared/protocol/rpc/feed-monitor.ts";
import type {
  ConfirmBet,
  FeedMessageRefusal,
  FixtureView,
  OddsChannelRpc,
  OddsPolicy,
  Reservation,
  ReserveRefusal,
  ReserveSelections,
  SettlementAck,
  WantedSelection,
} from "../../shared/protocol/rpc/odds-channel.ts";
import type {
  FieldSheet,
  ResultsPreview,
  TradingDone,
  TradingOrderRefusal,
  TradingRpc,
  TradingWish,
} from "../../shared/protocol/rpc/trading.ts";
import type { AcceptedSelection } from "../../shared/protocol/rpc/wallet.ts";
import { isCountry, tenantOf } from "../../shared/tenants/index.ts";
import { sportsRulesOf } from "../../shared/tenants/sports/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { type AlarmJob, AlarmTable } from "../platform/alarm-table.ts";
import { DRAIN_DELAY_MS, OUTBOX_JOB, Outbox } from "../platform/outbox.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { AcceptedBetStore } from "./accepted-bet-store.ts";
import { CashOutWatchStore } from "./cash-out-watch-store.ts";
import { CashOutWatchers, WATCH_JOB } from "./cash-out-watchers.ts";
import { Exposure } from "./exposure.ts";
import { ExposureStore } from "./exposure-store.ts";
import { FixtureStream } from "./fixture-stream.ts";
import { LobbyPublisher } from "./lobby-publisher.ts";
import { type ChannelFixture, OddsChannelStore } from "./odds-channel-store.ts";
import { SETTLE_AGAIN_JOB, SETTLE_JOB, Settlements } from "./settlements.ts";
import { TradingDesk } from "./trading-desk.ts";
import { TradingStore } from "./trading-store.ts";

const PUBLISH_JOB = "publish";
const LATE_JOB = "late";
const UNPLAYED_JOB = "unplayed";
const PRICES_JOB = "prices-end";
/** How long a price may take to become a bet, milliseconds. */
const RESERVATION_MS = 10_000;
/** The lobby is told at once; the job makes sure of it, and finds nothing to do as a rule. */
const PUBLISH_CHECK_MS = 2_000;

export class OddsChannel extends DurableObject<Cloudflare.Env> implements OddsChannelRpc, TradingRpc, CashOutWatchRpc {
  readonly #sql: Sql;
  readonly #store: OddsChannelStore;
  readonly #alarms: AlarmTable;
  readonly #outbox: Outbox;
  readonly #stream: FixtureStream;
  readonly #lobby: LobbyPublisher;
  readonly #settlements: Settlements;
  readonly #exposure: Exposure;
  readonly #desk: TradingDesk;
  readonly #watchers: CashOutWatchers;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#sql = durableSql(ctx.storage);
    this.#store = new OddsChannelStore(this.#sql);
    const [bets, exposure] = [new AcceptedBetStore(this.#sql), new ExposureStore(this.#sql)];
    this.#exposure = new Exposure(exposure);
    this.#alarms = new AlarmTable(this.#sql, ctx.storage);
    this.#outbox = new Outbox(this.#sql);
    this.#stream = new FixtureStream(ctx, () => this.#known());
    const newest = () => fixtureView(this.#known().state, this.#known().country);
    this.#lobby = new LobbyPublisher(ctx, newest, (fixture) => this.env.ODDS_LOBBY.getByName(`${fixture.country}:lobby`).publish(fixture));
    this.#settlements = new Settlements(bets, {
      alarms: this.#alarms,
      fixture: () => this.#known(),
      send: async (messages) => void (await this.env.SETTLEMENT_QUEUE.sendBatch(messages.map((body) => ({ body })))),
      store: (work) => this.#checkLiability(this.#sql.transaction(() => this.#exposure.change(work()))),
      nextVersion: () => {
        const { country, state } = this.#known();
        this.#commit(country, state, { ...state, resultVersion: state.resultVersion + 1 }, Date.now());
        return this.#known().state.resultVersion;
      },
    });
    this.#watchers = new CashOutWatchers(new CashOutWatchStore(this.#sql), {
      ...{ alarms: this.#alarms, view: newest },
      send: async (messages) => void (await this.env.ACCEPTANCE_QUEUE.sendBatch(messages.map((body) => ({ body })))),
    });
    this.#desk = new TradingDesk({
      ...{ store: new TradingStore(this.#sql), bets, exposure, fixture: () => this.#known() },
      commit: (after, also) => {
        const { country, state } = this.#known();
        this.#commit(country, state, after, Date.now(), also);
      },
    });
    if (this.#store.fixture !== null) this.#alarms.rearm();
  }

  async ingest(message: FeedMessage, coverage?: Coverage): Promise<Result<{ readonly applied: boolean }, FeedMessageRefusal>> {
    const nowMs = Date.now();
    const known = this.#store.fixture;
    const covered = known === null || coverage === undefined ? null : coveredBy(known.state, message.producer, coverage);
    const applied = applyFeedMessage(covered ?? known?.state ?? null, message, nowMs);
    if (!applied.ok) return applied;
    if (applied.value === null) {
      if (known !== null && covered !== null) this.#commit(known.country, known.state, covered, nowMs);
      return ok({ applied: false });
    }
    const country = known?.country ?? this.#countryOfName(message.fixtureId);
    const { risk, earlyPayout } = sportsRulesOf(country);
    const counted = withLeadsCounted(known?.state ?? null, applied.value, leadMinOf(earlyPayout, applied.value.sport));
    const { state, changes } = withJumpsChecked(known?.state ?? counted, counted, message, risk, nowMs);
    this.#commit(country, known?.state ?? null, state, nowMs, () => this.#desk.noteAutomatic(changes, nowMs));
    return ok({ applied: true });
  }

  async producerChanged({ producer, isUp, version }: Coverage & { readonly producer: number }): Promise<void> {
    const known = this.#store.fixture;
    const after = known === null ? null : withProducer(known.state, producer, isUp, version);
    if (known !== null && after !== null) this.#commit(known.country, known.state, after, Date.now());
  }

  async view(): Promise<FixtureView | null> {
    const known = this.#store.fixture;
    // The settlement sweep wakes a channel by reading it: one that lives on without its alarm is helped as well.
    if (known !== null) this.#alarms.arm();
    return known === null ? null : fixtureView(known.state, known.country);
  }

  async price(wanted: readonly WantedSelection[]): Promise<Result<readonly AcceptedSelection[], ReserveRefusal>> {
    return this.#priced(wanted, "any", Date.now());
  }

  async reserve(command: ReserveSelections): Promise<Result<Reservation, ReserveRefusal>> {
    const nowMs = Date.now();
    const priced = this.#priced(command.selections, command.policy, nowMs, command.eachWay);
    if (!priced.ok) return priced;
    const { betId, walletId, stakeMinor } = command;
    const bet = { betId, walletId, stakeMinor, selections: priced.value, expiresAtMs: nowMs + RESERVATION_MS };
    const { country, state } = this.#known();
    const bounds = {
      productMaxMinor: tenantOf(country).stake.maxMinor,
      risk: sportsRulesOf(country).risk,
      limitsOf: (marketId: string) => limitsOf(state.trading, marketId),
    };
    const stakeMaxMinor = this.#exposure.reserve(bet, bounds, nowMs);
    return ok({ accepted: priced.value, expiresAtMs: bet.expiresAtMs, stakeMaxMinor, liveDelayMs: liveDelayOf(state.trading) });
  }

  async confirm(bets: readonly ConfirmBet[]): Promise<Result<null, { readonly reason: "unknown_fixture" }>> {
    const fixture = this.#store.fixture;
    if (fixture === null) return err({ reason: "unknown_fixture" });
    this.#settlements.confirm(bets, Date.now());
    this.#exposure.confirmed(bets);
    this.#alarms.arm();
    return ok(null);
  }

  async acknowledgeSettlement(acks: readonly SettlementAck[]): Promise<void> {
    if (this.#store.fixture === null) return;
    this.#settlements.acknowledge(acks);
  }

  async trade(order: Parameters<TradingRpc["trade"]>[0]): Promise<Result<TradingDone, TradingOrderRefusal>> {
    if (this.#store.fixture === null) return err({ reason: "unknown_fixture" });
    return this.#desk.trade(order, Date.now());
  }

  async approveTrade(order: Parameters<TradingRpc["approveTrade"]>[0]): Promise<Result<TradingDone, TradingOrderRefusal>> {
    if (this.#store.fixture === null) return err({ reason: "unknown_fixture" });
    return this.#desk.approve(order, Date.now());
  }

  async previewTrade(wish: TradingWish): Promise<Result<ResultsPreview, TradingOrderRefusal>> {
    if (this.#store.fixture === null) return err({ reason: "unknown_fixture" });
    return this.#desk.preview(wish, Date.now());
  }

  async fieldSheet(): Promise<FieldSheet | null> {
    return this.#store.fixture === null ? null : this.#desk.sheet(Date.now());
  }

  async watchCashOut(watch: CashOutWatch): Promise<FixtureView | null> {
    return this.#store.fixture === null ? null : this.#watchers.watch(watch);
  }

  async acknowledgeOutbox(seqs: readonly number[]): Promise<void> {
    if (this.#store.fixture === null) return;
    this.#sql.transaction(() => this.#outbox.acknowledge(seqs));
  }

  /** Opens a socket on the fixture; 404 when there is none. */
  override async fetch(request: Request): Promise<Response> {
    const fixture = this.#store.fixture;
    return fixture === null ? new Response(null, { status: 404 }) : this.#stream.sockets.open(fixture.state.fixtureId, request);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#stream.sockets.receive(socket, message);
  }

  override async alarm(): Promise<void> {
    if (this.#store.fixture !== null) await this.#alarms.run(Date.now, (job) => this.#runJob(job));
  }

  #priced(
    wanted: readonly WantedSelection[],
    policy: OddsPolicy,
    nowMs: number,
    eachWay = false,
  ): Result<readonly AcceptedSelection[], ReserveRefusal> {
    this.#endPrices(nowMs);
    const fixture = this.#store.fixture;
    if (fixture === null) return err({ reason: "unknown_selection", selectionIds: wanted.map((selection) => selection.selectionId) });
    const { country, state } = fixture;
    const places = eachWay
      ? { rules: sportsRulesOf(country).eachWay, day: localDay(unixMs(nowMs), tenantOf(country).utcOffsetMinutes) }
      : null;
    return priceSelections(state, wanted, policy, nowMs, nowMs + RESERVATION_MS, places);
  }

  /** Stores the next state with every job that follows from it, then tells those who watch. */
  #commit(country: Country, before: FixtureState | null, after: FixtureState, nowMs: number, also: () => void = () => {}): void {
    const wireBefore = before === null ? null : fixtureWire(fixtureView(before, country));
    const delta = wireBefore === null ? null : fixtureDelta(wireBefore, fixtureWire(fixtureView(after, country)));
    const visible = wireBefore === null || delta !== null;
    const state: FixtureState = visible ? { ...after, seq: after.seq + 1 } : after;
    this.#sql.transaction(() => {
      this.#store.save(country, state);
      if (catalogueChanged(before, state)) {
        this.#outbox.add(FIXTURE_TOPIC, JSON.stringify(catalogueRow(state)), nowMs);
        this.#alarms.scheduleIfAbsent(OUTBOX_JOB, nowMs + DRAIN_DELAY_MS);
      }
      if (visible) this.#alarms.scheduleIfAbsent(PUBLISH_JOB, nowMs + PUBLISH_CHECK_MS);
      this.#watchers.changed(nowMs);
      if (state.resultVersion > (before?.resultVersion ?? 0)) this.#settlements.resultsChanged(nowMs);
      const voidAtMs = unplayedAtMs(country, state);
      if (voidAtMs !== null && (before === null || voidAtMs !== unplayedAtMs(country, before)))
        this.#alarms.schedule(UNPLAYED_JOB, voidAtMs);
      const endsAtMs = nextPriceExpiryAtMs(state.trading);
      if (endsAtMs !== null && before?.trading !== state.trading) this.#alarms.schedule(PRICES_JOB, endsAtMs);
      also();
      if (state.status === "live" && !state.late) this.#alarms.scheduleIfAbsent(LATE_JOB, state.heardAtMs + lateAfterMs(state));
    });
    this.#store.saved(country, state);
    this.#alarms.arm();
    if (!visible) return;
    if (wireBefore !== null && delta !== null) this.#stream.changed(state, wireBefore, delta, nowMs);
    this.#lobby.soon();
  }

  async #runJob(job: AlarmJob): Promise<void> {
    switch (job.key) {
      case SETTLE_JOB:
      case SETTLE_AGAIN_JOB:
        return this.#settlements.runJob(job, Date.now());
      case PUBLISH_JOB:
        return this.#lobby.publish();
      case OUTBOX_JOB:
        return this.#drainOutbox();
      case LATE_JOB:
        return this.#checkLate();
      case UNPLAYED_JOB:
        return this.#voidUnplayed();
      case WATCH_JOB:
        return this.#watchers.runJob(job);
      case PRICES_JOB:
        return this.#endPrices(Date.now());
      default:
        invariant(false, `unknown job ${job.key}`);
    }
  }

  async #drainOutbox(): Promise<void> {
    const { state, country } = this.#known();
    const nextAtMs = await this.#outbox.drain(Date.now(), async (rows) => {
      const message: ProjectionMessage = {
        ...{ v: 1, source: "odds_channel", objectName: `${country}:${state.fixtureId}`, country },
        rows: rows.map(({ seq, topic, body }) => ({ seq, topic, body })),
      };
      await this.env.PROJECTION_QUEUE.send(message);
    });
    if (nextAtMs !== null) this.#alarms.schedule(OUTBOX_JOB, Math.max(nextAtMs, Date.now() + 1));
  }

  #checkLate(): void {
    const { state, country } = this.#known();
    const nowMs = Date.now();
    if (state.status !== "live" || state.late) return;
    const lateAtMs = state.heardAtMs + lateAfterMs(state);
    if (nowMs < lateAtMs) this.#alarms.schedule(LATE_JOB, lateAtMs);
    else this.#commit(country, state, { ...state, late: true }, nowMs);
  }

  /** Follows a change of what stands. No await lies between, so storage takes both or none. */
  #checkLiability(moves: readonly MarketMove[]): void {
    const { country, state } = this.#known();
    const nowMs = Date.now();
    const { state: after, changes } = withLiabilityChecked(state, moves, sportsRulesOf(country).risk, nowMs);
    if (changes.length > 0) this.#commit(country, state, after, nowMs, () => this.#desk.noteAutomatic(changes, nowMs));
  }

  /** Ends prices of the house whose time is over: by alarm, and before a price is given that the alarm has not reached. */
  #endPrices(nowMs: number): void {
    const fixture = this.#store.fixture;
    const after = fixture === null ? null : withExpiredPricesGone(fixture.state, nowMs);
    if (fixture !== null && after !== null) this.#commit(fixture.country, fixture.state, after, nowMs);
  }

  #voidUnplayed(): void {
    const { state, country } = this.#known();
    const [nowMs, voidAtMs] = [Date.now(), unplayedAtMs(country, state)];
    if (voidAtMs === null) return;
    if (nowMs < voidAtMs) {
      this.#alarms.schedule(UNPLAYED_JOB, voidAtMs);
      return;
    }
    const after = withUnplayedVoid(state, nowMs);
    if (after !== null) this.#commit(country, state, after, nowMs);
  }

  #known(): ChannelFixture {
    const fixture = this.#store.fixture;
    invariant(fixture !== null, "a job of a channel without a fixture");
    return fixture;
  }

  #countryOfName(fixtureId: string): Country {
    const [country, id] = (this.ctx.id.name ?? "").split(":");
    invariant(isCountry(country) && id === fixtureId, "a feed message went to the wrong channel");
    return country;
  }
}

function unplayedAtMs(country: Country, state: FixtureState): number | null {
  return unplayedVoidAtMs(state, sportsRulesOf(country).settlement);
}

/** The state with what is newly known of the producer that speaks; null when nothing is. */
function coveredBy(state: FixtureState, producer: number | undefined, { isUp, version }: Coverage): FixtureState | null {
  return producer === undefined ? null : withProducer(state, producer, isUp, version);
}
