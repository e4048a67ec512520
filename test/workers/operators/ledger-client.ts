/** Calls of the back office on one wallet, as an operator of some role, and what the audit log kept of them. */
import { env, exports } from "cloudflare:workers";
import type { StaffRole } from "../../../shared/protocol/rpc/staff.ts";
import type { Country } from "../../../shared/tenants/tenant.ts";
import { configOf } from "../../../workers/env.ts";
import { signStaffToken } from "../../../workers/services/operators/staff-token.ts";
import { mint } from "../../support/wallet-commands.ts";

const ADMIN = "http://mkeka.test/api/v1/admin";
const ADDRESS = `${ADMIN}/wallets`;

export interface LedgerCall {
  readonly method?: "GET" | "POST" | "PUT";
  readonly role?: StaffRole;
  readonly email?: string;
  readonly countries?: readonly Country[];
  /** The Idempotency-Key; one of its own when left out, none when null. */
  readonly key?: string | null;
  readonly body?: Record<string, unknown>;
}

/** What tests read of answers; each has some of it. */
interface LedgerBody {
  readonly seq: number;
  readonly hold: { readonly hold_id: string };
  readonly accounts: readonly unknown[];
  readonly error: { readonly code: string; readonly details: unknown };
}

export interface LedgerAnswer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: LedgerBody;
}

async function headersOf({ role = "finance", ...how }: LedgerCall): Promise<Headers> {
  const staff = { email: how.email ?? "ledger@mkeka.test", role, countries: how.countries ?? (["KE"] as const) };
  const token = await signStaffToken(configOf(env), staff, Date.now());
  const headers = new Headers({ Authorization: `Bearer ${token}`, "Content-Type": "application/json" });
  if (how.key !== null) headers.set("Idempotency-Key", how.key ?? mint("key"));
  return headers;
}

/** Calls `/api/v1/admin/wallets/<path>`; a body gets a reason unless it has one. */
export async function call(path: string, how: LedgerCall = {}): Promise<LedgerAnswer> {
  return callAdmin<LedgerBody>(`wallets/${path}`, how);
}

/** Calls `/api/v1/admin/<path>` in the same way. */
export async function callAdmin<Body>(
  path: string,
  how: LedgerCall = {},
): Promise<{ readonly status: number; readonly replayed: boolean; readonly body: Body }> {
  const { method = "POST" } = how;
  const headers = await headersOf(how);
  const body = method === "GET" ? null : JSON.stringify({ reason: "a test", ...how.body });
  const answer = await exports.default.fetch(`${ADMIN}/${path}`, { method, headers, body });
  return { status: answer.status, replayed: answer.headers.get("Idempotent-Replayed") === "true", body: await answer.json<Body>() };
}

/** The lines of a wallet's export, as finance takes it along. */
export async function exportOf(userId: string): Promise<readonly string[]> {
  const answer = await exports.default.fetch(`${ADDRESS}/${userId}/export`, { headers: await headersOf({}) });
  if (answer.headers.get("Content-Type") !== "application/x-ndjson") throw new Error(`no export: ${answer.status}`);
  return new TextDecoder()
    .decode(await answer.arrayBuffer())
    .trimEnd()
    .split("\n");
}

/** What the audit log has of a player, oldest first. */
export async function auditOf(
  userId: string,
): Promise<readonly { action: string; email: string; details: Record<string, unknown> | null }[]> {
  const { results } = await env.DB_KE.prepare("SELECT action, email, details FROM audit_log WHERE subject = ? ORDER BY rowid")
    .bind(userId)
    .all<{ action: string; email: string; details: string | null }>();
  return results.map((row) => ({ ...row, details: row.details === null ? null : (JSON.parse(row.details) as Record<string, unknown>) }));
}
