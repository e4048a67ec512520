/**
 * Fixtures of one country and their feed: prices that move, stops, results, corrected results, results taken back, cancellations.
 * Speaks through the feed, which brings it to the real channels.
 */
import { DAY_MS, HOUR_MS } from "../../shared/kernel/time.ts";
import type { FeedMarket, FeedMessage } from "../../shared/protocol/feed/message.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import type { Prng } from "./prng.ts";
import { FEED, PRODUCERS, type Said, type SimFeed } from "./sim-feed.ts";
import type { World } from "./world.ts";

export type Result = "won" | "lost" | "void";

export interface Fixture {
  readonly fixtureId: string;
  readonly country: Country;
  /** May be bet on. */
  isOpen: boolean;
  isLive: boolean;
  /** What stands for each outcome of each market; null while undecided. */
  readonly results: Map<string, Result | null>;
  messages: number;
  odds: number;
}

const OUTCOMES = { "1x2": ["home", "draw", "away"], "total=2.5": ["over", "under"] } as const;
type MarketId = keyof typeof OUTCOMES;
const MARKETS = Object.keys(OUTCOMES) as MarketId[];

/** Every selection that a fixture offers. */
export function selectionsOf({ fixtureId }: Fixture): readonly string[] {
  return MARKETS.flatMap((market) => OUTCOMES[market].map((outcome) => `${fixtureId}:${market}:${outcome}`));
}

export class FixtureBoard {
  readonly all: Fixture[] = [];
  readonly #world: World;
  readonly #feed: SimFeed;
  readonly #prng: Prng;
  readonly #country: Country;
  #busy = 0;
  #isEnding = false;

  constructor(world: World, feed: SimFeed, country: Country) {
    this.#world = world;
    this.#feed = feed;
    this.#country = country;
    this.#prng = world.prng.split(`fixtures-${country}`);
  }

  get open(): readonly Fixture[] {
    return this.all.filter((fixture) => fixture.isOpen);
  }

  /** True when no fixture's story is still being told. */
  get isQuiet(): boolean {
    return this.#busy === 0;
  }

  /** Keeps `count` fixtures open until `end`. */
  keepOpen(count: number): void {
    for (let index = 0; index < count; index += 1) void this.#tellStories();
  }

  /** No new fixtures; those that are open come to their result. */
  end(): void {
    this.#isEnding = true;
  }

  async #tellStories(): Promise<void> {
    this.#busy += 1;
    while (!this.#isEnding) await this.#tellOne();
    this.#busy -= 1;
  }

