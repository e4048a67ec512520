/**
 * All SQL of rains. While one is open it takes claims; its end draws their order in one transaction, together with the outbox rows that
 * ask for the free bets; when each share has its outcome, one more row gives back what was not given.
 */
import { drawOrder, rainCommitment } from "../../shared/crash/rain.ts";
import { canonical } from "../../shared/kernel/canonical.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import { RAIN_END_TOPIC, RAIN_SHARE_TOPIC, type RainEndRow, type RainShareRow } from "../../shared/protocol/queue/lounge-rows.ts";
import type { RainClaim, RainOutcome, RainRefusal, RainState, RainView, StartRain } from "../../shared/protocol/rpc/crash-lounge.ts";
import { sha256Hex } from "../platform/hash.ts";
import type { Outbox } from "../platform/outbox.ts";
import type { Sql } from "../platform/sql.ts";
import type { ChatStore } from "./chat-store.ts";

const GRANTED = "granted";

type RainRow = {
  rain_id: string;
  state: RainState;
  campaign_id: string;
  amount_minor: number;
  shares: number;
  terms: string;
  days: number;
  seed: string;
  started_at: number;
  ends_at: number;
};
type ClaimRow = { user_id: string; tag: string; position: number | null; outcome: string | null };

export class RainStore {
  readonly #sql: Sql;
  readonly #chat: ChatStore;
  readonly #outbox: Outbox;

  constructor(sql: Sql, chat: ChatStore, outbox: Outbox) {
    this.#sql = sql;
    this.#chat = chat;
    this.#outbox = outbox;
  }

