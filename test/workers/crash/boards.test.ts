/** What stays of a round: its totals, the leader boards, and the player's own bets, page by page. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { spanStarts } from "../../../shared/crash/board.ts";
import { flightMs } from "../../../shared/crash/curve.ts";
import type { CrashTableRow } from "../../../shared/protocol/queue/crash-table-row.ts";
import { readBoard, saveCrashTableRound } from "../../../workers/adapters/d1/crash-boards.ts";
import { consumeProjections } from "../../../workers/queues/projection.ts";
import { pruneBoards } from "../../../workers/services/crash/read-boards.ts";
import { mint } from "../../support/wallet-commands.ts";
import { newWallet } from "../wallet/wallet-support.ts";
import { bearer, http } from "./crash-client.ts";
import { got, TestGame } from "./crash-support.ts";

const RATE = 60;
const NAIROBI = 180;
const room = new TestGame("crash-ke");
const lounge = () => env.CRASH_LOUNGE.getByName("KE:crash-ke");
let sent: unknown[] = [];

interface Boards {
  readonly boards: {
    span: string;
    metric: string;
    entries: { player: string | null; round_number: number; multiplier: number; payout: number }[];
  }[];
}

/** The entries of a round on the boards of the day and the week. */
async function entriesOf(roundNumber: number): Promise<unknown[]> {
  vi.setSystemTime(Date.now() + 5_000);
  const { status, body } = await http("GET", "/api/v1/games/crash/crash-ke/boards");
  expect(status).toBe(200);
  return (body as unknown as Boards).boards.flatMap(({ span, metric, entries }) =>
    entries
      .filter((entry) => entry.round_number === roundNumber)
      .map((entry) => `${span} ${metric} ${entry.player} ${entry.multiplier} ${entry.payout}`),
  );
}

/** What the table has sent of a round; rounds of other tests are told beside it. */
const sentOf = (round: number) => sent.filter((message) => JSON.stringify(message).includes(`\\"roundNumber\\":${round},`));

/** Lets the table tell the read model; gives what it sent of the round. */
async function tell(round: number): Promise<unknown[]> {
  await vi.waitFor(async () => {
    room.leap(2_000);
    await runDurableObjectAlarm(room.table);
    expect(sentOf(round)).toHaveLength(1);
  });
  const told = sentOf(round);
  sent = [];
  return told;
}

