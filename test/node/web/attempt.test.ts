/** Guarantees of what must happen once: one confirmation has one key until the API has answered it. */
import { expect, it } from "vitest";
import { attempt } from "../../../web/src/api/attempt.ts";
import { ApiError, NoAnswer } from "../../../web/src/api/error.ts";

const BET = { stake: 100, selections: ["a"] };

/** Tries once and tells which key was sent. */
async function keySent(name: string, body: unknown, outcome: Error | null): Promise<string> {
  let sent = "";
  const sending = attempt(name, body, (key) => {
    sent = key;
    return outcome === null ? Promise.resolve(null) : Promise.reject(outcome);
  });
  if (outcome === null) await sending;
  else await expect(sending).rejects.toBe(outcome);
  return sent;
}

it("sends the same key again after a lost answer, and after the server failed", async () => {
  const first = await keySent("lost", BET, new NoAnswer());
  expect(await keySent("lost", BET, new ApiError(503, null))).toBe(first);
  expect(await keySent("lost", BET, null)).toBe(first);
});

it("takes a new key once the bet was answered, so that the same bet can be placed again on purpose", async () => {
  const first = await keySent("answered", BET, null);
  expect(await keySent("answered", BET, null)).not.toBe(first);
});

it("takes a new key after a refusal, which the server remembers under the old one", async () => {
  const first = await keySent("refused", BET, new ApiError(400, null));
  expect(await keySent("refused", BET, null)).not.toBe(first);
});

it("never sends one key with two contents", async () => {
  const first = await keySent("changed", BET, new NoAnswer());
  expect(await keySent("changed", { ...BET, stake: 200 }, null)).not.toBe(first);
});