  start(command: StartRain, seed: string, nowMs: number): Result<RainView, RainRefusal> {
    return this.#sql.transaction(() => {
      const known = this.#row(command.rainId);
      if (known !== null) return ok(this.#view(known));
      const open = this.#sql.first<RainRow>("SELECT * FROM rain WHERE state = 'OPEN'");
      if (open !== null) return err({ reason: "rain_runs", rainId: open.rain_id });
      const { rainId, campaignId, amountMinor, shares, claimMs, terms, days } = command;
      this.#sql.run(
        `INSERT INTO rain (rain_id, state, campaign_id, amount_minor, shares, terms, days, seed, started_at, ends_at)
         VALUES (?, 'OPEN', ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[rainId, campaignId, amountMinor, shares, canonical(terms), days, seed, nowMs, nowMs + claimMs],
      );
      return ok(this.#known(rainId));
    });
  }

  /** Refuses `not_found` and `rain_over`; a claim that stands is answered as it is, also after the end. */
  claim(rainId: string, userId: string, nowMs: number): Result<RainView, RainRefusal> {
    return this.#sql.transaction(() => {
      const rain = this.#row(rainId);
      if (rain === null) return err({ reason: "not_found" });
      if (this.#sql.first("SELECT 1 FROM claim WHERE rain_id = ? AND user_id = ?", rainId, userId) !== null) return ok(this.#view(rain));
      if (rain.state !== "OPEN" || nowMs >= rain.ends_at) return err({ reason: "rain_over" });
      this.#chat.tagOf(userId);
      this.#sql.run("INSERT INTO claim (rain_id, user_id, at) VALUES (?, ?, ?)", rainId, userId, nowMs);
      return ok(this.#view(rain));
    });
  }

  /** Ends a rain whose time is over: draws the order, and asks for the shares. Null when there is nothing to end. */
  draw(rainId: string, nowMs: number): RainView | null {
    return this.#sql.transaction(() => {
      const rain = this.#row(rainId);
      if (rain === null || rain.state !== "OPEN" || nowMs < rain.ends_at) return null;
      const byTag = new Map(this.#claims(rainId).map((claim) => [claim.tag, claim.user_id]));
      const order = drawOrder(rain.seed, [...byTag.keys()], sha256Hex).flatMap((tag) => byTag.get(tag) ?? []);
      for (const [index, userId] of order.entries()) {
        this.#sql.run("UPDATE claim SET position = ? WHERE rain_id = ? AND user_id = ?", index + 1, rainId, userId);
        if (index < rain.shares) this.#outbox.add(RAIN_SHARE_TOPIC, JSON.stringify(shareOf(rain, userId)), nowMs);
      }
      this.#sql.run("UPDATE rain SET state = 'DRAWN' WHERE rain_id = ?", rainId);
      if (order.length === 0) this.#askToEnd(rain, nowMs);
      return this.#known(rainId);
    });
  }

  /** Takes what became of shares and ends; gives the rains that this settled. Idempotent, in any order. */
  acknowledge(outcomes: readonly RainOutcome[], nowMs: number): readonly RainView[] {
    return this.#sql.transaction(() => {
      const settled: RainView[] = [];
      for (const { seq, rainId, userId, outcome } of outcomes) {
        this.#outbox.acknowledge([seq]);
        const rain = this.#row(rainId);
        if (rain === null || rain.state !== "DRAWN") continue;
        if (userId === null) {
          this.#sql.run("UPDATE rain SET state = 'SETTLED' WHERE rain_id = ?", rainId);
          settled.push(this.#known(rainId));
          continue;
        }
        const noted = this.#sql.run(
          "UPDATE claim SET outcome = ? WHERE rain_id = ? AND user_id = ? AND outcome IS NULL AND position <= ?",
          ...[outcome, rainId, userId, rain.shares],
        );
        if (noted > 0 && this.#openShares(rain) === 0) this.#askToEnd(rain, nowMs);
      }
      return settled;
    });
  }

  read(rainId: string): { readonly rain: RainView; readonly log: readonly RainClaim[] } | null {
    const rain = this.#row(rainId);
    if (rain === null) return null;
    // Who claims is nobody's business while it rains: the order is all that there is to know, and it is not drawn yet.
    const drawn = this.#claims(rainId).flatMap(({ tag, user_id: userId, position, outcome }) =>
      position === null ? [] : [{ author: tag, userId, position, outcome }],
    );
    return { rain: this.#view(rain), log: drawn.sort((a, b) => a.position - b.position) };
  }

  newest(): RainView | null {
    const rain = this.#sql.first<RainRow>("SELECT * FROM rain ORDER BY started_at DESC LIMIT 1");
    return rain === null ? null : this.#view(rain);
  }

  /** Players who have a share of the rain: drawn at first, and given once it is settled. */
  sharers(rainId: string): ReadonlySet<string> {
    const query = `SELECT user_id FROM claim JOIN rain USING (rain_id)
      WHERE rain_id = ? AND position <= shares AND (state = 'DRAWN' OR outcome = ?)`;
    return new Set(this.#sql.all<{ user_id: string }>(query, rainId, GRANTED).map((row) => row.user_id));
  }

  #askToEnd({ rain_id: rainId, amount_minor: amountMinor }: RainRow, nowMs: number): void {
    const granted = "SELECT count(*) AS n FROM claim WHERE rain_id = ? AND outcome = ?";
    const count = this.#sql.first<{ n: number }>(granted, rainId, GRANTED)?.n ?? 0;
    const row: RainEndRow = { rainId, grantedMinor: count * amountMinor };
    this.#outbox.add(RAIN_END_TOPIC, JSON.stringify(row), nowMs);
  }

  #openShares({ rain_id: rainId, shares }: RainRow): number {
    const query = "SELECT count(*) AS n FROM claim WHERE rain_id = ? AND position <= ? AND outcome IS NULL";
    return this.#sql.first<{ n: number }>(query, rainId, shares)?.n ?? 0;
  }

  #claims(rainId: string): readonly ClaimRow[] {
    return this.#sql.all<ClaimRow>(
      "SELECT user_id, tag, position, outcome FROM claim JOIN person USING (user_id) WHERE rain_id = ?",
      rainId,
    );
  }

  #row(rainId: string): RainRow | null {
    return this.#sql.first<RainRow>("SELECT * FROM rain WHERE rain_id = ?", rainId);
  }

  #known(rainId: string): RainView {
    const rain = this.#row(rainId);
    if (rain === null) throw new Error(`no rain ${rainId}`);
    return this.#view(rain);
  }

  #view(rain: RainRow): RainView {
    const claims = this.#sql.first<{ n: number }>("SELECT count(*) AS n FROM claim WHERE rain_id = ?", rain.rain_id)?.n ?? 0;
    const isOpen = rain.state === "OPEN";
    return {
      rainId: rain.rain_id,
      state: rain.state,
      amountMinor: rain.amount_minor,
      shares: rain.shares,
      claims,
      endsAtMs: rain.ends_at,
      commitment: rainCommitment(rain.seed, sha256Hex),
      seed: isOpen ? null : rain.seed,
      drawn: isOpen ? 0 : Math.min(claims, rain.shares),
    };
  }
}

function shareOf(rain: RainRow, userId: string): RainShareRow {
  return {
    rainId: rain.rain_id,
    userId,
    campaignId: rain.campaign_id,
    amountMinor: rain.amount_minor,
    terms: JSON.parse(rain.terms) as RainShareRow["terms"],
    days: rain.days,
  };
}