beforeEach(() => {
  room.startClock();
  vi.spyOn(env.PROJECTION_QUEUE, "send").mockImplementation(async (body) => {
    if ((body as { source: string }).source === "crash_table") sent.push(body);
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
});
afterEach(async () => {
  await room.rest();
  await room.settle();
  sent = [];
  vi.restoreAllMocks();
  room.stopClock();
});

describe("a finished round", () => {
  it("tells its totals and, of those who agreed, its best; once, however often it is told", async () => {
    const [shown, hidden, loser] = [await newWallet(100_000), await newWallet(100_000), await newWallet(100_000)];
    await lounge().setShownName(shown.userId, "W***u", "KE-shown-name-1");
    const secret = await room.rig((crash) => crash > 150 && crash < 170);
    await room.open();
    got(await room.bet(shown.userId, { autoCashOutHundredths: 120, stakeMinor: 30_000 }));
    got(await room.bet(shown.userId, { autoCashOutHundredths: 140, slot: "B" }));
    got(await room.bet(hidden.userId, { autoCashOutHundredths: 150 }));
    got(await room.bet(loser.userId));
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    const totals = `/api/v1/games/crash/crash-ke/rounds/${secret.roundNumber}/totals`;
    expect((await http("GET", totals)).body).toEqual({ round_number: secret.roundNumber, totals: null });
    await room.settle();
    const messages = await tell(secret.roundNumber);
    expect(JSON.stringify(messages)).not.toContain(hidden.userId);
    for (let times = 0; times < 2; times += 1) expect(await consumeProjections(env, messages)).toEqual(messages.map(() => null));
    expect((await http("GET", totals)).body).toEqual({
      ...{ round_number: secret.roundNumber, totals: { players: 3, bets: 4, cashed_out: 3, staked: 600, paid: 650 } },
    });
    const expected = [
      "day multiplier W***u 1.4 140",
      "day payout W***u 1.2 360",
      "week multiplier W***u 1.4 140",
      "week payout W***u 1.2 360",
    ];
    expect(await entriesOf(secret.roundNumber)).toEqual(expected);
    room.leap(120_000);
    await runDurableObjectAlarm(room.table);
    expect(sentOf(secret.roundNumber)).toEqual([]);
    await lounge().setShownName(shown.userId, null, "KE-shown-name-1");
    expect(await entriesOf(secret.roundNumber)).toEqual([]);
  });

  it("is asked about again when the lounge does not answer: nothing is told without its word", async () => {
    const player = await newWallet(100_000);
    const secret = await room.rig((crash) => crash > 110 && crash < 170);
    await room.open();
    got(await room.bet(player.userId, { autoCashOutHundredths: 105 }));
    await room.takeOff();
    await room.crash(secret, flightMs(secret.crashHundredths, RATE));
    await room.settle();
    const away = vi.spyOn(env.CRASH_LOUNGE, "getByName").mockImplementation(() => {
      throw new Error("the lounge is away");
    });
    room.leap(3_000);
    await runDurableObjectAlarm(room.table);
    expect(sentOf(secret.roundNumber)).toEqual([]);
    away.mockRestore();
    expect(await consumeProjections(env, await tell(secret.roundNumber))).not.toContainEqual(expect.any(Error));
    expect((await http("GET", `/api/v1/games/crash/crash-ke/rounds/${secret.roundNumber}/totals`)).body).toMatchObject({
      totals: { bets: 1 },
    });
  });

  it("is told at once, also while an older one waits to be acknowledged", async () => {
    const player = await newWallet(100_000);
    for (let n = 0; n < 2; n += 1) {
      const secret = await room.rig((crash) => crash > 110 && crash < 170);
      await room.open();
      got(await room.bet(player.userId, { autoCashOutHundredths: 105 }));
      await room.takeOff();
      await room.crash(secret, flightMs(secret.crashHundredths, RATE));
      await room.settle();
      const crashedAtMs = Date.now();
      await tell(secret.roundNumber);
      expect(Date.now() - crashedAtMs).toBeLessThan(15_000);
    }
  });

  it("that is none has no totals", async () => {
    expect(await http("GET", "/api/v1/games/crash/crash-ke/rounds/999999/totals")).toMatchObject({ status: 404 });
    expect(await http("GET", "/api/v1/games/crash/crash-xx/boards")).toMatchObject({ status: 404 });
  });
});

describe("a board", () => {
  const at = Date.parse("2031-03-05T12:00:00Z");
  const starts = spanStarts(at, NAIROBI);

  /** Rounds of one day in which five players win, some of them alike. */
  function rounds(gameId: string): CrashTableRow[] {
    return Array.from({ length: 12 }, (_, round) => ({
      ...{ roundNumber: round + 1, tableNumber: 1 + (round % 2), crashedAtMs: at + (round % 4) * 1_000 },
      ...{ players: 5, bets: 5, cashedOut: 5, stakedMinor: 100, paidMinor: 100 },
      wins: Array.from({ length: 5 }, (_, player) => ({
        ...{ userId: `usr_${gameId}_${player}`, betId: `crb_${round}_${player}` },
        ...{ multiplierHundredths: 110 + ((round * 7 + player * 3) % 5), payoutMinor: 50 + ((round * 5 + player) % 4) },
      })),
    }));
  }

  it("is the same whatever order its rounds come in, and however often", async () => {
    const boards: unknown[] = [];
    for (const order of ["forth", "back", "twice"]) {
      const gameId = mint(`game-${order}`);
      // The same players and bets under another game.
      const told = rounds("same");
      const queue = order === "forth" ? told : order === "back" ? told.toReversed() : [...told, ...told.toSorted(() => -1)];
      for (const row of queue) await saveCrashTableRound(env.DB_KE, gameId, NAIROBI, row);
      const rows = await readBoard(env.DB_KE, gameId, { span: "week", startsOn: starts.week, metric: "multiplier" }, 10);
      expect(rows).toHaveLength(5);
      boards.push(rows.map(({ gameId: _game, ...row }) => row));
    }
    expect(boards[1]).toEqual(boards[0]);
    expect(boards[2]).toEqual(boards[0]);
  });

  it("is found by its index, not by looking through all", async () => {
    const { results } = await env.DB_KE.prepare(
      "EXPLAIN QUERY PLAN SELECT * FROM crash_board WHERE game_id = ? AND span = ? AND starts_on = ? AND metric = ? ORDER BY worth DESC, crashed_at_ms, bet_id LIMIT 10",
    )
      .bind("crash-ke", "day", "2031-03-05", "payout")
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail).join("; ")).toMatch(/^SEARCH crash_board USING INDEX crash_board_rank[^;]*$/);
  });

  it("is forgotten when nobody looks at its span any more", async () => {
    const gameId = mint("old-game");
    const [row] = rounds("old");
    if (row === undefined) throw new Error("no row");
    await saveCrashTableRound(env.DB_KE, gameId, NAIROBI, { ...row, crashedAtMs: Date.parse("2020-01-01T00:00:00Z") });
    const count = () => env.DB_KE.prepare("SELECT count(*) AS n FROM crash_board WHERE game_id = ?").bind(gameId).first<number>("n");
    expect(await count()).toBeGreaterThan(0);
    await pruneBoards(env, "KE", Date.now());
    expect(await count()).toBe(0);
  });
});

describe("the player's own bets", () => {
  it("come page by page, none twice and none left out, and by round", async () => {
    const player = await newWallet(500_000);
    const placed: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const secret = await room.rig((crash) => crash > 105 && crash < 130);
      await room.open();
      for (const slot of ["A", "B"] as const)
        placed.push(got(await room.bet(player.userId, { slot, autoCashOutHundredths: 102 })).bet.betId);
      await room.takeOff();
      await room.crash(secret, flightMs(secret.crashHundredths, RATE));
      await room.rest();
    }
    const headers = await bearer(player.userId);
    const read = async (query: string) => {
      const { status, body } = await http("GET", `/api/v1/games/crash/bets?${query}`, undefined, headers);
      expect(status).toBe(200);
      return body as unknown as { bets: { bet_id: string; round_number: number; slot: string }[]; next: string | null };
    };
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await read(`limit=1${cursor === null ? "" : `&after=${cursor}`}`);
      seen.push(...page.bets.map(({ bet_id: id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    const all = await read("limit=100");
    expect(all.next).toBeNull();
    expect(seen).toEqual(all.bets.map(({ bet_id: id }) => id));
    expect(new Set(seen)).toEqual(new Set(placed));
    const round = all.bets[2]?.round_number ?? 0;
    expect((await read(`round=${round}`)).bets).toMatchObject([
      { round_number: round, slot: "A" },
      { round_number: round, slot: "B" },
    ]);
    expect(await http("GET", "/api/v1/games/crash/bets?after=first", undefined, headers)).toMatchObject({ status: 400 });
    expect(await http("GET", "/api/v1/games/crash/bets")).toMatchObject({ status: 401 });
  });
});
