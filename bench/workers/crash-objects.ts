/**
 * The crash game's table as it is, with what its bench needs beside it: a game that moves on when the bench says so, a broadcast that does
 * nothing else, and a table whose wallets always have the money, so that its own part can be measured apart.
 */
import { DurableObject } from "cloudflare:workers";
import { CrashTable } from "../../durable-objects/crash-game/crash-table.ts";
import { GameTables } from "../../durable-objects/crash-game/game-tables.ts";
import { Wallet } from "../../durable-objects/wallet/wallet.ts";
import { tenantOfGame } from "../../shared/crash/games.ts";
import type { UserId } from "../../shared/kernel/ids.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import { ok } from "../../shared/kernel/result.ts";
import type { CrashGameRpc, PlaceCrashBet, RoundProof, RoundView, TablePresence } from "../../shared/protocol/rpc/crash.ts";
import type { Receipt } from "../../shared/protocol/rpc/wallet.ts";
import type { Env } from "../../workers/env.ts";
import { COUNTRY, STAKE_MINOR, userIdOf } from "./sportsbook-bets.ts";

export const GAME_ID = "crash-ke";
export const TABLE_NAME = `${GAME_ID}:1`;
/** Which table: the product's with the real wallets, or the one whose wallets always have the money. */
export type Kind = "whole" | "own";

export interface CrashBenchEnv extends Env {
  readonly BARE: DurableObjectNamespace<import("./bare-object.ts").BareObject>;
  readonly BENCH_GAME: DurableObjectNamespace<BenchGame>;
  readonly BENCH_TABLE: DurableObjectNamespace<BenchTable>;
  readonly OWN_PART_TABLE: DurableObjectNamespace<OwnPartTable>;
  readonly BENCH_PLAYER: DurableObjectNamespace<BenchPlayer>;
}

/** So many commands wait for a table at a time: a crowd, not all of it at once. */
const COMMANDS_AT_ONCE = 500;
/** Longer than any bench: a round stays as it is until the bench moves it. */
const BETTING_MS = 10 * 60_000;
const SEED = "ab".repeat(32);
const CRASH_HUNDREDTHS = 250;

type TableCalls = Pick<CrashGameRpc, "view" | "join" | "history" | "proof" | "grantCashOuts" | "reportPresence"> &
  Pick<CrashGameRpc, "recordPlayed">;

/** The round's states one after the other, told by the product's own `GameTables`. */
export class BenchGame extends DurableObject<CrashBenchEnv> implements TableCalls {
  readonly #tables: Readonly<Record<Kind, GameTables>>;
  #round: RoundView = firstRound();

  constructor(ctx: DurableObjectState, env: CrashBenchEnv) {
    super(ctx, env);
    this.#tables = {
      whole: new GameTables(GAME_ID, () => env.BENCH_TABLE.getByName(TABLE_NAME)),
      own: new GameTables(GAME_ID, () => env.OWN_PART_TABLE.getByName(TABLE_NAME)),
    };
  }

  /** Goes to the next state and tells the table; gives the state. */
  async move(kind: Kind): Promise<RoundView["status"]> {
    this.#round = after(this.#round, Date.now());
    const heard = await this.#tables[kind].announce(this.#round, 1);
    invariant(heard, "the table heard of the change");
    return this.#round.status;
  }

  async view(): Promise<RoundView> {
    return this.#round;
  }

  async join(): Promise<RoundView> {
    return this.#round;
  }

  async history(): Promise<readonly []> {
    return [];
  }

  async proof(roundNumber: number): Promise<RoundProof | null> {
    const { roundNumber: number, status, startedAtMs, crashedAtMs } = this.#round;
    const isOver = roundNumber < number || (roundNumber === number && status === "CRASHED");
    return isOver ? proofOf(roundNumber, startedAtMs ?? 0, crashedAtMs ?? 0) : null;
  }

  async grantCashOuts(_roundNumber: number, hundredths: readonly number[]): Promise<readonly (number | null)[]> {
    return hundredths;
  }

  async reportPresence(_table: number, { players }: TablePresence): Promise<number> {
    return players;
  }

  async recordPlayed(): Promise<void> {}
}

function proofOf(roundNumber: number, startedAtMs: number, crashedAtMs: number): RoundProof {
  return {
    ...{ roundNumber, crashHundredths: CRASH_HUNDREDTHS, serverSeed: SEED, startedAtMs, crashedAtMs },
    ...{ salt: "bench", houseEdgeBasisPoints: 300, capHundredths: 1_000_000, commitment: SEED, chainNumber: 1, firstRound: 1 },
    ...{ terminatingHash: SEED, release: { configSha256: null, mathsSha256: null, gameSha256: null } },
  };
}

function firstRound(): RoundView {
  const tenant = tenantOfGame(GAME_ID);
  invariant(tenant !== null, "the game is a tenant's");
  return {
    ...{ gameId: GAME_ID, roundNumber: 1, status: "WAITING", serverSeedHash: SEED, serverSeed: null, crashHundredths: null },
    ...{ startedAtMs: null, bettingEndsAtMs: null, crashedAtMs: null, nextRoundAtMs: null, tables: 1, activePlayers: 0, serverTimeMs: 0 },
    curveMillionthsPerMs: tenant.crash.curveMillionthsPerMs,
  };
}

function after(round: RoundView, nowMs: number): RoundView {
  const at = { ...round, serverTimeMs: nowMs };
  switch (round.status) {
    case "WAITING":
      return { ...at, status: "BETTING", bettingEndsAtMs: nowMs + BETTING_MS };
    case "BETTING":
      return { ...at, status: "RUNNING", bettingEndsAtMs: nowMs, startedAtMs: nowMs };
    case "RUNNING":
      return { ...at, status: "CRASHED", crashedAtMs: nowMs, crashHundredths: CRASH_HUNDREDTHS, serverSeed: SEED, nextRoundAtMs: nowMs };
    case "CRASHED":
      return after({ ...firstRound(), roundNumber: round.roundNumber + 1 }, nowMs);
  }
}

