/**
 * Early payout from the feed to the wallet: a team that leads by two in regular play pays its bets, once, whatever the match ends in, and
 * however messages come. Odds of home 1.85, of away 4.333; a lead stands for five minutes before it pays (shared/tenants/sports).
 */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cashOut } from "../../../durable-objects/wallet/commands/cash-out.ts";
import { placeBet } from "../../../durable-objects/wallet/commands/place-bet.ts";
import { MINUTE_MS } from "../../../shared/kernel/time.ts";
import type { AcceptedSelection, PlaceBet } from "../../../shared/protocol/rpc/wallet.ts";
import { betCommand, mint, selection } from "../../support/wallet-commands.ts";
import { must } from "../wallet/wallet-world.ts";
import { type ChannelWorld, LiabilityWorld, OUTCOMES, PRICES } from "./liability-world.ts";

const [FIRST, SECOND] = ["fx_first", "fx_second"] as const;
type Outcome = (typeof OUTCOMES)[number];
type Score = readonly [minute: number, home: number, away: number];

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 0 }));
afterEach(() => void vi.useRealTimers());

/** A day on which the tenant's rule is in force, and what a match of that day brings. */
class Match {
  readonly world = new LiabilityWorld([FIRST, SECOND], 1);
  readonly startMs: number;

  constructor() {
    this.pass(Date.parse("2027-02-01T12:00:00Z") - this.world.nowMs);
    this.startMs = this.world.nowMs;
  }

  get wallet() {
    const [wallet] = this.world.wallets;
    if (wallet === undefined) throw new Error("no wallet");
    return wallet;
  }

  channel(fixtureId: string): ChannelWorld {
    const channel = this.world.channels.get(fixtureId);
    if (channel === undefined) throw new Error("no channel");
    return channel;
  }

  pass(ms: number): void {
    for (const wallet of this.world.wallets) wallet.pass(ms);
    vi.setSystemTime(this.world.nowMs);
  }

  async until(minute: number): Promise<void> {
    this.pass(Math.max(0, this.startMs + minute * MINUTE_MS - this.world.nowMs));
    await this.world.quiesce();
  }

  place(changes: Partial<PlaceBet> = {}): string {
    const command = betCommand({ stakeMinor: 10_000, selections: [pick()], ...changes });
    must(placeBet(this.wallet.stores, command, this.wallet.moment()));
    return command.betId;
  }

  score([minute, homeScore, awayScore]: Score, fixtureId: string = FIRST): void {
    const producedAtMs = this.startMs + minute * MINUTE_MS;
    this.channel(fixtureId).hear(
      { type: "odds_change", status: "live", minute, homeScore, awayScore, markets: [], producedAtMs },
      this.world.nowMs,
    );
  }

  async scored(...scores: readonly Score[]): Promise<void> {
    for (const score of scores) {
      await this.until(score[0]);
      this.score(score);
      await this.world.quiesce();
    }
  }

  /** The feed's final result. */
  end(winner: Outcome, minute = 95, fixtureId: string = FIRST): void {
    const outcomes = OUTCOMES.map((outcomeId) => ({ outcomeId, result: outcomeId === winner ? ("won" as const) : ("lost" as const) }));
    const producedAtMs = this.startMs + minute * MINUTE_MS;
    this.channel(fixtureId).hear(
      { type: "bet_settlement", homeScore: null, awayScore: null, markets: [{ marketId: "1x2", outcomes }], producedAtMs },
      this.world.nowMs,
    );
  }

  cancel(placedToMs: number | null): void {
    const window = { placedFromMs: null, placedToMs, reason: "" };
    this.channel(FIRST).hear({ type: "bet_cancel", marketIds: ["1x2"], ...window }, this.world.nowMs);
  }

  bet(betId: string) {
    const bet = this.wallet.stores.bets.find(betId);
    if (bet === null) throw new Error("no bet");
    return bet;
  }

  standing(betId: string): readonly [string, number] {
    const { status, paidMinor } = this.bet(betId);
    return [status, paidMinor];
  }
}

function pick(outcome: Outcome = "home", changes: Partial<AcceptedSelection> = {}): AcceptedSelection {
  const fixtureId = changes.fixtureId ?? FIRST;
  const selectionId = `${fixtureId}:1x2:${outcome}`;
  return selection({ fixtureId, selectionId, marketId: "1x2", oddsThousandths: PRICES[outcome], ...changes });
}

