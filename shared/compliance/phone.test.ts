import { expect, it } from "vitest";
import { parseMobile } from "./phone.ts";

it.each([
  ["0712345678", "KE", "+254712345678"],
  ["254712345678", "KE", "+254712345678"],
  ["+254 712-345-678", "KE", "+254712345678"],
  ["0112345678", "KE", "+254112345678"],
  ["08031234567", "NG", "+2348031234567"],
  ["2348031234567", "NG", "+2348031234567"],
  ["0241234567", "GH", "+233241234567"],
  [" 233241234567 ", "GH", "+233241234567"],
] as const)("reads %s in %s as %s", (text, home, e164) => {
  expect(parseMobile(text, home)).toEqual({ e164, country: home });
});

it("says whose number an international form is, wherever it is typed", () => {
  expect(parseMobile("+254712345678", "NG")).toEqual({ e164: "+254712345678", country: "KE" });
});

it.each([
  "",
  "0712",
  "07123456789999",
  "+12125550100",
  "+447911123456",
  "0201234567",
  "0712345678;ext=5",
  "0712345678 or 0722000000",
  "abc",
  "٠٧١٢٣٤٥٦٧٨",
])("refuses %s", (text) => {
  expect(parseMobile(text, "KE")).toBeNull();
});
