/** Logs an operator in with password and one-time code. */
import { assertNever } from "../../../shared/kernel/invariant.ts";
import { ok } from "../../../shared/kernel/result.ts";
import { toRfc3339, unixMs } from "../../../shared/kernel/time.ts";
import type { StaffLogIn, StaffView } from "../../../shared/protocol/rpc/staff.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";
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
    const accessToken = await signStaffToken(ctx.config, reply.value, ctx.nowMs);
    return ok({ accessToken, expiresInSeconds: STAFF_TOKEN_SECONDS, staff: reply.value });
  }
  switch (reply.error.reason) {
    case "wrong_credentials":
      return refuse("INVALID_CREDENTIALS");
    case "locked":
      return refuse("ACCOUNT_LOCKED", { until: toRfc3339(unixMs(reply.error.untilMs)) });
    default:
      return assertNever(reply.error, "logInStaff");
  }
}