describe("a bet that is promised early payout", () => {
  it("is paid once its team's lead has stood, and not taken back by a result that says otherwise", async () => {
    const match = new Match();
    const betId = match.place();
    await match.until(0);
    await match.scored([10, 1, 0], [20, 2, 0]);
    expect(match.standing(betId)).toEqual(["PENDING", 0]);
    await match.until(25);
    const [status, paidMinor] = match.standing(betId);
    expect([status, paidMinor > 10_000]).toEqual(["WON", true]);
    await match.scored([60, 2, 1], [70, 2, 2], [80, 2, 3]);
    match.end("away");
    await match.until(120);
    expect(match.standing(betId)).toEqual(["WON", paidMinor]);
    expect(match.bet(betId).settlements).toHaveLength(1);
    expect(match.wallet.digest().violations).toEqual([]);
  });

  it("is paid for home and for away when both have led; the draw hears of the result alone", async () => {
    const match = new Match();
    const [home, away, draw] = (["home", "away", "draw"] as const).map((outcome) => match.place({ selections: [pick(outcome)] }));
    await match.until(0);
    await match.scored([10, 2, 0], [30, 2, 2], [50, 2, 4], [70, 4, 4]);
    match.end("draw");
    await match.until(120);
    expect([home, away, draw].map((betId) => match.standing(betId ?? "")[0])).toEqual(["WON", "WON", "WON"]);
    expect(match.bet(draw ?? "").terms.earlyPayout).toBeUndefined();
  });

  it("waits for a goal that is taken away in vain, and ends with the result", async () => {
    const match = new Match();
    const betId = match.place();
    await match.until(0);
    await match.scored([10, 1, 0], [20, 2, 0], [22, 1, 0]);
    await match.until(60);
    expect(match.standing(betId)).toEqual(["PENDING", 0]);
    match.end("draw");
    await match.until(120);
    expect(match.standing(betId)).toEqual(["LOST", 0]);
  });

  it("keeps what it was paid when the goal is taken away after the time, as its rule says", async () => {
    const match = new Match();
    const betId = match.place();
    await match.until(0);
    await match.scored([10, 2, 0], [40, 1, 0]);
    match.end("draw");
    await match.until(120);
    expect(match.standing(betId)[0]).toBe("WON");
  });

  it("wins a selection of a multi early, and the others go on", async () => {
    const match = new Match();
    const other = pick("home", { fixtureId: SECOND });
    const betId = match.place({ kind: "MULTI", selections: [pick(), other] });
    await match.until(0);
    await match.scored([10, 2, 0]);
    match.end("away");
    await match.until(100);
    expect(match.standing(betId)).toEqual(["PENDING", 0]);
    match.end("home", 95, SECOND);
    await match.until(120);
    expect(match.standing(betId)[0]).toBe("WON");
  });

  it("keeps it on the rest after a partial cash-out, and has nothing more to win after a full one", async () => {
    const match = new Match();
    const [part, whole] = [match.place(), match.place()];
    await match.until(0);
    const out = (betId: string, percent: number) =>
      must(
        cashOut(
          match.wallet.stores,
          { key: mint("key"), fingerprint: "print", betId, stateVersion: 0, percent, payoutMinor: percent * 90 },
          match.wallet.moment(),
        ),
      );
    out(part, 50);
    out(whole, 100);
    const before = match.standing(whole);
    await match.scored([10, 2, 0]);
    match.end("away");
    await match.until(120);
    expect(match.standing(part)[0]).toBe("WON");
    expect(match.standing(whole)).toEqual(before);
    expect(before[0]).toBe("CASHED_OUT");
  });

  it("is void like others when its bets are cancelled for the time at which they were placed", async () => {
    const match = new Match();
    const betId = match.place();
    await match.until(0);
    await match.scored([10, 2, 0]);
    await match.until(20);
    match.cancel(match.startMs + 1);
    await match.until(30);
    expect(match.standing(betId)).toEqual(["VOID", 10_000]);
  });

  it("stands when the market is cancelled for good after the lead has paid: what was decided stays decided", async () => {
    const match = new Match();
    const betId = match.place();
    await match.until(0);
    await match.scored([10, 2, 0]);
    await match.until(20);
    match.cancel(null);
    await match.until(30);
    expect(match.standing(betId)[0]).toBe("WON");
  });
});

describe("a bet that is not promised it", () => {
  it.each([
    ["of a live selection", { selections: [pick("home", { isLive: true })] }],
    ["that is a system", { kind: "SYSTEM", systemSizes: [1], selections: [pick(), pick("home", { fixtureId: SECOND })] }],
  ] as const)("%s hears nothing of a lead", async (_what, changes) => {
    const match = new Match();
    const betId = match.place(changes);
    expect(match.bet(betId).terms.earlyPayout).toBeUndefined();
    await match.until(0);
    await match.scored([10, 2, 0]);
    await match.until(60);
    expect(match.standing(betId)).toEqual(["PENDING", 0]);
  });

  it("of before the rule's first day hears nothing of a lead", async () => {
    const match = new Match();
    match.pass(Date.parse("2026-12-01T00:00:00Z") - match.world.nowMs);
    const betId = match.place();
    expect(match.bet(betId).terms.earlyPayout).toBeUndefined();
  });
});

describe("messages in any order", () => {
  it("leave the same in the wallet, doubled and late", async () => {
    const goal = fc.constantFrom("home", "away", "taken home", "taken away");
    await fc.assert(
      fc.asyncProperty(
        fc.array(goal, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...OUTCOMES),
        fc.infiniteStream(fc.nat({ max: 1_000 })),
        async (goals, winner, chance) => {
          let [home, away] = [0, 0];
          const scores = goals.map((what, index): Score => {
            if (what === "home") home += 1;
            if (what === "away") away += 1;
            if (what === "taken home") home = Math.max(0, home - 1);
            if (what === "taken away") away = Math.max(0, away - 1);
            return [4 + index * 4, home, away];
          });
          const play = async (order: readonly (Score | "end")[]) => {
            const match = new Match();
            const bets = OUTCOMES.map((outcome) => match.place({ selections: [pick(outcome)] }));
            await match.until(0);
            for (const [index, event] of order.entries()) {
              if (event === "end") match.end(winner);
              else match.score(event);
              await match.until(index * 3);
            }
            await match.until(300);
            expect(match.wallet.digest().violations).toEqual([]);
            return bets.map((betId) => match.standing(betId));
          };
          const inOrder = [...scores, "end" as const];
          const mixed = [...inOrder, ...inOrder].map((event) => ({ event, at: chance.next().value as number })).sort((a, b) => a.at - b.at);
          expect(await play(mixed.map(({ event }) => event))).toEqual(await play(inOrder));
        },
      ),
      { numRuns: 30 },
    );
  });
});
