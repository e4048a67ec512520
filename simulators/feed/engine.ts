/**
 * Keeps the platform at what the schedule, and people, say of each fixture.
 *
 * It remembers the last snapshot that the platform accepted of each fixture and posts the messages from there to the present one.
 * A post that fails changes nothing here, so the next tick sends the difference again: there is no queue to lose. Work is done one
 * piece at a time, so a tick and a person's command never cross. A fixture that a person touched is theirs until it is released.
 */
import type { FeedMessage } from "../../shared/protocol/feed/message.ts";
import { adopted } from "./hand.ts";
import { type FeedBody, keepAlive, messagesBetween } from "./messages.ts";
import { FEED_NAME, type FeedPlatform } from "./platform-client.ts";
import type { Schedule } from "./schedule.ts";
import type { Season } from "./season.ts";
import { type Clock, type Snapshot, snapshotOf } from "./snapshot.ts";

const BATCH_MESSAGES = 50;
const KEEP_ALIVE_MS = 10_000;
/** After so long without a tick the platform is asked which fixtures wait for an end that was never sent. */
const RECOVER_AFTER_MS = 5 * 60_000;
const HELD_MAX = 500;

export interface EngineParts {
  readonly season: Season;
  readonly schedule: Schedule;
  readonly platform: FeedPlatform;
  readonly minuteMs: number;
  readonly now: () => number;
}

interface Outgoing {
  readonly snapshot: Snapshot;
  readonly bodies: readonly FeedBody[];
}

