/**
 * The Odds API's answers as the platform's feed messages. Outcomes are found by the teams' names, never by their place; a market is taken
 * whole or not at all.
 *
 * The provider has no stop signal, so nothing is sold from shortly before the start. Its scores settle only what a league's final score
 * decides, and only when it says that the match is completed. Messages are numbered by its own "last update".
 */
import * as z from "zod";
import { parseOdds } from "../money/odds.ts";
import type { FeedMarket, FeedMessage } from "../protocol/feed/message.ts";
import type { SelectionOutcome } from "../protocol/rpc/wallet.ts";
import { type PolledLeague, THE_ODDS_API_FEED } from "../tenants/sports/polled-odds.ts";

const EVENTS_MAX = 500;
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const name = z.string().min(1).max(120);

const header = {
  id: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  sport_key: name,
  commence_time: instant,
  home_team: name,
  away_team: name,
};

const outcomeSchema = z.object({ name, price: z.number(), point: z.number().optional() });
const marketSchema = z.object({ key: name, last_update: instant, outcomes: z.array(outcomeSchema).max(40) });
const bookmakerSchema = z.object({ key: name, markets: z.array(marketSchema).max(20) });
const oddsEventSchema = z.object({ ...header, bookmakers: z.array(bookmakerSchema).max(60) });
const scoreSchema = z.object({ name, score: z.string().max(10) });
const scoredEventSchema = z.object({
  ...header,
  completed: z.boolean(),
  scores: z.array(scoreSchema).max(10).nullable(),
  last_update: instant.nullable(),
});

export const oddsAnswerSchema = z.array(oddsEventSchema).max(EVENTS_MAX);
export const scoresAnswerSchema = z.array(scoredEventSchema).max(EVENTS_MAX);

type OddsEvent = z.infer<typeof oddsEventSchema>;
type ScoredEvent = z.infer<typeof scoredEventSchema>;
type PricedMarket = z.infer<typeof marketSchema>;
type OfferedOutcome = FeedMarket["outcomes"][number];

/** One instant of the provider numbers up to ten messages, in the order in which they are applied. */
const PER_INSTANT = 10;
const [FIXTURE, ODDS, RESULT] = [1, 2, 3] as const;

/** Football's lines whose result one final score decides. */
const LINES: readonly number[] = Array.from({ length: 20 }, (_, index) => (index + 1) / 2);

/** The fixture and the prices of each event that has any, in this order. */
export function messagesOfOdds(events: readonly OddsEvent[], league: PolledLeague, nowMs: number): readonly FeedMessage[] {
  return events.flatMap((event): readonly FeedMessage[] => {
    const taken = marketsTaken(event, league);
    const updatedAtMs = Math.max(...taken.map(({ last_update: atMs }) => atMs));
    if (event.sport_key !== league.sportKey || taken.length === 0) return [];
    const isOnSale = nowMs < event.commence_time - league.closesBeforeStartMs;
    const markets = taken.flatMap((market) => marketOf(market, event, isOnSale) ?? []);
    if (markets.length === 0) return [];
    const { sport, league: leagueName } = league;
    return [
      {
        ...headerOf(event, updatedAtMs, FIXTURE),
        ...{ type: "fixture_change", sport, league: leagueName, homeTeam: event.home_team, awayTeam: event.away_team },
        ...{ startsAtMs: event.commence_time, status: null },
      },
      // A price that did not change still closes when the start is near: the later number says so.
      {
        ...headerOf(event, isOnSale ? updatedAtMs : Math.max(updatedAtMs, event.commence_time - league.closesBeforeStartMs), ODDS),
        ...{ type: "odds_change", status: null, minute: null, homeScore: null, awayScore: null, markets },
      },
    ];
  });
}

/** The settlement of each completed match of a league; nothing for a cup, or for scores that can't be read. */
export function messagesOfScores(events: readonly ScoredEvent[], league: PolledLeague): readonly FeedMessage[] {
  if (!league.settlesByScores) return [];
  return events.flatMap((event): readonly FeedMessage[] => {
    const [home, away] = [scoreOf(event, event.home_team), scoreOf(event, event.away_team)];
    const isOver = event.completed && event.sport_key === league.sportKey && event.last_update !== null;
    if (!isOver || event.last_update === null || home === null || away === null || event.home_team === event.away_team) return [];
    const markets = resultsOf(home, away);
    return [
      { ...headerOf(event, event.last_update, RESULT), type: "bet_settlement", certainty: 2, homeScore: home, awayScore: away, markets },
    ];
  });
}

