/** One-time passwords of operators: the published vectors, and each code once. */
import { expect, it } from "vitest";
import { matchTotp, totpCode, totpStep } from "../../../durable-objects/staff/totp.ts";

const SECRET = Buffer.from("12345678901234567890", "ascii").toString("hex");

it.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
])("gives RFC 6238's code at %i s", (seconds, code) => {
  expect(totpCode(SECRET, totpStep(seconds * 1_000))).toBe(code);
});

it("accepts the neighbouring steps, each once, and nothing else", () => {
  const nowMs = 59_000;
  const step = matchTotp(SECRET, "287082", nowMs, 0);
  expect(step).toBe(1);
  expect(matchTotp(SECRET, "287082", nowMs + 30_000, 0)).toBe(1);
  expect(matchTotp(SECRET, "287082", nowMs, 1)).toBeNull();
  expect(matchTotp(SECRET, "287082", nowMs + 90_000, 0)).toBeNull();
  expect(matchTotp(SECRET, "28708", nowMs, 0)).toBeNull();
});
