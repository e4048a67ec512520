/** The bet calculator: no login, nothing stored, the arithmetic that settles bets. */
import { ok } from "../../../shared/kernel/result.ts";
import {
  calculatorAsianBody,
  calculatorAsianOut,
  calculatorBody,
  calculatorCashOutBody,
  calculatorCashOutOut,
  calculatorOddsBody,
  calculatorOddsOut,
  calculatorOut,
} from "../../../shared/protocol/http/calculator.ts";
import { calculateBet } from "../../services/calculator/calculate-bet.ts";
import { calculateAsian, calculateCashOut, calculateOdds } from "../../services/calculator/calculate-others.ts";
import type { ServiceResult } from "../../services/context.ts";
import { type Api, route } from "../api.ts";

const COMMON = { method: "post", tag: "Calculator", auth: "none", statuses: [200], errors: ["VALIDATION_FAILED"] } as const;

export function addCalculatorRoutes(app: Api): void {
  route(app, {
    ...COMMON,
    path: "/api/v1/calculator",
    summary: "What a bet returns with given results",
    body: calculatorBody,
    answer: calculatorOut,
    handle: async ({ body }) => replyWith(calculateBet(body.bet)),
  });
  route(app, {
    ...COMMON,
    path: "/api/v1/calculator/cash-out",
    summary: "What a bet is worth before it is decided",
    body: calculatorCashOutBody,
    answer: calculatorCashOutOut,
    handle: async ({ body }) => replyWith(calculateCashOut(body)),
  });
  route(app, {
    ...COMMON,
    path: "/api/v1/calculator/asian",
    summary: "The result of an Asian handicap or total",
    body: calculatorAsianBody,
    answer: calculatorAsianOut,
    handle: async ({ body }) => replyWith(calculateAsian(body)),
  });
  route(app, {
    ...COMMON,
    path: "/api/v1/calculator/odds",
    summary: "A price in every format",
    body: calculatorOddsBody,
    answer: calculatorOddsOut,
    handle: async ({ body }) => ok({ body: calculateOdds(body.decimal) }),
  });
}

function replyWith<T>(result: ServiceResult<T>): ServiceResult<{ readonly body: T }> {
  return result.ok ? ok({ body: result.value }) : result;
}
