/** The feed simulator's control side, for tests: fixtures of their own that the replay never moves. */
import assert from "node:assert/strict";
import { type Json, type Places, request, until } from "./client.ts";

export class Fixture {
  readonly #places: Places;
  readonly id: string;

  private constructor(places: Places, id: string) {
    this.#places = places;
    this.id = id;
  }

  /** A new fixture with open markets, visible on the platform. */
  static async open(places: Places, status: "live" | "upcoming"): Promise<Fixture> {
    const made = await request("POST", `${places.simulatorUrl}/sim/feed/fixtures`, {
      home_team: "Test Home",
      away_team: "Test Away",
      status,
    });
    assert.ok(made.status === 200 || made.status === 201, JSON.stringify(made.body));
    const fixture = new Fixture(places, made.body.fixture_id);
    await until("the fixture on the platform", async () => (await fixture.view()).status === 200);
    return fixture;
  }

  view(): Promise<{ status: number; body: Json }> {
    return request("GET", `${this.#places.url}/api/v1/fixtures/${this.id}`);
  }

  /** An outcome of a market as the platform offers it now. */
  async outcome(marketType: string, name: string, specifier = ""): Promise<Json> {
    const { body } = await this.view();
    const market = body.markets.find((one: Json) => one.type === marketType && (specifier === "" || one.specifier === specifier));
    assert.ok(market, `no market ${marketType} in ${JSON.stringify(body)}`);
    const outcome = market.outcomes.find((one: Json) => one.outcome_id === name || one.name === name);
    assert.ok(outcome, `no outcome ${name} in ${JSON.stringify(market)}`);
    return outcome;
  }

  async control(action: string, body: Json = {}): Promise<void> {
    const answer = await request("POST", `${this.#places.simulatorUrl}/sim/feed/fixtures/${this.id}/${action}`, body);
    assert.equal(answer.status, 200, `${action}: ${JSON.stringify(answer.body)}`);
  }
}

/** A selection as POST /bets takes it. */
export function selection(outcome: Json): Json {
  return { selection_id: outcome.selection_id, odds: outcome.odds, price_version: outcome.price_version };
}
