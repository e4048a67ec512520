/** Edits as the wire shows them: what was made of a bet, and edits that wait; in major units. */
import type * as z from "zod";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import { toMajor } from "../../../shared/money/amount.ts";
import { minor } from "../../../shared/money/minor.ts";
import type { editedBet, editRequest } from "../../../shared/protocol/http/edit-bet.ts";
import { ERRORS, type ErrorCode } from "../../../shared/protocol/http/errors.ts";
import type { EditAnswer, EditedBet, EditRequestView } from "../../../shared/protocol/rpc/wallet-cash-out.ts";
import type { ServiceError } from "../context.ts";
import { presentPlacedBet } from "./present-bet.ts";

export type EditedOut = z.input<typeof editedBet>;
export type EditRequestOut = z.input<typeof editRequest>;

export function editedOut({ bet, parentId, valueMinor, paidMinor }: EditedBet): EditedOut {
  return { ...valueOut(parentId, valueMinor, paidMinor, bet.stakeMinor), bet: presentPlacedBet(bet) };
}

type Refused = Extract<EditAnswer, { isTaken: false }>;

/** The error that an edit which came to nothing is answered with. */
export function refusedAs({ code, details }: Refused): ServiceError {
  return editError({
    code: code in ERRORS ? (code as ErrorCode) : "EDIT_CHANGED",
    details: JSON.parse(details) as Readonly<Record<string, unknown>>,
  });
}

/** An edit that waited, or waits. */
export function editRequestOut({ requestId, parentId, stakeMinor, valueMinor, decidesAtMs, answer }: EditRequestView): EditRequestOut {
  const refused = answer === null || answer.isTaken ? null : refusedAs(answer);
  return {
    ...{ parent_id: parentId, request_id: requestId, status: answer === null ? "PENDING" : refused === null ? "TAKEN" : "REFUSED" },
    ...{ value: toMajor(minor(valueMinor)), stake: toMajor(minor(stakeMinor)), decides_at: toRfc3339(unixMs(decidesAtMs)) },
    edited_to: answer?.isTaken === true ? answer.betId : null,
    refusal: refused === null ? null : { code: refused.code, message: ERRORS[refused.code][1], details: { ...refused.details } },
  };
}

/** What a cash-out is refused for closes an edit as well. */
export function editError(error: ServiceError): ServiceError {
  if (error.code === "CASH_OUT_CLOSED") return { ...error, code: "EDIT_CLOSED" };
  return error.code === "CASH_OUT_CHANGED" ? { ...error, code: "EDIT_CHANGED", details: { quote: null } } : error;
}

/** What the old bet brings, and what of it the new stake takes or leaves. */
export function valueOut(parentId: string, valueMinor: number, paidMinor: number, stakeMinor: number) {
  return {
    parent_id: parentId,
    value: toMajor(minor(valueMinor)),
    tax: toMajor(minor(valueMinor - paidMinor)),
    net_value: toMajor(minor(paidMinor)),
    stake: toMajor(minor(stakeMinor)),
    difference: toMajor(minor(stakeMinor - paidMinor)),
  };
}
