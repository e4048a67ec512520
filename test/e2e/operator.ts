/** An operator as the tests see one: logs in with password and one-time code, reads what players can't. */
import assert from "node:assert/strict";
import { DEMO_OPERATOR } from "../../scripts/lib/demo-accounts.ts";
import { type Json, type Places, request } from "./client.ts";

export class Operator {
  readonly #places: Places;
  readonly #token: string;

  private constructor(places: Places, token: string) {
    this.#places = places;
    this.#token = token;
  }

  static async logIn(places: Places): Promise<Operator> {
    const code = await request("GET", `${places.simulatorUrl}/sim/operator/code`);
    const answer = await request("POST", `${places.url}/api/v1/admin/auth/login`, {
      email: DEMO_OPERATOR.email,
      password: DEMO_OPERATOR.password,
      code: code.body.code,
    });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return new Operator(places, answer.body.access_token);
  }

  get(path: string): Promise<{ status: number; body: Json }> {
    return request("GET", `${this.#places.url}${path}`, undefined, { Authorization: `Bearer ${this.#token}` });
  }

  /** Gives a player a free bet out of the demo tenant's campaign. */
  async giveFreeBet(userId: string, campaign: string, amount: number): Promise<void> {
    const address = `${this.#places.url}/api/v1/admin/wallets/${userId}/free-bets`;
    const headers = { Authorization: `Bearer ${this.#token}`, "Idempotency-Key": crypto.randomUUID() };
    const answer = await request("POST", address, { campaign, amount, reason: "for a test" }, headers);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
  }

  /** Lets free bets rain in a game's lounge. */
  async startRain(game: string, campaign: string, terms: { amount: number; shares: number; claim_seconds: number }): Promise<void> {
    const headers = { Authorization: `Bearer ${this.#token}`, "Idempotency-Key": crypto.randomUUID() };
    const address = `${this.#places.url}/api/v1/admin/games/crash/${game}/rains`;
    const answer = await request("POST", address, { campaign, ...terms, reason: "for a test" }, headers);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
  }

  /** The wallet's own check of its book. */
  async walletDigest(userId: string): Promise<Json> {
    const answer = await this.get(`/api/v1/admin/players/${userId}/wallet`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  }

  /** A player's bets as the read model has them. */
  async playerBets(userId: string): Promise<Json> {
    const answer = await this.get(`/api/v1/admin/bets?user_id=${userId}&limit=1`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  }
}
