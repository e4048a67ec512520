/**
 * A fixture's watches for players' rules, over node:sqlite: who is told of a price, how often, and what is not even read. A message may
 * be lost; a rule whose time came while its market was shut must hear when it opens.
 */
import { describe, expect, it } from "vitest";
import { CASH_OUT_WATCH_MIGRATION, CashOutWatchStore } from "../../../durable-objects/odds-channel/cash-out-watch-store.ts";
import { CashOutWatchers, WATCH_JOB } from "../../../durable-objects/odds-channel/cash-out-watchers.ts";
import { ALARM_TABLE_MIGRATION, AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import type { AcceptanceMessage } from "../../../shared/protocol/queue/messages.ts";
import type { FixtureView, MarketView } from "../../../shared/protocol/rpc/odds-channel.ts";
import { nodeSql } from "../../support/node-sql.ts";

const HOUR = 3_600_000;
const HOME = "fx:1x2:home";

class WatchedFixture {
  readonly sql = nodeSql();
  readonly sent: AcceptanceMessage[] = [];
  readonly #watchers: CashOutWatchers;
  #winPpm = 400_000;
  #status: MarketView["status"] = "active";
  /** What happens while messages are on their way. */
  whileSending: () => void = () => {};

  constructor() {
    migrate(this.sql, [ALARM_TABLE_MIGRATION, CASH_OUT_WATCH_MIGRATION]);
    this.#watchers = new CashOutWatchers(new CashOutWatchStore(this.sql), {
      alarms: new AlarmTable(this.sql, { setAlarm: async () => undefined } as unknown as DurableObjectStorage),
      view: () => this.#view(),
      send: async (messages) => {
        this.sent.push(...messages);
        this.whileSending();
      },
    });
  }

  watch(orderId: string, leastFactorPpm: number, untilMs = Date.now() + HOUR): void {
    const selections = [{ selectionId: HOME, oddsThousandths: 2_000, leastFactorPpm }];
    this.#watchers.watch({ walletId: `KE:${orderId}`, betId: `bet_${orderId}`, orderId, selections, untilMs });
  }

  change(winPpm: number, status: MarketView["status"] = "active"): void {
    this.#winPpm = winPpm;
    this.#status = status;
    this.#watchers.changed(Date.now());
  }

  /** Runs the walk that stands, and says who was told. */
  async walk(): Promise<readonly (string | undefined)[]> {
    this.sent.length = 0;
    const job = this.#job();
    if (job === null) return [];
    await this.#watchers.runJob({ key: WATCH_JOB, dueAtMs: 0, attempts: 0, ...job });
    this.sql.run("DELETE FROM alarm_job WHERE key = ? AND generation = ?", WATCH_JOB, job.generation);
    return this.sent.map(({ cashOutOrderId }) => cashOutOrderId);
  }

  isWalkDue(): boolean {
    return this.#job() !== null;
  }

  #job() {
    return this.sql.first<{ payload: string; generation: number }>("SELECT payload, generation FROM alarm_job WHERE key = ?", WATCH_JOB);
  }

  #view(): FixtureView {
    const probabilities = { winPpm: this.#winPpm, refundPpm: 0, halfWinPpm: 0, halfLosePpm: 0 };
    const outcome = { selectionId: HOME, outcomeId: "home", name: "home", oddsThousandths: 2_000, priceVersion: 1, result: null };
    const market: MarketView = {
      ...{ marketId: "1x2", type: "1x2", name: "1x2", specifier: "", status: this.#status, cashOut: "active" },
      outcomes: [{ ...outcome, status: "active", probabilities }],
    };
    return {
      ...{
        fixtureId: "fx",
        country: "KE",
        sport: "football",
        league: "L",
        homeTeam: "A",
        awayTeam: "B",
        startsAtMs: 0,
        status: "upcoming",
      },
      ...{ minute: null, homeScore: null, awayScore: null, seq: 1, late: false, markets: [market] },
    };
  }
}

describe("a change of a price", () => {
  it("is told to the rules that it may reach, and to no others", async () => {
    const fixture = new WatchedFixture();
    for (const [orderId, least] of [["near", 1_000_000] as const, ["far", 1_800_000] as const]) fixture.watch(orderId, least);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual(["near"]);
    fixture.change(950_000);
    expect(await fixture.walk()).toEqual(["near", "far"]);
    expect(fixture.sent[0]).toEqual({ v: 1, country: "KE", walletId: "KE:near", betId: "bet_near", cashOutOrderId: "near" });
  });

  it("is told once at a price, and again at the next", async () => {
    const fixture = new WatchedFixture();
    fixture.watch("rule", 1_000_000);
    const told: unknown[] = [];
    for (const chance of [600_000, 600_000, 610_000]) {
      fixture.change(chance);
      told.push(await fixture.walk());
    }
    expect(told).toEqual([["rule"], [], ["rule"]]);
  });

  it("is not told to who has just looked at it", async () => {
    const fixture = new WatchedFixture();
    fixture.change(600_000);
    fixture.watch("rule", 1_000_000);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual([]);
  });

  it("costs nothing where nobody watches", () => {
    const fixture = new WatchedFixture();
    fixture.change(600_000);
    expect(fixture.isWalkDue()).toBe(false);
  });

  it("that comes while messages are on their way has a walk of its own", async () => {
    const fixture = new WatchedFixture();
    fixture.watch("rule", 1_000_000);
    fixture.change(600_000);
    fixture.whileSending = () => {
      fixture.whileSending = () => {};
      fixture.change(700_000);
    };
    expect(await fixture.walk()).toEqual(["rule"]);
    expect(fixture.isWalkDue()).toBe(true);
    expect(await fixture.walk()).toEqual(["rule"]);
    expect(fixture.isWalkDue()).toBe(false);
  });

  it("is told to many, page by page", async () => {
    const fixture = new WatchedFixture();
    const orders = Array.from({ length: 250 }, (_, n) => `rule_${String(n).padStart(3, "0")}`);
    for (const [n, orderId] of orders.entries()) fixture.watch(orderId, 1_000_000 + (n % 3));
    fixture.change(600_000);
    expect([...(await fixture.walk())].sort()).toEqual(orders);
  });
});

describe("a market that is shut", () => {
  it("tells nobody, and a rule that looked meanwhile hears when it opens at the price of before", async () => {
    const fixture = new WatchedFixture();
    fixture.watch("rule", 1_000_000);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual(["rule"]);
    fixture.change(600_000, "suspended");
    // What the message led to: a look that was given no price.
    fixture.watch("rule", 1_000_000);
    expect(await fixture.walk()).toEqual([]);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual(["rule"]);
  });
});

describe("a watch", () => {
  it("ends by itself, and lives on when it is renewed", async () => {
    const fixture = new WatchedFixture();
    fixture.watch("over", 1_000_000, Date.now() - 1);
    fixture.watch("renewed", 1_000_000, Date.now() - 1);
    fixture.watch("renewed", 1_000_000, Date.now() + HOUR);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual(["renewed"]);
    expect(fixture.sql.all("SELECT order_id FROM cash_out_watch")).toEqual([{ order_id: "renewed" }]);
  });

  it("follows a rule's new bound", async () => {
    const fixture = new WatchedFixture();
    fixture.watch("rule", 1_900_000);
    fixture.watch("rule", 1_000_000);
    fixture.change(600_000);
    expect(await fixture.walk()).toEqual(["rule"]);
  });
});
