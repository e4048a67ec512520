/** Which numbers the provider takes. */
import { expect, it } from "vitest";
import { minor } from "../../money/minor.ts";
import { darajaMsisdn } from "./msisdn.ts";
import { wholeShillings } from "./whole-shillings.ts";

it("a Kenyan mobile number loses its plus", () => {
  expect(darajaMsisdn("+254712345678")).toBe("254712345678");
  expect(darajaMsisdn("+254112345678")).toBe("254112345678");
});

it.each(["254712345678", "+254212345678", "+2547123456789", "+233241234567", "0712345678"])("%s is none of its numbers", (text) => {
  expect(darajaMsisdn(text)).toBeNull();
});

it("a fraction of a shilling is never rounded", () => {
  expect(wholeShillings(minor(10_000))).toBe(100);
  for (const amount of [10_050, 1, 0, -100]) expect(() => wholeShillings(minor(amount))).toThrow("whole shillings");
});
