/** What pages of a crash game show besides the flight: your bets, a round's totals, the leader boards. */
import type * as z from "zod";
import { toMultiplier } from "../../../shared/crash/multiplier.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import {
  crashBetsOut,
  crashBetsQuery,
  crashBoardsOut,
  crashGameParams,
  crashRoundParams,
  crashRoundTotalsOut,
} from "../../../shared/protocol/http/crash.ts";
import { listCrashBets } from "../../services/crash/play.ts";
import { presentCrashBet } from "../../services/crash/present-crash.ts";
import { type Board, readBoards } from "../../services/crash/read-boards.ts";
import { readTotals } from "../../services/crash/read-game.ts";
import { type Api, route } from "../api.ts";

const BASE = "/api/v1/games/crash";
const PAGE = { method: "get", tag: "Crash", statuses: [200] } as const;

export function addCrashPageRoutes(app: Api): void {
  route(app, {
    ...PAGE,
    path: `${BASE}/bets`,
    summary: "Your crash bets, newest first, a page at a time or of one round",
    auth: "player",
    query: crashBetsQuery,
    answer: crashBetsOut,
    errors: [],
    handle: async ({ ctx, query: { limit, after, round } }) => {
      const read = await listCrashBets(ctx, {
        limit,
        ...(after === undefined ? {} : { after }),
        ...(round === undefined ? {} : { round }),
      });
      if (!read.ok) return read;
      const { bets, next } = read.value;
      return ok({ body: { bets: bets.map(presentCrashBet), next: next === null ? null : `${next.roundNumber}${next.slot}` } });
    },
  });
  route(app, {
    ...PAGE,
    path: `${BASE}/{game}/rounds/{round_number}/totals`,
    summary: "What a finished round came to",
    auth: "none",
    params: crashRoundParams,
    answer: crashRoundTotalsOut,
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const read = await readTotals(ctx, { game: params.game, roundNumber: params.round_number });
      if (!read.ok) return read;
      const totals = read.value;
      if (totals === null) return ok({ body: { round_number: params.round_number, totals } });
      const { players, bets, cashedOut: cashed_out, stakedMinor, paidMinor } = totals;
      const sums = { players, bets, cashed_out, staked: major(stakedMinor), paid: major(paidMinor) };
      return ok({ body: { round_number: params.round_number, totals: sums } });
    },
  });
  route(app, {
    ...PAGE,
    path: `${BASE}/{game}/boards`,
    summary: "Today's and this week's highest cash-outs and biggest wins",
    auth: "none",
    params: crashGameParams,
    answer: crashBoardsOut,
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const read = await readBoards(ctx, params.game);
      return read.ok ? ok({ body: { boards: read.value.map(presentBoard) } }) : read;
    },
  });
}

function presentBoard({ span, metric, startsOn, entries }: Board): z.input<typeof crashBoardsOut>["boards"][number] {
  const shown = entries.map(({ player, roundNumber, multiplierHundredths, payoutMinor }) => ({
    ...{ player, round_number: roundNumber, multiplier: toMultiplier(multiplierHundredths), payout: major(payoutMinor) },
  }));
  return { span, metric, starts_on: startsOn, entries: shown };
}

const major = (amount: number): number => toMajor(minor(amount));