/** The bet that player number `player` places in the bench's round `round`. */
export function betOf(player: number, round: number): PlaceCrashBet {
  const key = `bench:${round}:${player}`;
  return { userId: userIdOf(player), country: COUNTRY, key, slot: "A", stakeMinor: STAKE_MINOR, autoCashOutHundredths: null };
}

/** Does `work` for `count` numbers from `from` on, many at a time. */
export async function crowd(from: number, count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = from;
  const loops = Array.from({ length: Math.min(COMMANDS_AT_ONCE, count) }, async () => {
    while (next < from + count) {
      next += 1;
      await work(next - 1);
    }
  });
  await Promise.all(loops);
}

type SqlRow = Record<string, SqlStorageValue>;

let rowsWritten = 0;
let isCounting = false;

/** Puts a counter under every object's SQL: they share the runtime's class, and nothing else tells what another object wrote. */
function countRows(sql: SqlStorage): void {
  if (isCounting) return;
  isCounting = true;
  const shared = Object.getPrototypeOf(sql) as SqlStorage;
  const exec = Reflect.get(shared, "exec") as (this: SqlStorage, query: string, ...values: unknown[]) => SqlStorageCursor<SqlRow>;
  const counted = function (this: SqlStorage, query: string, ...values: unknown[]): SqlStorageCursor<SqlRow> {
    const cursor = exec.call(this, query, ...values);
    rowsWritten += cursor.rowsWritten;
    return cursor;
  };
  Object.assign(shared, { exec: counted });
}

export class BenchTable extends CrashTable {
  /** A text to every socket, and nothing else. */
  async broadcastBare(text: string): Promise<void> {
    for (const socket of this.ctx.getWebSockets()) socket.send(text);
  }

  /** Counts the rows that all objects here write from now on (index rows too, as the platform bills them); gives those since last time. */
  async rowsWritten(): Promise<number> {
    countRows(this.ctx.storage.sql);
    const counted = rowsWritten;
    rowsWritten = 0;
    return counted;
  }

  /** Bets by what became of them. */
  async tally(): Promise<{ readonly active: number; readonly cashedOut: number; readonly unsettled: number }> {
    return this.ctx.storage.sql
      .exec<{ active: number; cashedOut: number; unsettled: number }>(
        `SELECT count(*) FILTER (WHERE status = 'ACTIVE') AS active, count(*) FILTER (WHERE status = 'CASHED_OUT') AS cashedOut,
           count(*) FILTER (WHERE settle_at IS NOT NULL) AS unsettled FROM bet`,
      )
      .one();
  }
}

/** What a wallet with money answers. */
const READY: Receipt<{ holdId: string }> = {
  value: { holdId: "hold_bench" },
  head: { epoch: 1, seq: 1, hash: "" },
  balances: { currency: "KES", cashMinor: 0, heldMinor: 0, availableMinor: 0, bonusMinor: 0 },
  replayed: false,
};

/** Its wallets hold and pay whatever they are asked to, at once: what is left is the table's own part. */
export class OwnPartTable extends BenchTable {
  constructor(ctx: DurableObjectState, env: CrashBenchEnv) {
    const answer = async () => ok(READY);
    const wallet = { reserveStake: answer, settleStake: answer, releaseHold: answer };
    super(ctx, { ...env, WALLET: { getByName: () => wallet } as unknown as Env["WALLET"] });
  }

  /** Places bets from inside, without a call each; the answer leaves when all of them are on disk. */
  async placeMany(from: number, count: number, round: number): Promise<void> {
    await crowd(from, count, async (player) => {
      const placed = await this.placeBet(betOf(player, round));
      invariant(placed.ok, `placeBet: ${JSON.stringify(placed)}`);
    });
  }

  async cashOutMany(from: number, count: number): Promise<void> {
    await crowd(from, count, async (player) => {
      const cashed = await this.cashOut({ userId: userIdOf(player), betId: null });
      invariant(cashed.ok, `cashOut: ${JSON.stringify(cashed)}`);
    });
  }
}

const DEPOSIT_MINOR = 10_000_000;

/** The wallet as it is; what it projects is acknowledged at once and stored nowhere. */
export class BenchPlayer extends Wallet {
  constructor(ctx: DurableObjectState, env: CrashBenchEnv) {
    const sent: { acknowledge: () => Promise<void> } = { acknowledge: async () => {} };
    super(ctx, { ...env, PROJECTION_QUEUE: { send: () => sent.acknowledge() } as unknown as Queue });
    sent.acknowledge = async () => {
      const head = await this.head();
      if (head.ok) await this.acknowledge({ epoch: head.value.epoch, seq: head.value.seq });
    };
  }

  /** Opens this wallet with money, by the wallet's own commands. */
  async fund(player: number): Promise<void> {
    const userId = userIdOf(player) as UserId;
    const intentId = `dep_${userId}`;
    const replies = [
      await this.open({ key: "open", userId, country: COUNTRY }),
      await this.setVerified({ key: "verified", verified: true }),
      await this.startDeposit({ key: "deposit", intentId, method: "mpesa", amountMinor: DEPOSIT_MINOR }),
      await this.creditDeposit({
        ...{ intentId, provider: "daraja", receipt: `B${userId}`, grossMinor: DEPOSIT_MINOR, occurredAtMs: Date.now() },
      }),
    ];
    for (const reply of replies) invariant(reply.ok, `funding: ${JSON.stringify(reply)}`);
  }
}