function headerOf({ id }: { readonly id: string }, atMs: number, place: number) {
  const sequence = atMs * PER_INSTANT + place;
  const fixtureId = `oddsapi_${id}`;
  return { v: 1, feed: THE_ODDS_API_FEED, messageId: `${fixtureId}-${sequence}`, fixtureId, sequence, producedAtMs: atMs } as const;
}

/** Each kind of market from the first of the league's books that has it. */
function marketsTaken({ bookmakers }: OddsEvent, league: PolledLeague): readonly PricedMarket[] {
  const inOrder = league.bookmakers.flatMap((key) => bookmakers.filter((bookmaker) => bookmaker.key === key));
  return ["h2h", "totals", "btts"].flatMap((key) => inOrder.flatMap(({ markets }) => markets).find((market) => market.key === key) ?? []);
}

/** Null when an outcome is missing, twice there, or has a price that is none. */
function marketOf({ key, outcomes }: PricedMarket, { home_team: home, away_team: away }: OddsEvent, isOnSale: boolean): FeedMarket | null {
  const status = isOnSale ? "active" : "suspended";
  const priced = (wanted: readonly (readonly [outcomeId: string, name: string, shown: string])[]): OfferedOutcome[] | null => {
    const found = wanted.flatMap(([outcomeId, wantedName, shown]): OfferedOutcome[] => {
      const [outcome, other] = outcomes.filter((candidate) => candidate.name === wantedName);
      const odds = outcome === undefined || other !== undefined ? null : parseOdds(outcome.price);
      return odds?.ok === true && odds.value > 1_000 ? [{ outcomeId, name: shown, oddsThousandths: odds.value, active: true }] : [];
    });
    return found.length === wanted.length && outcomes.length === wanted.length ? found : null;
  };
  if (key === "h2h") {
    const found = priced([
      ["home", home, "Home"],
      ["draw", "Draw", "Draw"],
      ["away", away, "Away"],
    ]);
    return found === null ? null : { marketId: "1x2", type: "1x2", name: "Match result", specifier: "", status, outcomes: found };
  }
  if (key === "btts") {
    const found = priced([
      ["yes", "Yes", "Yes"],
      ["no", "No", "No"],
    ]);
    return found === null
      ? null
      : { marketId: "both_score", type: "both_score", name: "Both teams to score", specifier: "", status, outcomes: found };
  }
  const line = outcomes[0]?.point;
  if (line === undefined || !LINES.includes(line) || outcomes.some(({ point }) => point !== line)) return null;
  const found = priced([
    ["over", "Over", `Over ${line}`],
    ["under", "Under", `Under ${line}`],
  ]);
  const marketId = `total=${line}`;
  return found === null ? null : { marketId, type: "total", name: `Total goals ${line}`, specifier: marketId, status, outcomes: found };
}

function scoreOf({ scores }: ScoredEvent, team: string): number | null {
  const [found, other] = (scores ?? []).filter((score) => score.name === team);
  return found === undefined || other !== undefined || !/^\d{1,2}$/.test(found.score) ? null : Number(found.score);
}

function resultsOf(home: number, away: number): Extract<FeedMessage, { type: "bet_settlement" }>["markets"] {
  const one = (outcomeId: string, isWon: boolean): { outcomeId: string; result: SelectionOutcome } => ({
    outcomeId,
    result: isWon ? "won" : "lost",
  });
  const goals = home + away;
  const isBoth = home > 0 && away > 0;
  return [
    { marketId: "1x2", outcomes: [one("home", home > away), one("draw", home === away), one("away", home < away)] },
    { marketId: "both_score", outcomes: [one("yes", isBoth), one("no", !isBoth)] },
    ...LINES.map((line) => ({
      marketId: `total=${line}`,
      outcomes:
        goals === line
          ? [
              { outcomeId: "over", result: "void" as const },
              { outcomeId: "under", result: "void" as const },
            ]
          : [one("over", goals > line), one("under", goals < line)],
    })),
  ];
}
