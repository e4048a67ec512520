import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableOf, tablesOf, tablesWanted } from "./seats.ts";

const players = Array.from({ length: 20_000 }, (_, n) => `usr_${n.toString(36).padStart(10, "0")}`);

describe("a player's table", () => {
  it("is one of the round's, and all get about the same number of players", () => {
    for (const tables of [1, 2, 7, 50]) {
      const counts = new Map<number, number>();
      for (const player of players) counts.set(tableOf(player, tables), (counts.get(tableOf(player, tables)) ?? 0) + 1);
      expect([...counts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: tables }, (_, n) => n + 1));
      const fair = players.length / tables;
      // Five standard deviations.
      for (const count of counts.values()) expect(Math.abs(count - fair)).toBeLessThan(5 * Math.sqrt(fair) + 1);
    }
  });

  it("changes with one table more only for those who go to it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 600 }), (player, tables) => {
        const [before, after] = [tableOf(player, tables), tableOf(player, tables + 1)];
        expect(after === before || after === tables + 1).toBe(true);
      }),
    );
  });

  it("has been each of the few at which the player sat while there were fewer", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 200 }), (player, tables) => {
        const sat = new Set(Array.from({ length: tables }, (_, n) => tableOf(player, n + 1)));
        expect(new Set(tablesOf(player, tables))).toEqual(sat);
        expect(sat.size).toBeLessThan(30);
      }),
    );
  });
});

describe("the number of tables", () => {
  it("grows before seats run out, shrinks when most are empty, and stays in between", () => {
    expect([0, 1_600, 1_601, 100_000].map((connections) => tablesWanted(1, connections, 2_000))).toEqual([1, 1, 2, 84]);
    expect([50_400, 50_399, 134_400, 134_401].map((connections) => tablesWanted(84, connections, 2_000))).toEqual([84, 42, 84, 113]);
  });

  it("is one that would be kept: nobody is moved twice for the same crowd", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat({ max: 1_200_000 }), (tables, connections) => {
        const wanted = tablesWanted(tables, connections, 2_000);
        expect(tablesWanted(wanted, connections, 2_000)).toBe(wanted);
      }),
    );
  });
});
