/**
 * The simulator itself: it repeats what it did, it finds what is wrong, and its objects lose what the platform's would lose. Runs in
 * plain Node (`node --test`), because it replaces the clock of the process.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultText, PLANTED_BUGS, parseFaults, type RunOptions, seedThatFinds, shrink, simulate } from "./load.ts";

const { Faults } = await import("./faults.ts");
const { SimNetwork } = await import("./sim-network.ts");
const { World } = await import("./world.ts");
type Caller = import("./sim-object.ts").ObjectClass;

const RUN: RunOptions = { seed: "tests", commands: 400, faults: "all", bug: null };

test("the same seed does the same, step by step", async () => {
  const [first, second, other] = [await simulate(RUN), await simulate(RUN), await simulate({ ...RUN, seed: "other" })];
  assert.equal(first.failure, null);
  assert.equal(second.traceHash, first.traceHash);
  assert.equal(second.steps, first.steps);
  assert.notEqual(other.traceHash, first.traceHash);
});

test("a run's faults, given as a list, make the same run", async () => {
  const all = await simulate(RUN);
  const listed = await simulate({ ...RUN, faults: parseFaults(all.faults.map(faultText).join(",")) });
  assert.equal(listed.traceHash, all.traceHash);
});

for (const bug of PLANTED_BUGS)
  test(`a planted bug is found: ${bug}`, async () => {
    const options: RunOptions = { seed: seedThatFinds(bug), commands: 2_000, faults: "all", bug };
    const found = await simulate(options);
    assert.notEqual(found.failure, null, `${bug} was not found`);
    const clean = await simulate({ ...options, commands: found.commands, bug: null });
    assert.equal(clean.failure, null, clean.failure?.message);
  });

test("a failure is shrunk to faults that are enough", async () => {
  const options: RunOptions = { seed: "1", commands: 2_000, faults: "all", bug: "commit-past-held" };
  const found = await simulate(options);
  const { options: shrunk, report } = await shrink(options, found);
  assert.notEqual(report.failure, null);
  assert.ok(shrunk.faults.length < found.faults.length);
  assert.equal((await simulate(shrunk)).traceHash, report.traceHash);
});

test("a crash before a write is confirmed loses the write and the answer together", async () => {
  const { world, object, ask } = counterObject("none");
  const answer = assert.rejects(ask("count"));
  // The call has arrived and is answered, but nothing has left yet.
  while (!object()?.database.isDirty) await world.step();
  object()?.crash("crashed");
  await runOut(world);
  await answer;
  const again = ask("count");
  await runOut(world);
  assert.equal(await again, 1);
});

test("what was answered was written", async () => {
  const { world, object, ask } = counterObject("none");
  const answer = ask("count");
  await runOut(world);
  assert.equal(await answer, 1);
  object()?.crash("crashed");
  const again = ask("count");
  await runOut(world);
  assert.equal(await again, 2);
});

/** An object that counts its calls in storage. */
class Counter {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState) {
    this.#sql = ctx.storage.sql;
    this.#sql.exec("CREATE TABLE IF NOT EXISTS calls (n INTEGER) STRICT");
  }

  async count(): Promise<number> {
    this.#sql.exec("INSERT INTO calls VALUES (1)");
    return Number(this.#sql.exec("SELECT count(*) AS n FROM calls").one().n);
  }
}

function counterObject(faults: "none") {
  const world = new World("counter", 0);
  const network = new SimNetwork(world, new Faults(world, faults));
  const stub = network.namespace("counter", Counter as unknown as Caller, {} as Cloudflare.Env).getByName("one") as {
    count(): Promise<number>;
  };
  return { world, object: () => network.objects.get("counter one"), ask: (_method: "count") => stub.count() };
}

async function runOut(world: InstanceType<typeof World>): Promise<void> {
  while (await world.step());
}
