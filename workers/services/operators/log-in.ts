/**
 * Logs an operator in with password and one-time code. Who came in is in the audit log of the first of their countries, and an entry
 * that can't be written keeps them out; who was turned away is counted by the account's object and logged without a name.
 */
import { log } from "../../../durable-objects/platform/log.ts";
import { assertNever } from "../../../shared/kernel/invariant.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { StaffLogIn, StaffView } from "../../../shared/protocol/rpc/staff.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
import { audit } from "./require-staff.ts";
import { STAFF_TOKEN_SECONDS, signStaffToken } from "./staff-token.ts";

export interface StaffSession {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly staff: StaffView;
}

/** Refuses INVALID_CREDENTIALS (the same for an unknown account) and ACCOUNT_LOCKED. */
export async function logInStaff(ctx: ServiceContext, command: StaffLogIn): Promise<ServiceResult<StaffSession>> {
  const email = command.email.toLowerCase();
  const reply = await ctx.env.STAFF.getByName(`staff:${email}`).logIn({ ...command, email });
  if (reply.ok) {
    const [country] = reply.value.countries;
    if (country !== undefined)
      await audit(
        ctx,
        { staff: reply.value, database: databaseOf(ctx.env, country) },
        { action: "staff.log_in", subject: reply.value.email },
      );
    const accessToken = await signStaffToken(ctx.config, reply.value, ctx.nowMs);
    return ok({ accessToken, expiresInSeconds: STAFF_TOKEN_SECONDS, staff: reply.value });
  }
  log("warn", "operator_turned_away", { reason: reply.error.reason, requestId: ctx.requestId });
  switch (reply.error.reason) {
    case "wrong_credentials":
      return refuse("INVALID_CREDENTIALS");
    case "locked":
      return refuse("ACCOUNT_LOCKED", { until: toRfc3339(unixMs(reply.error.untilMs)) });
    default:
      return assertNever(reply.error, "logInStaff");
  }
}
