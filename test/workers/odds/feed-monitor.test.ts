/** A feed's monitor: a producer counts as there only by its recovery and its signs of life. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";

const PRODUCER = 14;
let minted = 0;

function newMonitor() {
  minted += 1;
  return env.FEED_MONITOR.getByName(`feed-${Date.now()}-${minted}`);
}

type Monitor = ReturnType<typeof newMonitor>;

async function standing(monitor: Monitor) {
  return (await monitor.state()).find(({ producer }) => producer === PRODUCER);
}

/** As if the producer had last been heard that long ago, and its alarm rings. */
async function silentFor(monitor: Monitor, ms: number): Promise<void> {
  await runInDurableObject(monitor, (_, state) => {
    state.storage.sql.exec("UPDATE producer SET heard_at = ? WHERE producer = ?", Date.now() - ms, PRODUCER);
    state.storage.sql.exec("UPDATE alarm_job SET due_at = 1 WHERE key = ?", `silence:${PRODUCER}`);
  });
  await runDurableObjectAlarm(monitor);
}

async function up(): Promise<Monitor> {
  const monitor = newMonitor();
  await monitor.recoveryRequested({ producer: PRODUCER, requestId: 1, requestedAtMs: 1 });
  await monitor.alive({ producer: PRODUCER, isSubscribed: true });
  expect(await standing(monitor), "a sign of life alone opens nothing").toMatchObject({ isUp: false });
  await monitor.snapshotComplete({ producer: PRODUCER, requestId: 1 });
  expect(await standing(monitor)).toMatchObject({ isUp: true });
  return monitor;
}

it("takes a producer that is silent for twenty seconds for away, and its next sign of life does not bring it back", async () => {
  const monitor = await up();
  await silentFor(monitor, 19_000);
  expect(await standing(monitor)).toMatchObject({ isUp: true });
  await silentFor(monitor, 20_000);
  expect(await standing(monitor)).toMatchObject({ isUp: false });
  expect(await monitor.alive({ producer: PRODUCER, isSubscribed: true }), "and it says so").toEqual({ needsRecovery: true });
  expect(await standing(monitor)).toMatchObject({ isUp: false });
  await monitor.snapshotComplete({ producer: PRODUCER, requestId: 1 });
  expect(await standing(monitor), "nor does the end of the recovery before, said again").toMatchObject({ isUp: false });
});

it("keeps a producer as it is when the request of a recovery that is through comes again", async () => {
  const monitor = await up();
  await monitor.recoveryRequested({ producer: PRODUCER, requestId: 1, requestedAtMs: 1 });
  expect(await standing(monitor)).toMatchObject({ isUp: true });
  // A bridge that lost its numbers begins with one again.
  await monitor.recoveryRequested({ producer: PRODUCER, requestId: 1, requestedAtMs: 2 });
  expect(await standing(monitor)).toMatchObject({ isUp: false, isRecovering: true });
  expect(await monitor.alive({ producer: PRODUCER, isSubscribed: true })).toEqual({ needsRecovery: false });
  await monitor.snapshotComplete({ producer: PRODUCER, requestId: 1 });
  expect(await standing(monitor)).toMatchObject({ isUp: true, isRecovering: false });
});

it("takes a producer that lost messages for away until the recovery that was asked for last is through", async () => {
  const monitor = await up();
  await monitor.alive({ producer: PRODUCER, isSubscribed: false });
  expect(await standing(monitor)).toMatchObject({ isUp: false });
  await monitor.recoveryRequested({ producer: PRODUCER, requestId: 2, requestedAtMs: 2 });
  await monitor.recoveryRequested({ producer: PRODUCER, requestId: 3, requestedAtMs: 3 });
  await monitor.snapshotComplete({ producer: PRODUCER, requestId: 2 });
  expect(await standing(monitor)).toMatchObject({ isUp: false });
  await monitor.snapshotComplete({ producer: PRODUCER, requestId: 3 });
  expect(await standing(monitor)).toMatchObject({ isUp: true });
});
