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

/** The cases of one run; bets are placed on `selectionIds`. */
export function benchCases(selectionIds: readonly string[]): readonly Case[] {
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
    {
      name: "bet placed",
      request: {
        method: "POST",
        path: "/api/v1/bets",
        bodies: selectionIds.map((id) =>
          JSON.stringify({ bet_type: "SINGLE", stake: 20, odds_policy: "any", selections: [{ selection_id: id, odds: 2 }] }),
        ),
        authorized: true,
        keyed: true,
        status: 201,
      },
      aim: { base: BARE_WRITE, ratioMax: 1.6 },
      leavesWork: true,
    },
  ];
}
