import { expect, it } from "vitest";
import { openText, sealText } from "../../../durable-objects/platform/sealed-text.ts";

const SECRET = "a secret of at least 32 characters";

it("gives a sealed text back, seals it differently every time, and shows nothing of it", () => {
  const sealed = sealText(SECRET, "national_id", "31245678");
  expect(openText(SECRET, "national_id", sealed)).toBe("31245678");
  expect(sealText(SECRET, "national_id", "31245678")).not.toBe(sealed);
  expect(sealed).not.toContain("31245678");
});

it("opens nothing that was changed, cut, or sealed under another secret or purpose", () => {
  const sealed = sealText(SECRET, "national_id", "31245678");
  const [nonce = "", tag = "", text = ""] = sealed.split(".");
  for (const broken of [
    `${nonce}.${tag}.${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`,
    `${nonce}.${tag.slice(0, 6)}.${text}`,
    nonce,
    "",
  ]) {
    expect(() => openText(SECRET, "national_id", broken), broken).toThrow();
  }
  expect(() => openText(`${SECRET}!`, "national_id", sealed)).toThrow();
  expect(() => openText(SECRET, "kra_pin", sealed)).toThrow();
});