export class FeedEngine {
  readonly #parts: EngineParts;
  readonly #sent = new Map<string, Snapshot>();
  readonly #held = new Map<string, Snapshot>();
  readonly #lastSequence = new Map<string, number>();
  readonly #lastPostMs = new Map<string, number>();
  #advancedMs = 0;
  #lastTickMs = 0;
  #work: Promise<unknown> = Promise.resolve();
  paused = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** What the feed says of each of its fixtures now, people's own first. */
  fixtures(): readonly Snapshot[] {
    const scheduled = this.#parts.schedule.fixturesAt(this.#clock().scheduleMs).filter((fixture) => !this.#held.has(fixture.fixtureId));
    return [...this.#held.values(), ...scheduled.map((fixture) => snapshotOf(this.#parts.season, fixture, this.#clock()))];
  }

  isHeld(fixtureId: string): boolean {
    return this.#held.has(fixtureId);
  }

  /** Brings the platform up to date; while paused, only tells it that the feed is alive. */
  tick(): Promise<void> {
    return this.#next(() => (this.paused ? this.#keepAlive() : this.#catchUp()));
  }

  /** Moves the schedule's clock and brings the platform to it, paused or not. */
  advance(minutes: number): Promise<void> {
    return this.#next(() => {
      this.#advancedMs += minutes * this.#parts.minuteMs;
      return this.#catchUp();
    });
  }

  /** Adds a fixture of a person's own. */
  add(snapshot: Snapshot): Promise<Snapshot> {
    return this.#next(() => this.#hold(snapshot));
  }

  /** Changes a fixture by hand and answers it once the platform accepted the change; null when nobody knows the fixture. */
  change(fixtureId: string, change: (snapshot: Snapshot) => Snapshot): Promise<Snapshot | null> {
    return this.#next(async () => {
      const known = await this.#find(fixtureId);
      return known === null ? null : this.#hold(change(known));
    });
  }

  /** Sends one message that changes nothing of the fixture itself; null when nobody knows the fixture. */
  say(fixtureId: string, body: FeedBody): Promise<Snapshot | null> {
    return this.#next(async () => {
      const snapshot = await this.#find(fixtureId);
      if (snapshot !== null) await this.#post([{ snapshot: this.#sent.get(fixtureId) ?? snapshot, bodies: [body] }]);
      return snapshot;
    });
  }

  /** Gives a scheduled fixture back to the schedule. */
  release(fixtureId: string): Promise<void> {
    return this.#next(() => {
      if (this.#parts.schedule.find(fixtureId) !== null) this.#held.delete(fixtureId);
      return this.#catchUp();
    });
  }

  #next<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#work.then(task, task);
    this.#work = done.catch(() => undefined);
    return done;
  }

  #clock(): Clock {
    return { scheduleMs: this.#parts.now() + this.#advancedMs, offsetMs: -this.#advancedMs, minuteMs: this.#parts.minuteMs };
  }

  async #hold(snapshot: Snapshot): Promise<Snapshot> {
    if (!this.#held.has(snapshot.fixtureId) && this.#held.size >= HELD_MAX) throw new Error(`more than ${HELD_MAX} fixtures held by hand`);
    this.#held.set(snapshot.fixtureId, snapshot);
    await this.#send([snapshot]);
    return snapshot;
  }

  async #find(fixtureId: string): Promise<Snapshot | null> {
    const held = this.#held.get(fixtureId);
    if (held !== undefined) return held;
    const scheduled = this.#parts.schedule.find(fixtureId);
    if (scheduled !== null) return snapshotOf(this.#parts.season, scheduled, this.#clock());
    const known = await this.#parts.platform.fixture(fixtureId);
    if (known === null) return null;
    const snapshot = adopted(known, this.#parts.season.expect(known.home_team, known.away_team));
    this.#sent.set(fixtureId, snapshot);
    return snapshot;
  }

  async #catchUp(): Promise<void> {
    const { season, schedule, now } = this.#parts;
    const open = new Set(await this.#forgotten());
    for (const sent of this.#sent.values()) if (!isOver(sent)) open.add(sent.fixtureId);
    // A match that ended before anybody was told of it is no news.
    const news = this.fixtures().filter(
      ({ fixtureId, status }) => status !== "finished" || this.#sent.has(fixtureId) || open.has(fixtureId),
    );
    const snapshots = new Map(news.map((snapshot) => [snapshot.fixtureId, snapshot]));
    for (const fixtureId of open) {
      const scheduled = snapshots.has(fixtureId) ? null : schedule.find(fixtureId);
      if (scheduled !== null) snapshots.set(fixtureId, snapshotOf(season, scheduled, this.#clock()));
    }
    await this.#send([...snapshots.values()]);
    await this.#keepAlive();
    for (const fixtureId of this.#sent.keys()) if (!snapshots.has(fixtureId)) this.#forget(fixtureId);
    this.#lastTickMs = now();
  }

  /** Fixtures that the platform has open and no tick has spoken of: those of a time when this feed, or the platform, was away. */
  async #forgotten(): Promise<readonly string[]> {
    if (this.#parts.now() - this.#lastTickMs < RECOVER_AFTER_MS) return [];
    return [...(await this.#parts.platform.openFixtures())];
  }

  #forget(fixtureId: string): void {
    for (const map of [this.#sent, this.#lastSequence, this.#lastPostMs]) map.delete(fixtureId);
  }

  async #keepAlive(): Promise<void> {
    const silentSinceMs = this.#parts.now() - KEEP_ALIVE_MS;
    const silent = [...this.#sent.values()].filter(
      ({ fixtureId, status }) => status === "live" && (this.#lastPostMs.get(fixtureId) ?? 0) <= silentSinceMs,
    );
    await this.#post(silent.map((snapshot) => ({ snapshot, bodies: [keepAlive(snapshot)] })));
  }

  async #send(snapshots: readonly Snapshot[]): Promise<void> {
    const difference = (snapshot: Snapshot): Outgoing => ({
      snapshot,
      bodies: messagesBetween(this.#sent.get(snapshot.fixtureId) ?? null, snapshot),
    });
    const unknown = await this.#post(snapshots.map(difference));
    // A tenant never heard of these: say everything, once.
    const again = snapshots.filter((snapshot) => unknown.has(snapshot.fixtureId));
    for (const { fixtureId } of again) this.#sent.delete(fixtureId);
    if (again.length > 0) await this.#post(again.map(difference));
  }

  /** Posts in batches, remembers what was accepted, and answers the fixtures that some tenant does not know. */
  async #post(outgoing: readonly Outgoing[]): Promise<ReadonlySet<string>> {
    const unknown = new Set<string>();
    const waiting = outgoing.filter(({ bodies }) => bodies.length > 0);
    while (waiting.length > 0) {
      const batch: Outgoing[] = [];
      const messages: FeedMessage[] = [];
      for (let next = waiting[0]; next !== undefined && messages.length < BATCH_MESSAGES; next = waiting[0]) {
        const { snapshot, bodies } = next;
        messages.push(...bodies.map((body) => this.#numbered(snapshot.fixtureId, body)));
        batch.push(next);
        waiting.shift();
      }
      const receipt = await this.#parts.platform.post(messages);
      for (const { snapshot } of batch) {
        this.#sent.set(snapshot.fixtureId, snapshot);
        this.#lastPostMs.set(snapshot.fixtureId, this.#parts.now());
      }
      for (const fixtureId of receipt.unknown_fixtures) unknown.add(fixtureId);
    }
    return unknown;
  }

  /** Sequences follow the clock, so that those of a later run are larger. */
  #numbered(fixtureId: string, body: FeedBody): FeedMessage {
    const sequence = Math.max(this.#parts.now(), (this.#lastSequence.get(fixtureId) ?? 0) + 1);
    this.#lastSequence.set(fixtureId, sequence);
    const messageId = `${fixtureId}-${sequence}`;
    return { v: 1, feed: FEED_NAME, messageId, fixtureId, sequence, producedAtMs: this.#parts.now(), ...body } as FeedMessage;
  }
}

function isOver({ status }: Snapshot): boolean {
  return status === "finished" || status === "cancelled";
}
