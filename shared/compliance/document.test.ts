import { expect, it } from "vitest";
import { tenantOf } from "../tenants/index.ts";
import { documentKey, maskNumber, parseDocument } from "./document.ts";

it("takes a document as its tenant writes it, of the first type when none is named", () => {
  expect(parseDocument(null, " 1234 5678 ", tenantOf("KE"))).toEqual({ ok: true, value: { idType: "NATIONAL_ID", idNumber: "12345678" } });
  expect(parseDocument("passport", "ak1234567", tenantOf("KE"))).toEqual({
    ok: true,
    value: { idType: "PASSPORT", idNumber: "AK1234567" },
  });
  expect(parseDocument("GHANA_CARD", "GHA-123456789-0", tenantOf("GH"))).toMatchObject({ ok: true });
});

it("refuses types and numbers that the tenant does not know, and says which it takes", () => {
  expect(parseDocument("BVN", "12345678901", tenantOf("KE"))).toMatchObject({ error: { reason: "unknown_id_type" } });
  expect(parseDocument(null, "12AB", tenantOf("KE"))).toEqual({ ok: false, error: { reason: "malformed_id_number", example: "12345678" } });
});

it("gives one key to one document however it is written", () => {
  const key = (idType: string, idNumber: string) => documentKey({ idType, idNumber });
  expect(key("GHANA_CARD", "GHA-123456789-0")).toBe(key("GHANA_CARD", "GHA1234567890"));
  expect(key("NATIONAL_ID", "012345678")).toBe(key("NATIONAL_ID", "12345678"));
  expect(key("NATIONAL_ID", "12345678")).not.toBe(key("ALIEN_CARD", "12345678"));
});

it("never shows more than half of a number", () => {
  expect([maskNumber("12345678"), maskNumber("1234"), maskNumber("1")]).toEqual(["****5678", "**34", "*"]);
});
