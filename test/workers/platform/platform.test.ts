/** Guarantees of the objects' spine, on an object's real storage: migrations, transactions, outbox, alarms, tickets. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { ALARM_TABLE_MIGRATION, AlarmTable } from "../../../durable-objects/platform/alarm-table.ts";
import { migrate } from "../../../durable-objects/platform/migrate.ts";
import { OUTBOX_MIGRATION, Outbox, type OutboxRow, RESEND_AFTER_MS } from "../../../durable-objects/platform/outbox.ts";
import { durableSql, type Sql } from "../../../durable-objects/platform/sql.ts";
import { makeTicket, readTicket } from "../../../durable-objects/platform/ticket.ts";

const TABLES = [ALARM_TABLE_MIGRATION, OUTBOX_MIGRATION];

/** Runs `work` on the storage of a fresh object; its class's own tables are dropped first, so that only the spine's are there. */
function onStorage(work: (sql: Sql, storage: DurableObjectStorage) => Promise<void> | void): Promise<void> {
  const stub = env.STAFF.getByName(`platform-test:${crypto.randomUUID()}`);
  return runInDurableObject(stub, async (_instance, state) => {
    const sql = durableSql(state.storage);
    for (const table of ["schema_migration", "attempt"]) sql.run(`DROP TABLE IF EXISTS ${table}`);
    await work(sql, state.storage);
    await state.storage.deleteAlarm();
  });
}

it("applies each migration once and refuses an edited, dropped or reordered history", () =>
  onStorage((sql) => {
    const first = { id: "a", sql: "CREATE TABLE a (x INTEGER) STRICT;" };
    const second = { id: "b", sql: "CREATE TABLE b (x INTEGER) STRICT;\nINSERT INTO b VALUES (1);" };
    expect(migrate(sql, [first, second], "a")).toBe(1);
    expect(migrate(sql, [first, second])).toBe(2);
    expect(migrate(sql, [first, second])).toBe(2);
    expect(sql.all("SELECT x FROM b")).toEqual([{ x: 1 }]);
    expect(() => migrate(sql, [{ ...first, sql: "CREATE TABLE a (y INTEGER) STRICT;" }, second])).toThrow(/edited/);
    expect(() => migrate(sql, [second, first])).toThrow(/no longer/);
    expect(() => migrate(sql, [first])).toThrow(/no longer/);
  }));

it("leaves nothing of a migration that fails half way", () =>
  onStorage((sql) => {
    const broken = { id: "a", sql: "CREATE TABLE a (x INTEGER) STRICT;\nINSERT INTO nowhere VALUES (1);" };
    expect(() => migrate(sql, [broken])).toThrow();
    expect(sql.all("SELECT name FROM sqlite_master WHERE name = 'a'")).toEqual([]);
  }));

it("undoes a transaction that throws and keeps one that returns", () =>
  onStorage((sql) => {
    sql.run("CREATE TABLE kept (x INTEGER) STRICT");
    expect(() =>
      sql.transaction(() => {
        sql.run("INSERT INTO kept VALUES (1)");
        throw new Error("stop");
      }),
    ).toThrow("stop");
    sql.transaction(() => sql.run("INSERT INTO kept VALUES (2)"));
    expect(sql.all("SELECT x FROM kept")).toEqual([{ x: 2 }]);
  }));

it("sends outbox rows in order, again after a minute, and never after their acknowledgement", () =>
  onStorage(async (sql) => {
    migrate(sql, TABLES);
    const outbox = new Outbox(sql);
    for (const body of ["1", "2", "3"]) outbox.add("topic", body, 1_000);
    const sent: string[] = [];
    const send = async (rows: readonly OutboxRow[]): Promise<void> => {
      sent.push(...rows.map((row) => row.body));
    };
    await outbox.drain(1_000, send);
    expect(sent).toEqual(["1", "2", "3"]);
    await outbox.drain(1_001, send);
    expect(sent).toHaveLength(3);
    outbox.acknowledge([2]);
    await outbox.drain(1_000 + RESEND_AFTER_MS, send);
    expect(sent.slice(3)).toEqual(["1", "3"]);
    outbox.acknowledge([1, 3, 3]);
    expect(await outbox.drain(1e12, send)).toBeNull();
    expect([sent.length, outbox.pending()]).toEqual([5, 0]);
  }));

it("keeps a new outbox row when an old acknowledgement comes again", () =>
  onStorage((sql) => {
    migrate(sql, TABLES);
    const outbox = new Outbox(sql);
    outbox.add("topic", "old", 1_000);
    outbox.acknowledge([1]);
    outbox.add("topic", "new", 1_000);
    outbox.acknowledge([1]);
    expect(outbox.pending()).toBe(1);
  }));

