/** The Metrics object's counters: they add up and stay bounded. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { DURATION_BUCKETS_MS, type RequestSeries } from "../../../shared/protocol/rpc/metrics.ts";

function series(change: Partial<RequestSeries>): RequestSeries {
  const buckets = DURATION_BUCKETS_MS.map((_, index) => (index === 1 ? 2 : 0));
  return { method: "GET", route: "/one", status: 200, count: 2, durationMs: 14, buckets, ...change };
}

it("adds batches of one series and keeps others apart", async () => {
  const metrics = env.METRICS.getByName("metrics:test-add");
  await metrics.record([series({}), series({ status: 404, count: 5 })]);
  await metrics.record([series({})]);
  const rows = await metrics.read();
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ route: "/one", status: 200, count: 4, durationMs: 28 });
  expect(rows[0]?.buckets[1]).toBe(4);
  expect(rows[1]).toMatchObject({ status: 404, count: 5 });
});

it("counts series past the bound under one route and loses none", async () => {
  const metrics = env.METRICS.getByName("metrics:test-bound");
  await metrics.record(Array.from({ length: 2_050 }, (_, index) => series({ route: `/route-${index}` })));
  const rows = await metrics.read();
  expect(rows.length).toBeLessThanOrEqual(2_001);
  expect(rows.find((row) => row.route === "other")?.count).toBe(100);
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(4_100);
});
