/**
 * All fixtures of one tenant as lists and as channels (`live`, `football`, `all`). Named `<country>:lobby`.
 *
 * It decides nothing: each fixture's channel owns its state and publishes it here. Publications are gathered for a moment, then
 * stored and broadcast together, and only then answered: a channel that hears nothing publishes again, so a lost lobby converges.
 */
import { DurableObject } from "cloudflare:workers";
import { invariant } from "../../shared/kernel/invariant.ts";
import { toRfc3339, unixMs } from "../../shared/kernel/time.ts";
import { fixtureWire } from "../../shared/odds/fixture-view.ts";
import { byStart, isShown, type LobbyChange, leavesAtMs, lobbyDelta } from "../../shared/odds/lobby.ts";
import type { FixtureView, OddsLobbyRpc } from "../../shared/protocol/rpc/odds-channel.ts";
import { type DeltaFrame, type ImageFrame, LOBBY_CHANNELS, type LobbyChannel, type StateFrame } from "../../shared/protocol/ws/odds.ts";
import { AlarmTable } from "../platform/alarm-table.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { Conflation } from "./conflation.ts";
import { DeltaRing } from "./delta-ring.ts";
import { type LobbyFixture, OddsLobbyStore } from "./odds-lobby-store.ts";
import { OddsSockets } from "./odds-sockets.ts";

/** How long changes are gathered before they are stored and broadcast. */
export const GATHER_MS = 300;
const FIXTURES_MAX = 5_000;
const SWEEP_JOB = "sweep";

/** What a channel's clients knew of the fixtures that have changed since. */
type Seen = Map<string, FixtureView | null>;