it("keeps every outbox row when sending fails", () =>
  onStorage(async (sql) => {
    migrate(sql, TABLES);
    const outbox = new Outbox(sql);
    outbox.add("topic", "1", 1_000);
    const failing = outbox.drain(1_000, () => Promise.reject(new Error("queue is down")));
    await expect(failing).rejects.toThrow("queue is down");
    expect([outbox.pending(), outbox.nextDueAtMs()]).toEqual([1, 1_000]);
  }));

it("runs due jobs once, keeps those rescheduled meanwhile, and backs a failing one off without stopping the others", () =>
  onStorage(async (sql, storage) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    migrate(sql, TABLES);
    const alarms = new AlarmTable(sql, storage);
    const far = Date.now() + 3_600_000;
    alarms.schedule("again", far);
    alarms.schedule("poison", far);
    alarms.schedule("once", far + 1, "payload");
    alarms.scheduleIfAbsent("once", far + 9);
    alarms.schedule("later", far + 5_000);
    alarms.arm();
    expect(await storage.getAlarm()).toBe(far);
    const ran: string[] = [];
    await alarms.run(
      () => far + 10,
      (job) => {
        ran.push(job.key + job.payload);
        if (job.key === "poison") throw new Error("poison");
        if (job.key === "again") alarms.schedule("again", far + 60_000);
      },
    );
    expect(ran).toEqual(["again", "poison", "oncepayload"]);
    const left = sql.all("SELECT key, due_at, attempts FROM alarm_job ORDER BY key");
    expect(left).toEqual([
      { key: "again", due_at: far + 60_000, attempts: 0 },
      { key: "later", due_at: far + 5_000, attempts: 0 },
      { key: "poison", due_at: far + 10 + 1_000, attempts: 1 },
    ]);
    expect(await storage.getAlarm()).toBe(far + 10 + 1_000);
    vi.restoreAllMocks();
  }));

it("keeps a job that was scheduled again while it ran, even for the same instant", () =>
  onStorage(async (sql, storage) => {
    migrate(sql, TABLES);
    const alarms = new AlarmTable(sql, storage);
    const dueAtMs = Date.now();
    alarms.schedule("walk", dueAtMs, "from the middle");
    await alarms.run(Date.now, () => alarms.schedule("walk", dueAtMs, "from the start"));
    expect(sql.all("SELECT key, payload FROM alarm_job")).toEqual([{ key: "walk", payload: "from the start" }]);
    await alarms.run(Date.now, (job) => alarms.scheduleAfter(job, "walk", dueAtMs, "after itself"));
    await alarms.run(Date.now, (job) => {
      alarms.schedule("walk", dueAtMs, "meanwhile");
      alarms.scheduleAfter(job, "walk", dueAtMs, "not over another's");
    });
    expect(sql.all("SELECT key, payload FROM alarm_job")).toEqual([{ key: "walk", payload: "meanwhile" }]);
  }));

it("sets an alarm anew once the time it believed in has passed: that alarm may never have come", () =>
  onStorage(async (sql, storage) => {
    migrate(sql, TABLES);
    const set: number[] = [];
    const counting = { setAlarm: async (atMs: number) => void set.push(atMs), getAlarm: storage.getAlarm.bind(storage) };
    const alarms = new AlarmTable(sql, counting as unknown as DurableObjectStorage);
    const nowMs = Date.now();
    alarms.schedule("due", nowMs - 1);
    alarms.arm();
    alarms.arm();
    expect(set).toEqual([nowMs - 1, nowMs - 1]);
    alarms.schedule("due", nowMs + 60_000);
    alarms.arm();
    alarms.arm();
    expect(set.slice(2)).toEqual([nowMs + 60_000]);
  }));

it("reads a ticket that it made until it expires, and none that was changed", () => {
  const ticket = makeTicket("secret", { userId: "usr_1", country: "KE", expiresAtMs: 1_000 });
  expect(readTicket("secret", ticket, 999)).toEqual({ userId: "usr_1", country: "KE", expiresAtMs: 1_000 });
  expect(readTicket("secret", ticket, 1_000)).toBeNull();
  expect(readTicket("other", ticket, 999)).toBeNull();
  for (const forged of [`x${ticket}`, ticket.slice(0, -1), `${ticket}.x`, "", ".", "a.b"])
    expect(readTicket("secret", forged, 999)).toBeNull();
});
