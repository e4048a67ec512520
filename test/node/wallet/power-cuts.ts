/**
 * The power goes at every statement, begin and commit of a request, before it and after it. What did not commit must have left nothing,
 * and the same request asked of a new instance must leave what an undisturbed run leaves, row by row.
 */
import { expect } from "vitest";
import type { Sql } from "../../../durable-objects/platform/sql.ts";
import { digestOf } from "../../../durable-objects/wallet/digest.ts";
import type { Moment } from "../../../durable-objects/wallet/run-command.ts";
import { WalletStores } from "../../../durable-objects/wallet/wallet-stores.ts";
import { FailingSql, PowerLost, type Side } from "../../support/failing-sql.ts";
import type { Request } from "../../support/wallet-history.ts";

/** A wallet, opened or not, that a request can be broken on. */
export interface Breakable {
  readonly sql: Sql;
  moment(): Moment;
}

class Undone extends Error {}

/** Breaks the request at each of its points; gives how many there are. The wallet is afterwards as it was. */
export function breakEverywhere(world: Breakable, request: Request, commits = 1): number {
  const before = stored(world);
  const runs: Whole[] = [];
  undoing(world, () => runs.push(whole(world, request)));
  const [once] = runs;
  if (once === undefined) throw new Error("nothing ran");
  expect(once.stored).not.toEqual(before);
  expect(once.commits).toBe(commits);
  for (let point = 1; point <= once.points; point += 1) {
    for (const side of ["before", "after"] as const) undoing(world, () => breakAt(world, request, point, side, once));
  }
  expect(stored(world)).toEqual(before);
  return once.points;
}

/** Everything stored: an attempt that did not commit must leave not even a key behind. */
function stored({ sql }: Breakable): unknown {
  const tables = sql.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return tables.map(({ name }) => [name, sql.all(`SELECT * FROM "${name}"`)]);
}

/** Runs `work` and gives the world back as it was, so that every point is broken on the same state. */
function undoing(world: Breakable, work: () => void): void {
  try {
    world.sql.transaction(() => {
      work();
      throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
}

/** What a request leaves when nothing fails, and in how many commits: a command has one, a job one for each thing it does. */
interface Whole {
  readonly stored: unknown;
  readonly points: number;
  readonly commits: number;
}

function whole(world: Breakable, request: Request): Whole {
  const counting = new FailingSql(world.sql, 0, "before");
  request(new WalletStores(counting.sql), world.moment());
  return { stored: stored(world), points: counting.points, commits: counting.commits };
}

function breakAt(world: Breakable, request: Request, point: number, side: Side, once: Whole): void {
  const before = stored(world);
  const failing = new FailingSql(world.sql, point, side);
  expect(() => request(new WalletStores(failing.sql), world.moment())).toThrow(PowerLost);
  if (failing.commits === 0) expect(stored(world)).toEqual(before);
  if (failing.commits === once.commits) expect(stored(world)).toEqual(once.stored);
  expectSound(world);
  request(new WalletStores(world.sql), world.moment());
  expect(stored(world)).toEqual(once.stored);
  expectSound(world);
}

/** A wallet that is not open has no book to be wrong. */
function expectSound({ sql }: Breakable): void {
  const wallet = new WalletStores(sql);
  if (wallet.profiles.profile() !== null) expect(digestOf(wallet).violations).toEqual([]);
}
