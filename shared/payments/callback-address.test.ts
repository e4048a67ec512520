/** Callback addresses: they name their intent, can't be guessed, and never spell a word that the provider refuses. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { callbackPath, intentOfPath } from "./callback-address.ts";

const hmac = (key: string, text: string) => createHmac("sha256", key).update(text).digest("hex");
const ID = "dep_01JD0EXECMD0000000000000EX";

it("an address names its intent and has a secret of 160 bits", () => {
  const parts = callbackPath("d", "KE", ID, "key", hmac).split("/");
  expect(parts.slice(0, 4)).toEqual(["", "cb", "d", "KE"]);
  expect(intentOfPath(parts[4] ?? "")).toBe(ID);
  expect(parts[5]).toMatch(/^[0-9a-f]{40}$/);
});

it("kind, country, intent and key all change the secret", () => {
  const secrets = [
    callbackPath("d", "KE", ID, "key", hmac),
    callbackPath("w", "KE", ID, "key", hmac),
    callbackPath("d", "NG", ID, "key", hmac),
    callbackPath("d", "KE", "dep_01JD0000000000000000000000", "key", hmac),
    callbackPath("d", "KE", ID, "other", hmac),
  ].map((path) => path.split("/").at(-1));
  expect(new Set(secrets).size).toBe(5);
});

it("no address spells a banned word", () => {
  const idChars = fc.string({ unit: fc.constantFrom(..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"), minLength: 26, maxLength: 26 });
  fc.assert(
    fc.property(idChars, fc.constantFrom("d", "w", "wt", "s"), (chars, kind) => {
      expect(callbackPath(kind as "d", "KE", `wdr_${chars}`, "key", hmac)).not.toMatch(/mpesa|safaricom|exe|cmd|sql|query/i);
    }),
  );
});

it.each(["", "zz", "abc", "00", "6465705f", "2e2e2f", "a".repeat(200)])("no intent is read from %j", (hex) => {
  expect(intentOfPath(hex)).toBeNull();
});
