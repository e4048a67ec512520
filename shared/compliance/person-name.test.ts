import { expect, it } from "vitest";
import { compareNames, parsePersonName, splitName } from "./person-name.ts";

it.each([
  ["Wanjiru Test", "WANJIRU TEST"],
  ["Wanjiru Njeri Kamau", "KAMAU WANJIRU"],
  ["Kamau Wanjiru", "Wanjiru  Njeri Kamau"],
  ["Ngũgĩ wa Thiong'o", "NGUGI WA THIONGO"],
  ["Akosua Adjei-Mensah", "ADJEI MENSAH, AKOSUA"],
])("takes %s and %s for one person", (own, register) => {
  expect(compareNames(own, register)).toBe("match");
});

it.each([
  ["Wanjiru Kamau", "Wanjiru Otieno"],
  ["Wanjiru", "Wanjiru Kamau"],
  ["Wanjiru Njeri Kamau", "Wanjiru Njeri Otieno"],
])("leaves %s and %s to a person", (own, register) => {
  expect(compareNames(own, register)).toBe("partial");
});

it("finds nothing in common between strangers or with an empty name", () => {
  expect(compareNames("Wanjiru Kamau", "Peter Otieno")).toBe("none");
  expect(compareNames("Wanjiru Kamau", "")).toBe("none");
});

it("takes names of any script and refuses what is none", () => {
  expect(parsePersonName("  Ngũgĩ   wa Thiong'o ")).toBe("Ngũgĩ wa Thiong'o");
  for (const text of ["", "A", "<b>Name</b>", "Name 2", "a".repeat(101), "- -"]) expect(parsePersonName(text)).toBeNull();
});

it("splits a name into the parts a register asks for", () => {
  expect(splitName("Amina Fatou Clearwater")).toEqual({ first: "Amina", middle: "Fatou", last: "Clearwater" });
  expect(splitName("Amina")).toEqual({ first: "Amina", middle: "", last: "Amina" });
});