  async #tellOne(): Promise<void> {
    const prng = this.#prng;
    const fixture: Fixture = {
      fixtureId: `fx_${this.#country.toLowerCase()}_${this.all.length + 1}`,
      country: this.#country,
      isOpen: false,
      isLive: false,
      results: new Map(
        selectionsOf({ fixtureId: `fx_${this.#country.toLowerCase()}_${this.all.length + 1}` } as Fixture).map((id) => [id, null]),
      ),
      messages: 0,
      odds: 2_000,
    };
    this.all.push(fixture);
    // Announced for later and brought forward: days that pass by a fault must not make it a match that was never played.
    for (const inMs of [30 * DAY_MS, 2 * HOUR_MS]) await this.#announce(fixture, this.#world.nowMs + inMs);
    await this.#sayOdds(fixture);
    fixture.isOpen = true;
    for (let moves = prng.between(2, 6); moves > 0 && !this.#isEnding; moves -= 1) {
      await this.#sleep(prng.between(5_000, 120_000));
      if (prng.chance(0.3)) {
        await this.#say(fixture, (header) => ({ ...header, type: "bet_stop", reason: "POSSIBLE_GOAL" }));
        await this.#sleep(prng.between(1_000, 15_000));
      }
      if (prng.chance(0.1)) await this.#result(fixture, ["total=2.5"]);
      if (!fixture.isLive && prng.chance(0.25)) await this.#kickOff(fixture);
      await this.#sayOdds(fixture);
    }
    if (prng.chance(0.1)) await this.#cancel(fixture);
    await this.#result(fixture, MARKETS);
    // A channel may still take a bet that it priced before; it is settled all the same.
    fixture.isOpen = false;
    await this.#correct(fixture);
  }

  #announce(fixture: Fixture, startsAtMs: number): Promise<void> {
    const teams = { sport: "football", league: "Sim League", homeTeam: "Home", awayTeam: "Away" };
    return this.#say(fixture, (header) => ({ ...header, type: "fixture_change", ...teams, startsAtMs, status: statusOf(fixture) }));
  }

  /** From here on bets, cash-outs and edits wait before they are decided. */
  #kickOff(fixture: Fixture): Promise<void> {
    this.#world.reached("kick-off");
    fixture.isLive = true;
    return this.#announce(fixture, this.#world.nowMs);
  }

  /** Results are sometimes wrong at first, and sometimes taken back altogether. */
  async #correct(fixture: Fixture): Promise<void> {
    const prng = this.#prng;
    while (prng.chance(0.5)) {
      await this.#sleep(prng.between(0, 180_000));
      if (prng.chance(0.4)) {
        this.#world.reached("result-rolled-back");
        await this.#say(fixture, (header) => ({ ...header, type: "rollback_settlement", marketIds: ["1x2"] }));
        for (const outcome of OUTCOMES["1x2"]) this.#set(fixture, `${fixture.fixtureId}:1x2:${outcome}`, null);
        await this.#sleep(prng.between(0, 30_000));
      }
      this.#world.reached("result-corrected");
      await this.#result(fixture, ["1x2"]);
    }
  }

  async #result(fixture: Fixture, markets: readonly MarketId[]): Promise<void> {
    const decided = markets.map((marketId) => {
      const winner = this.#prng.pick<string>(OUTCOMES[marketId]);
      const isVoid = this.#prng.chance(0.08);
      const outcomes = OUTCOMES[marketId].map((outcomeId) => ({
        outcomeId,
        result: isVoid ? ("void" as const) : outcomeId === winner ? ("won" as const) : ("lost" as const),
      }));
      return { marketId, outcomes };
    });
    await this.#say(fixture, (header) => ({ ...header, type: "bet_settlement", homeScore: 1, awayScore: 0, markets: decided }));
    for (const { marketId, outcomes } of decided)
      for (const { outcomeId, result } of outcomes) this.#set(fixture, `${fixture.fixtureId}:${marketId}:${outcomeId}`, result);
  }

  /** Voids a market for good, whatever comes later. */
  async #cancel(fixture: Fixture): Promise<void> {
    this.#world.reached("market-cancelled");
    await this.#say(fixture, (header) => ({
      ...header,
      type: "bet_cancel",
      marketIds: ["total=2.5"],
      placedFromMs: null,
      placedToMs: null,
      reason: "ERROR",
    }));
    for (const outcome of OUTCOMES["total=2.5"]) this.#set(fixture, `${fixture.fixtureId}:total=2.5:${outcome}`, "void", true);
  }

  readonly #cancelled = new Set<string>();

  #set(fixture: Fixture, selectionId: string, result: Result | null, isFinal = false): void {
    if (this.#cancelled.has(selectionId)) return;
    if (isFinal) this.#cancelled.add(selectionId);
    fixture.results.set(selectionId, result);
  }

  async #sayOdds(fixture: Fixture): Promise<void> {
    fixture.odds = this.#prng.between(1_100, 4_000);
    const market = (marketId: MarketId): FeedMarket => ({
      marketId,
      type: marketId === "1x2" ? "1x2" : "total",
      name: marketId,
      specifier: marketId === "1x2" ? "" : marketId,
      status: "active",
      outcomes: OUTCOMES[marketId].map((outcomeId, index) => ({
        outcomeId,
        name: outcomeId,
        oddsThousandths: fixture.odds + index * 350,
        active: true,
      })),
    });
    await this.#say(fixture, (header) => ({
      ...header,
      type: "odds_change",
      ...{ status: statusOf(fixture), minute: fixture.isLive ? 1 : null, homeScore: null, awayScore: null },
      markets: MARKETS.map(market),
    }));
  }

  /** Says it, and waits until the platform has taken it. */
  #say(fixture: Fixture, body: (header: Header) => Said): Promise<void> {
    fixture.messages += 1;
    const { fixtureId, messages, isLive } = fixture;
    const header: Header = { v: 1, feed: FEED, messageId: `${fixtureId}-${messages}`, fixtureId, producedAtMs: this.#world.nowMs };
    return this.#feed.say(this.#country, isLive ? PRODUCERS.live : PRODUCERS.before, body(header));
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.#world.after(this.#isEnding ? Math.min(delayMs, 100) : delayMs, "", resolve));
  }
}

function statusOf({ isLive }: Fixture): "live" | "upcoming" {
  return isLive ? "live" : "upcoming";
}

type Header = Pick<FeedMessage, "v" | "feed" | "messageId" | "fixtureId" | "producedAtMs">;
