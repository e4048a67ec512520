/** A price in six formats, exact (betting-rules 2.1). */
import { expect, it } from "vitest";
import { type Fraction, parseFraction } from "../money/fraction.ts";
import { oddsFormats } from "./odds-formats.ts";

function read(text: string): Fraction {
  const value = parseFraction(text);
  if (value === null) throw new Error(`not a number: ${text}`);
  return value;
}

it("a price is the same in every format", () => {
  expect(oddsFormats(read("2.5"))).toEqual({
    decimal: "2.5",
    fractional: "3/2",
    american: "+150",
    hongkong: "1.5",
    malay: "-2/3",
    indonesian: "1.5",
    impliedProbability: "0.4",
  });
  expect(oddsFormats(read("1.5"))).toMatchObject({ fractional: "1/2", american: "-200", malay: "0.5", indonesian: "-2" });
  expect(oddsFormats(read("2"))).toMatchObject({ american: "+100", malay: "1", indonesian: "1" });
  expect(oddsFormats(read("11"))).toMatchObject({ fractional: "10/1", american: "+1000", hongkong: "10", malay: "-0.1", indonesian: "10" });
  expect(oddsFormats(read("1.95"))).toMatchObject({
    fractional: "19/20",
    american: "-2000/19",
    indonesian: "-20/19",
    impliedProbability: "20/39",
  });
});
