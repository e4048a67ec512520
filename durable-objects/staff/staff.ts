/**
 * One operator account, named `staff:<email>`. Passwords are checked side by side, but what came of each is counted before the next
 * one is looked at: of many parallel tries no more than five are told whether they were right.
 *
 * Accounts come from the secret STAFF_ACCOUNTS (password hash, one-time-code secret, role, countries): who may enter the back office
 * is decided where the platform is deployed, not inside it. An unknown email takes as long as a wrong password.
 */
import { DurableObject } from "cloudflare:workers";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type { StaffLogIn, StaffRefusal, StaffRpc, StaffView } from "../../shared/protocol/rpc/staff.ts";
import { configOf, staffAccountsOf } from "../../workers/env.ts";
import { migrate } from "../platform/migrate.ts";
import { isPassword } from "../platform/password.ts";
import { durableSql } from "../platform/sql.ts";
import { STAFF_MIGRATIONS } from "./staff-schema.ts";
import { StaffStore } from "./staff-store.ts";
import { matchTotp } from "./totp.ts";

export class Staff extends DurableObject<Cloudflare.Env> implements StaffRpc {
  readonly #store: StaffStore;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    const sql = durableSql(ctx.storage);
    migrate(sql, STAFF_MIGRATIONS);
    this.#store = new StaffStore(sql);
  }

  async logIn(command: StaffLogIn): Promise<Result<StaffView, StaffRefusal>> {
    const config = configOf(this.env);
    const account = staffAccountsOf(config).find((one) => one.email === command.email);
    const before = this.#store.state();
    if (before.lockedUntilMs > Date.now()) return err({ reason: "locked", untilMs: before.lockedUntilMs });
    const rightPassword = await isPassword(command.password, config.CREDENTIAL_PEPPER, account?.password_hash ?? null);
    // The wait above let other tries in: what they did counts.
    const { lockedUntilMs, lastStep } = this.#store.state();
    if (lockedUntilMs > Date.now()) return err({ reason: "locked", untilMs: lockedUntilMs });
    const step = account === undefined ? null : matchTotp(account.totp_secret_hex, command.code, Date.now(), lastStep);
    if (account === undefined || !rightPassword || step === null || !this.#store.recordRight(step)) {
      this.#store.recordWrong(Date.now());
      return err({ reason: "wrong_credentials" });
    }
    return ok({ email: account.email, role: account.role, countries: account.countries });
  }
}