export class OddsLobby extends DurableObject<Cloudflare.Env> implements OddsLobbyRpc {
  readonly #sql: Sql;
  readonly #store: OddsLobbyStore;
  readonly #alarms: AlarmTable;
  readonly #sockets: OddsSockets;
  readonly #rings: ReadonlyMap<LobbyChannel, DeltaRing> = new Map(LOBBY_CHANNELS.map((channel) => [channel, new DeltaRing()]));
  /** What is stored and was broadcast. A cache of the store. */
  readonly #fixtures: Map<string, LobbyFixture>;
  readonly #seqs: Map<LobbyChannel, number>;
  /** Published and not yet stored; lists show it at once. */
  readonly #pending = new Map<string, FixtureView>();
  readonly #gathered: ReadonlyMap<LobbyChannel, Conflation<Seen>>;
  #flush: Promise<void> | null = null;
  /** The sweep's job is due then or earlier; infinite while there is nothing to sweep. */
  #sweepAtMs: number;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#sql = durableSql(ctx.storage);
    this.#store = new OddsLobbyStore(this.#sql);
    this.#alarms = new AlarmTable(this.#sql, ctx.storage);
    this.#fixtures = new Map(this.#store.fixtures().map((fixture) => [fixture.view.fixtureId, fixture]));
    this.#seqs = this.#store.channelSeqs();
    this.#sweepAtMs = earliest(this.#fixtures.values());
    this.#sockets = new OddsSockets(ctx, {
      image: (channel) => JSON.stringify(this.#image(lobbyChannel(channel))),
      resubscribe: (channel, seq) => this.#resubscribe(lobbyChannel(channel), seq),
    });
    this.#gathered = new Map(LOBBY_CHANNELS.map((channel) => [channel, this.#conflation(channel)]));
    this.#alarms.rearm();
  }

  #conflation(channel: LobbyChannel): Conflation<Seen> {
    return new Conflation<Seen>(this.#sockets, {
      channel,
      changesSince: (seen) =>
        lobbyDelta(
          channel,
          [...seen].map(([id, before]) => ({ before, after: this.#fixtures.get(id)?.view ?? null })),
        ),
      stamp: () => this.#stamp(channel, Date.now()),
    });
  }

  async publish(fixture: FixtureView): Promise<void> {
    const known = this.#pending.get(fixture.fixtureId) ?? this.#fixtures.get(fixture.fixtureId)?.view;
    if (known !== undefined && known.seq >= fixture.seq) return this.#flush ?? undefined;
    invariant(known !== undefined || this.#fixtures.size + this.#pending.size < FIXTURES_MAX, "a lobby with too many fixtures");
    this.#pending.set(fixture.fixtureId, fixture);
    this.#flush ??= scheduler.wait(GATHER_MS).then(() => this.#storeAndBroadcast());
    return this.#flush;
  }

  async list(query: Parameters<OddsLobbyRpc["list"]>[0]): ReturnType<OddsLobbyRpc["list"]> {
    const { status, sport, limit, offset } = query;
    const matching = this.#views().filter(
      (fixture) => (status === "all" || fixture.status === status) && (sport === null || fixture.sport === sport),
    );
    return { fixtures: matching.sort(byStart).slice(offset, offset + limit), total: matching.length };
  }

  /** Opens a socket on the channel that the address ends with; 404 when there is no such channel. */
  override async fetch(request: Request): Promise<Response> {
    const channel = new URL(request.url).pathname.split("/").at(-1) ?? "";
    return isLobbyChannel(channel) ? this.#sockets.open(channel, request) : new Response(null, { status: 404 });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#sockets.receive(socket, message);
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, () => this.#sweep(Date.now()));
  }

  #views(): FixtureView[] {
    const views = new Map([...this.#fixtures].map(([id, fixture]) => [id, fixture.view]));
    for (const [id, view] of this.#pending) views.set(id, view);
    return [...views.values()];
  }

  #storeAndBroadcast(): void {
    const nowMs = Date.now();
    const published = [...this.#pending.values()];
    this.#pending.clear();
    this.#flush = null;
    const next = published.map((view): LobbyFixture => {
      const before = this.#fixtures.get(view.fixtureId) ?? null;
      return { view, leavesAtMs: leavesAtMs(view, before, nowMs) };
    });
    this.#apply(
      next.map((after) => ({ id: after.view.fixtureId, after })),
      nowMs,
    );
  }

  /** Removes what has been over, or forgotten, for long enough. */
  #sweep(nowMs: number): void {
    const leaving = [...this.#fixtures].filter(([, fixture]) => fixture.leavesAtMs <= nowMs);
    this.#apply(
      leaving.map(([id]) => ({ id, after: null })),
      nowMs,
    );
    this.#sweepAtMs = earliest(this.#fixtures.values());
    if (Number.isFinite(this.#sweepAtMs)) this.#alarms.schedule(SWEEP_JOB, Math.max(this.#sweepAtMs, nowMs + 1));
  }

  /** Stores changes in one transaction, then makes memory follow and tells the subscribers. */
  #apply(changes: readonly { readonly id: string; readonly after: LobbyFixture | null }[], nowMs: number): void {
    const seen = changes.map(
      ({ id, after }): LobbyChange => ({ before: this.#fixtures.get(id)?.view ?? null, after: after?.view ?? null }),
    );
    const deltas = LOBBY_CHANNELS.flatMap((channel) => {
      const delta = lobbyDelta(channel, seen);
      return delta === null ? [] : [{ channel, delta, seq: this.#seq(channel) + 1 }];
    });
    const sweepAtMs = earliest(changes.flatMap(({ after }) => after ?? []));
    this.#sql.transaction(() => {
      for (const { id, after } of changes) {
        if (after === null) this.#store.removeFixture(id);
        else this.#store.saveFixture(after);
      }
      for (const { channel, seq } of deltas) this.#store.saveChannelSeq(channel, seq);
      if (sweepAtMs < this.#sweepAtMs) this.#alarms.schedule(SWEEP_JOB, sweepAtMs);
    });
    this.#sweepAtMs = Math.min(this.#sweepAtMs, sweepAtMs);
    this.#alarms.arm();
    for (const { id, after } of changes) {
      if (after === null) this.#fixtures.delete(id);
      else this.#fixtures.set(id, after);
    }
    for (const { channel, delta, seq } of deltas) {
      this.#seqs.set(channel, seq);
      const frame: DeltaFrame = { type: "delta", ...this.#stamp(channel, nowMs), ...delta };
      const text = this.#rings.get(channel)?.add(frame, nowMs);
      if (text !== undefined) this.#sockets.broadcast(channel, text);
      this.#gathered.get(channel)?.changed(seq - 1, (known) => withFirstSeen(known ?? new Map(), changes, seen));
    }
  }

  #seq(channel: LobbyChannel): number {
    return this.#seqs.get(channel) ?? 0;
  }

  /** What subscribers have seen, in the order of start: pending changes come to them as the next delta. */
  #shown(channel: LobbyChannel): readonly FixtureView[] {
    const views = [...this.#fixtures.values()].map((fixture) => fixture.view);
    return views.filter((view) => isShown(channel, view)).sort(byStart);
  }

  #stamp(channel: LobbyChannel, nowMs: number): { readonly seq: number; readonly published_at: string; readonly late: boolean } {
    const late = this.#shown(channel).some((fixture) => fixture.late);
    return { seq: this.#seq(channel), published_at: toRfc3339(unixMs(nowMs)), late };
  }

  #image(channel: LobbyChannel): ImageFrame {
    return { type: "img", channel, ...this.#stamp(channel, Date.now()), fixtures: this.#shown(channel).map(fixtureWire) };
  }

  #resubscribe(channel: LobbyChannel, seq: number): readonly string[] {
    const current = this.#seq(channel);
    if (seq === current) return [JSON.stringify({ type: "state", ...this.#stamp(channel, Date.now()) } satisfies StateFrame)];
    return this.#rings.get(channel)?.since(seq, current) ?? [JSON.stringify(this.#image(channel))];
  }
}

/** Remembers of each fixture what was seen of it first. */
function withFirstSeen(known: Seen, changes: readonly { readonly id: string }[], seen: readonly LobbyChange[]): Seen {
  for (const [index, { id }] of changes.entries()) if (!known.has(id)) known.set(id, seen[index]?.before ?? null);
  return known;
}

function earliest(fixtures: Iterable<LobbyFixture>): number {
  return Math.min(...[...fixtures].map((fixture) => fixture.leavesAtMs));
}

function isLobbyChannel(text: string): text is LobbyChannel {
  return (LOBBY_CHANNELS as readonly string[]).includes(text);
}

function lobbyChannel(text: string): LobbyChannel {
  invariant(isLobbyChannel(text), `not a channel of a lobby: ${text}`);
  return text;
}
