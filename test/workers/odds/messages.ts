/** Feed messages for tests of the odds objects: a football fixture with a 1x2 and a total, every field filled. */
import { env } from "cloudflare:workers";
import type { FeedMarket, FeedMessage } from "../../../shared/protocol/feed/message.ts";
import type { WantedSelection } from "../../../shared/protocol/rpc/odds-channel.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";

let serial = 0;

/** An id that no other test has. */
export function newFixtureId(): string {
  serial += 1;
  return `fx_test_${Date.now().toString(36)}_${serial}_${Math.random().toString(36).slice(2, 8)}`;
}

export function channelOf(fixtureId: string, country: Country = "KE") {
  return env.ODDS_CHANNEL.getByName(`${country}:${fixtureId}`);
}

type Body<T extends FeedMessage["type"]> = Partial<Omit<Extract<FeedMessage, { type: T }>, "type" | "fixtureId" | "sequence">>;

/** Makes the messages of one fixture, each with the next sequence. */
export class Feed {
  readonly fixtureId: string;
  #sequence = 0;

  constructor(fixtureId = newFixtureId()) {
    this.fixtureId = fixtureId;
  }

  #header() {
    this.#sequence += 1;
    const messageId = `${this.fixtureId}-${this.#sequence}`;
    return { v: 1, feed: "simulator", messageId, fixtureId: this.fixtureId, sequence: this.#sequence, producedAtMs: Date.now() } as const;
  }

  change(body: Body<"fixture_change"> = {}): FeedMessage {
    const teams = { sport: "football", league: "Test League", homeTeam: "Gor Mahia", awayTeam: "AFC Leopards" };
    return { ...this.#header(), type: "fixture_change", ...teams, startsAtMs: Date.now() + 3_600_000, status: "upcoming", ...body };
  }

  odds(body: Body<"odds_change"> = {}): FeedMessage {
    return {
      ...this.#header(),
      ...{ type: "odds_change", status: "upcoming", minute: null, homeScore: null, awayScore: null },
      markets: [matchResult(), total()],
      ...body,
    };
  }

  stop(): FeedMessage {
    return { ...this.#header(), type: "bet_stop", reason: "POSSIBLE_GOAL" };
  }

  result(winner: "home" | "draw" | "away", body: Body<"bet_settlement"> = {}): FeedMessage {
    const outcomes = (["home", "draw", "away"] as const).map((outcomeId) => ({
      outcomeId,
      result: outcomeId === winner ? ("won" as const) : ("lost" as const),
    }));
    return {
      ...this.#header(),
      type: "bet_settlement",
      ...{ homeScore: winner === "home" ? 1 : 0, awayScore: winner === "away" ? 1 : 0 },
      markets: [{ marketId: "1x2", outcomes }],
      ...body,
    };
  }

  rollback(marketIds: string[] = ["1x2"]): FeedMessage {
    return { ...this.#header(), type: "rollback_settlement", marketIds };
  }

  cancel(body: Body<"bet_cancel"> = {}): FeedMessage {
    return { ...this.#header(), type: "bet_cancel", marketIds: ["1x2"], placedFromMs: null, placedToMs: null, reason: "ERROR", ...body };
  }
}

export function matchResult(home = 2000, draw = 3200, away = 4100, status: FeedMarket["status"] = "active"): FeedMarket {
  const outcomes = [
    { outcomeId: "home", name: "Home", oddsThousandths: home, active: true },
    { outcomeId: "draw", name: "Draw", oddsThousandths: draw, active: true },
    { outcomeId: "away", name: "Away", oddsThousandths: away, active: true },
  ];
  return { marketId: "1x2", type: "1x2", name: "Match result", specifier: "", status, outcomes };
}

export function total(over = 1900, under = 1850): FeedMarket {
  const outcomes = [
    { outcomeId: "over", name: "Over 2.5", oddsThousandths: over, active: true },
    { outcomeId: "under", name: "Under 2.5", oddsThousandths: under, active: true },
  ];
  return { marketId: "total=2.5", type: "total", name: "Total goals 2.5", specifier: "total=2.5", status: "active", outcomes };
}

export function want(fixtureId: string, outcome = "1x2:home", seen: Partial<WantedSelection> = {}): WantedSelection {
  return { selectionId: `${fixtureId}:${outcome}`, seenOddsThousandths: null, seenPriceVersion: null, ...seen };
}

/** A channel whose fixture is open with prices. */
export async function openFixture(country: Country = "KE") {
  const feed = new Feed();
  const channel = channelOf(feed.fixtureId, country);
  for (const message of [feed.change(), feed.odds()]) await channel.ingest(message);
  return { feed, channel, fixtureId: feed.fixtureId };
}

/** Moves prices far and stands by it: the first word stops the markets, as a jump does, and the second lets them go on. */
export async function jump({ channel, feed }: Pick<OpenFixture, "channel" | "feed">, markets: FeedMarket[]): Promise<void> {
  for (let said = 0; said < 2; said += 1) await channel.ingest(feed.odds({ markets }));
}

type OpenFixture = Awaited<ReturnType<typeof openFixture>>;
