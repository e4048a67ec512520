/**
 * What is measured, in the order of the table. Each product case names the bare case that it stands on: the same hops without the
 * product's work.
 */
import type { Request } from "./load-order.ts";

export interface Case {
  readonly name: string;
  readonly request: Request;
  /** Compared with that case; the aim is the largest ratio of their times at p50. */
  readonly aim?: { readonly base: string; readonly ratioMax: number };
  /** Leaves messages behind that are worked off after the answer; the next case waits for the end of it. */
  readonly leavesWork?: true;
}

const PLAIN = { method: "POST", bodies: [], authorized: false, keyed: false, status: 200 } as const;

export const BARE_WORKER = "bare Worker";
export const BARE_RPC = "bare object RPC";
export const BARE_WRITE = "object RPC with one SQLite write";

/** A bet through HTTP, with bodies that take turns: one for each list of selections. */
function betPlaced(name: string, ratioMax: number, betType: "SINGLE" | "MULTI", bets: readonly (readonly string[])[]): Case {
  const bodyOf = (selectionIds: readonly string[]) => {
    const selections = selectionIds.map((id) => ({ selection_id: id, odds: 2 }));
    return JSON.stringify({ bet_type: betType, stake: 20, odds_policy: "any", selections });
  };
  const request = { method: "POST", path: "/api/v1/bets", bodies: bets.map(bodyOf), authorized: true, keyed: true, status: 201 } as const;
  return { name, request, aim: { base: BARE_WRITE, ratioMax }, leavesWork: true };
}

/** The cases of one run; bets are placed on the selections of these fixtures: singles on each, multis on one of every fixture. */
export function benchCases(fixtures: readonly (readonly string[])[]): readonly Case[] {
  const singles = fixtures.flat().map((id) => [id]);
  const multis = (fixtures[0] ?? []).map((_, outcome) => fixtures.flatMap((selectionIds) => selectionIds.slice(outcome, outcome + 1)));
  return [
    { name: BARE_WORKER, request: { ...PLAIN, method: "GET", path: "/bench/answer" } },
    { name: BARE_RPC, request: { ...PLAIN, method: "GET", path: "/bench/object/answer?n={object}" } },
    { name: BARE_WRITE, request: { ...PLAIN, path: "/bench/object/write?n={object}" } },
    {
      name: "balance read",
      request: { ...PLAIN, method: "GET", path: "/api/v1/users/me/wallet", authorized: true },
      aim: { base: BARE_RPC, ratioMax: 1.3 },
    },
    {
      name: "wallet post",
      request: { ...PLAIN, path: "/bench/wallet/reserve?user={player}&n={turn}" },
      aim: { base: BARE_WRITE, ratioMax: 1.4 },
      leavesWork: true,
    },
    betPlaced("bet placed", 1.6, "SINGLE", singles),
    betPlaced(`multi on ${fixtures.length} fixtures`, 2, "MULTI", multis),
  ];
}
