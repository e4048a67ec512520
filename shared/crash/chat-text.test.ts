/** What the chat takes and what it does not, as players would try it. */
import { describe, expect, it } from "vitest";
import { loungeRulesOf } from "../tenants/crash-lounge.ts";
import { COUNTRIES } from "../tenants/tenant.ts";
import { chatText } from "./chat-text.ts";
import { maskedName } from "./shown-name.ts";

const rules = loungeRulesOf("KE").chat;

describe("a message", () => {
  it.each([
    ["  hongera   sana  ", "hongera sana"],
    ["12.50x, nearly!", "12.50x, nearly!"],
    ["cashed 1.5 then 2.3 then 7", "cashed 1.5 then 2.3 then 7"],
    ["won 20,000 today", "won 20,000 today"],
    ["２ｘ", "2x"],
    ["a\u200bb\nc", "a b c"],
    ["congratulations everybody", "congratulations everybody"],
  ])("%j is shown as %j", (raw, shown) => expect(chatText(raw, rules)).toEqual({ ok: true, value: shown }));

  it.each([
    ["", "empty"],
    [" \u200b \n", "empty"],
    ["x".repeat(161), "too_long"],
    ["see https://x.example", "link"],
    ["join betgroup . com now", "link"],
    ["t.me/tips", "link"],
    ["call 0712345678", "phone_number"],
    ["call 0 7 1 2 3 4 5 6 7 8", "phone_number"],
    ["0712-345-678", "phone_number"],
    ["０７１２３４５６７８", "phone_number"],
    ["07\u200b12\u200b345\u200b678", "phone_number"],
    ["٠٧١٢٣٤٥٦٧٨", "phone_number"],
    ["0\ufe0f\u20e37\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e35\ufe0f\u20e3", "phone_number"],
    ["pay to till 55 443", "payment_code"],
    ["Paybill: 40 02 00", "payment_code"],
    ["got SGH7X2K9QP thanks", "payment_code"],
  ])("%j is refused: %s", (raw, problem) => expect(chatText(raw, rules)).toEqual({ ok: false, error: problem }));

  it("meets rules that compile in every country", () => {
    for (const country of COUNTRIES) for (const { pattern } of loungeRulesOf(country).chat.banned) new RegExp(pattern, "iu");
  });
});

describe("a shown name", () => {
  it.each([
    ["Wanjiku Kamau", "W***u"],
    ["  akinyi  ", "A***i"],
    ["Jo", "J***"],
    ["Ọlá Ade", "Ọ***á"],
  ])("of %j is %j", (name, masked) => expect(maskedName(name)).toBe(masked));
});
