/** The cron job over The Odds API: real channels, a provider that answers by script. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KENYA } from "../../../shared/tenants/ke.ts";
import type { PolledLeague } from "../../../shared/tenants/sports/polled-odds.ts";
import { oddsChannelOf } from "../../../workers/adapters/objects.ts";
import { pollLeagues, pollOdds, pollsOf } from "../../../workers/scheduled/poll-odds.ts";

const LEAGUE: PolledLeague = {
  ...{ sportKey: "soccer_epl", sport: "football", league: "Premier League", bookmakers: ["pinnacle"] },
  ...{ everyMinutes: 30, closesBeforeStartMs: 360_000, settlesByScores: true },
};
const OPTIONS = { baseUrl: "http://odds.test", apiKey: "the-key" };
const POLLS = [{ league: LEAGUE, countries: ["KE"] as const }];

let minted = 0;
let answers: Response[] = [];
const asked = vi.spyOn(globalThis, "fetch");

beforeEach(() => {
  answers = [];
  asked.mockReset().mockImplementation(async () => answers.shift() ?? new Response("{}", { status: 500 }));
});
afterEach(() => void asked.mockReset());

const json = (body: unknown, remaining = "400") => Response.json(body, { headers: { "x-requests-remaining": remaining } });

function fixture() {
  minted += 1;
  const id = `poll${Date.now()}${minted}`;
  const teams = {
    id,
    sport_key: "soccer_epl",
    commence_time: new Date(Date.now() + 86_400_000).toISOString(),
    home_team: "A",
    away_team: "B",
  };
  const atText = new Date(Date.now() - 1_000).toISOString();
  const outcomes = [
    { name: "A", price: 2.5 },
    { name: "B", price: 2.9 },
    { name: "Draw", price: 3.1 },
  ];
  const odds = [{ ...teams, bookmakers: [{ key: "pinnacle", markets: [{ key: "h2h", last_update: atText, outcomes }] }] }];
  const scores = (completed: boolean) => [
    {
      ...teams,
      completed,
      scores: [
        { name: "A", score: "1" },
        { name: "B", score: "0" },
      ],
      last_update: new Date().toISOString(),
    },
  ];
  return { channel: oddsChannelOf(env, "KE", `oddsapi_${id}`), odds, scores };
}

describe("the poll of The Odds API", () => {
  it("puts a league's prices on sale, and a repeated poll changes nothing", async () => {
    const { channel, odds, scores } = fixture();
    answers = [json(odds), json(scores(false))];
    await pollLeagues(env, OPTIONS, POLLS, Date.now());
    const first = await channel.view();
    expect(first).toMatchObject({ markets: [{ marketId: "1x2", status: "active" }] });
    answers = [json(odds), json(scores(false))];
    await pollLeagues(env, OPTIONS, POLLS, Date.now());
    expect(await channel.view()).toEqual(first);
  });

  it("stops when the quota is low, and when the key is refused", async () => {
    answers = [json([], "3")];
    await pollLeagues(env, OPTIONS, [...POLLS, ...POLLS], Date.now());
    expect(asked).toHaveBeenCalledTimes(1);
    asked.mockClear();
    answers = [Response.json({ error_code: "OUT_OF_USAGE_CREDITS" }, { status: 401 })];
    await pollLeagues(env, OPTIONS, [...POLLS, ...POLLS], Date.now());
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("goes on with the next league after a failure, and delivers nothing of what it can't read", async () => {
    const { channel, odds, scores } = fixture();
    answers = [Response.json({}, { status: 429 }), json([{ id: "x" }]), json(odds), json(scores(false))];
    await pollLeagues(env, OPTIONS, [...POLLS, ...POLLS], Date.now());
    expect(asked).toHaveBeenCalledTimes(4);
    expect(await channel.view()).not.toBeNull();
  });

  it("is off without a key, and for a tenant that does not name the feed", async () => {
    await pollOdds(env, Date.now());
    expect(asked).not.toHaveBeenCalled();
    expect(KENYA.oddsFeeds).not.toContain("the-odds-api");
    expect(pollsOf({ KE: [LEAGUE], NG: [], GH: [] }, 0)).toEqual([]);
  });
});
