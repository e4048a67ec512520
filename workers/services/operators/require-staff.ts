/**
 * First line of every operator's verb: who may, in which country, and the audit entry that says they did.
 *
 * The entry is written before the verb goes on and an entry that can't be written stops it: nothing is done unrecorded.
 */
import { ID_RANDOM_BYTES, makeId } from "../../../shared/kernel/ids.ts";
import { ok } from "../../../shared/kernel/result.ts";
import type { StaffRole, StaffView } from "../../../shared/protocol/rpc/staff.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { writeAudit } from "../../adapters/d1/audit-log.ts";
import { databaseOf } from "../../env.ts";
import { refuse, type ServiceContext, type ServiceResult } from "../context.ts";

export interface StaffScope {
  readonly staff: StaffView;
  readonly country: Country;
  readonly database: D1Database;
}

export interface StaffAction {
  /** Roles that may do it; admin always may. */
  readonly roles: readonly StaffRole[];
  /** What is done, e.g. `wallet.read`. */
  readonly action: string;
  /** To whom or what, e.g. a user id. */
  readonly subject: string;
  /** The tenant it is about; the operator's first one when not said. */
  readonly country: Country | undefined;
  /** For verbs that change something: why, and what is asked. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Refuses UNAUTHORIZED without an operator's token, FORBIDDEN for other roles and countries; otherwise writes the audit entry. */
export async function requireStaff(ctx: ServiceContext, wanted: StaffAction): Promise<ServiceResult<StaffScope>> {
  const { staff } = ctx;
  if (staff === null) return refuse("UNAUTHORIZED");
  const country = wanted.country ?? staff.countries[0];
  const mayAct = staff.role === "admin" || wanted.roles.includes(staff.role);
  if (!mayAct || country === undefined || !staff.countries.includes(country)) return refuse("FORBIDDEN");
  const database = databaseOf(ctx.env, country);
  const scope = { staff, country, database };
  await audit(ctx, scope, wanted);
  return ok(scope);
}

/** Writes an entry beside the one that `requireStaff` wrote: how an action ended. Throws when it can't be stored. */
export async function audit(
  ctx: ServiceContext,
  { staff, database }: Pick<StaffScope, "staff" | "database">,
  { action, subject, details }: Pick<StaffAction, "action" | "subject" | "details">,
): Promise<void> {
  await writeAudit(database, {
    id: makeId("aud", ctx.nowMs, crypto.getRandomValues(new Uint8Array(ID_RANDOM_BYTES))),
    atMs: ctx.nowMs,
    email: staff.email,
    role: staff.role,
    action,
    subject,
    requestId: ctx.requestId,
    details: details === undefined ? null : JSON.stringify(details),
  });
}
