import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, it, vi } from "vitest";
import { log } from "../../../durable-objects/platform/log.ts";

function lineOf(fields: Record<string, unknown>): string {
  const write = vi.spyOn(console, "error").mockImplementation(() => {});
  log("error", "it_failed", fields);
  const line = String(write.mock.calls[0]?.[0]);
  write.mockRestore();
  return line;
}

it("keeps a failed query and its cause, and none of its parameters", () => {
  const cause = new Error("D1_ERROR: no such table: user");
  const line = lineOf({ error: new DrizzleQueryError("insert into user values (?, ?)", ["+254711000222", "Wanjiru\nKamau"], cause) });
  expect(line).toContain("insert into user");
  expect(line).toContain("no such table: user");
  expect(line).toContain("log.test.ts");
  for (const value of ["254711000222", "Wanjiru", "Kamau"]) expect(line).not.toContain(value);
});

it("replaces what stands under the name of a secret", () => {
  expect(lineOf({ phoneNumber: "+254711000222", code: "x" })).toBe(
    JSON.stringify({ level: "error", event: "it_failed", phoneNumber: "[redacted]", code: "x" }),
  );
});

it("tells errors and hides secrets wherever they stand", () => {
  const inner = { country: "KE", phone: "+254711000222", error: new Error("the database is away") };
  const line = lineOf({ error: new Error("a country's job failed", { cause: inner }) });
  expect(line).toContain("the database is away");
  expect(line).toContain('"country":"KE"');
  expect(line).not.toContain("254711000222");
});
