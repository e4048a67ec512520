/**
 * Identity: one object per phone number, named `<country>:<E.164>`. Owns the credential, the attempts at it, the one-time code and the
 * sessions; every decision about them is one transaction here.
 *
 * The password's hash takes a tenth of a second and runs outside the transaction: the attempt is counted before it, and what it was
 * checked against is read again after it. Codes and secrets are never logged; refusals are values.
 */
import { DurableObject } from "cloudflare:workers";
import { invariant } from "../../shared/kernel/invariant.ts";
import { err, ok, type Result } from "../../shared/kernel/result.ts";
import type {
  IdentityReply,
  IdentityRpc,
  PersonToVerify,
  ProfileView,
  RegisterIdentity,
  SessionView,
} from "../../shared/protocol/rpc/identity.ts";
import { configOf } from "../../workers/env.ts";
import { AlarmTable } from "../platform/alarm-table.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { hashPassword, isPassword } from "../platform/password.ts";
import { durableSql, type Sql } from "../platform/sql.ts";
import { GuardStore, type RateRefusal } from "./guard-store.ts";
import { IDENTITY_MIGRATIONS } from "./identity-schema.ts";
import { Outgoing } from "./outgoing.ts";
import { type Profile, ProfileStore } from "./profile-store.ts";
import { makeCode } from "./secrets.ts";
import { type OpenSession, SessionStore } from "./session-store.ts";

type NotFound = { readonly reason: "not_found" };

export class Identity extends DurableObject<Cloudflare.Env> implements IdentityRpc {
  readonly #sql: Sql;
  readonly #alarms: AlarmTable;
  readonly #profiles: ProfileStore;
  readonly #guard: GuardStore;
  readonly #sessions: SessionStore;
  readonly #outgoing: Outgoing;
  readonly #pepper: string;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#pepper = configOf(env).CREDENTIAL_PEPPER;
    this.#sql = durableSql(ctx.storage);
    migrate(this.#sql, IDENTITY_MIGRATIONS);
    this.#alarms = new AlarmTable(this.#sql, ctx.storage);
    this.#profiles = new ProfileStore(this.#sql, this.#pepper);
    this.#guard = new GuardStore(this.#sql, this.#pepper);
    this.#sessions = new SessionStore(this.#sql, ctx.id.toString(), this.#pepper);
    this.#outgoing = new Outgoing(this.#sql, this.#alarms);
    this.#alarms.rearm();
  }

  async register(command: RegisterIdentity): Promise<IdentityReply<{ readonly userId: string }>> {
    // Refusals first: a number that is taken, or had its codes, must not cost a password hash.
    if (this.#confirmed() !== null) return err({ reason: "phone_taken" });
    const admitted = this.#command((nowMs) => this.#guard.admitCode(nowMs));
    if (!admitted.ok) return admitted;
    const credentialHash = await hashPassword(command.secret, this.#pepper);
    return this.#command((nowMs) => {
      if (this.#confirmed() !== null) return err({ reason: "phone_taken" });
      // From here it must succeed.
      this.#profiles.replaceWaiting(command, credentialHash, nowMs);
      this.#sendCode(command.userId, command.phoneNumber, nowMs);
      return ok({ userId: command.userId });
    });
  }

  async resendCode(): Promise<IdentityReply<null>> {
    return this.#command((nowMs): Result<null, RateRefusal> => {
      // Counted for every number alike: a limit that only waiting numbers have would tell which they are.
      const admitted = this.#guard.admitCode(nowMs);
      const profile = this.#profiles.read();
      const isWaiting = profile !== null && !profile.view.phoneVerified;
      if (admitted.ok && isWaiting) this.#sendCode(profile.view.userId, profile.view.phoneNumber, nowMs);
      return admitted;
    });
  }

  async verifyPhone(command: { readonly code: string; readonly userId: string | null }): Promise<IdentityReply<SessionView>> {
    return this.#command((nowMs) => {
      const waiting = this.#profiles.read();
      if (command.userId === null && waiting?.replaced === true && !waiting.view.phoneVerified) return err({ reason: "user_id_required" });
      const messageSeq = this.#guard.codeMessageSeq();
      const taken = this.#guard.takeCode(command.code, command.userId, nowMs);
      if (!taken.ok) return taken;
      if (messageSeq !== null) this.#outgoing.acknowledge([messageSeq]);
      this.#profiles.markPhoneVerified(nowMs);
      const profile = this.#confirmed();
      if (profile === null) return err({ reason: "code_expired" });
      this.#outgoing.addUser(profile.view, nowMs);
      return ok(sessionView(profile, this.#sessions.open(nowMs)));
    });
  }

  async logIn(command: { readonly secret: string; readonly attemptsPerMinute: number | null }): Promise<IdentityReply<SessionView>> {
    const admitted = this.#command((nowMs) => this.#guard.admitLogIn(nowMs, command.attemptsPerMinute));
    if (!admitted.ok) return admitted;
    const hash = this.#profiles.credentialHash();
    const right = await isPassword(command.secret, this.#pepper, hash);
    return this.#command((nowMs) => {
      // The registration may have been replaced while the hash was computed.
      if (!right || this.#profiles.credentialHash() !== hash) return err({ reason: "wrong_credentials" });
      this.#guard.forgive();
      const profile = this.#profiles.read();
      invariant(profile !== null, "a password belongs to a registration");
      if (!profile.view.phoneVerified) return err({ reason: "phone_not_verified", userId: profile.view.userId });
      return ok(sessionView(profile, this.#sessions.open(nowMs)));
    });
  }

  async refresh(command: { readonly refreshToken: string; readonly key: string | null }): Promise<IdentityReply<SessionView>> {
    return this.#command((nowMs) => {
      const rotated = this.#sessions.rotate(command.refreshToken, command.key, nowMs);
      if (!rotated.ok) {
        if (rotated.error.reason === "refresh_token_reused") log("warn", "refresh_family_ended", { identityId: this.ctx.id.toString() });
        return rotated;
      }
      const profile = this.#confirmed();
      return profile === null ? err({ reason: "refresh_token_invalid" }) : ok(sessionView(profile, rotated.value));
    });
  }

  async logOut(command: { readonly refreshToken: string }): Promise<void> {
    this.#command(() => this.#sessions.endOf(command.refreshToken));
  }

  async readProfile(): Promise<IdentityReply<ProfileView>> {
    const profile = this.#confirmed();
    return profile === null ? err({ reason: "not_found" }) : ok(profile.view);
  }

  async updateProfile(change: { readonly email?: string | null; readonly language?: string }): Promise<IdentityReply<ProfileView>> {
    return this.#command(() => {
      if (this.#confirmed() === null) return err({ reason: "not_found" });
      this.#profiles.update(change);
      return this.#view();
    });
  }

  async personToVerify(): Promise<IdentityReply<PersonToVerify>> {
    const profile = this.#confirmed();
    return profile === null ? err({ reason: "not_found" }) : ok(profile.person);
  }

  async markWalletOpened(): Promise<IdentityReply<null>> {
    return this.#command((nowMs) => {
      if (this.#confirmed() === null) return err({ reason: "not_found" });
      this.#profiles.markWalletOpened(nowMs);
      return ok(null);
    });
  }

  async markVerified(command: {
    readonly jobId: string;
    readonly idType: string;
    readonly idNumberMasked: string;
  }): Promise<IdentityReply<ProfileView>> {
    return this.#command((nowMs) => {
      if (this.#confirmed() === null) return err({ reason: "not_found" });
      const isFirst = this.#profiles.markVerified(command, nowMs);
      const view = this.#view();
      if (isFirst && view.ok) this.#outgoing.addUser(view.value, nowMs);
      return view;
    });
  }

  async isNotificationWanted(seq: number): Promise<boolean> {
    return this.#guard.codeMessageSeq() === seq && !this.#guard.isCodeExpired(Date.now());
  }

  async acknowledge(seqs: readonly number[]): Promise<void> {
    this.#command(() => {
      this.#outgoing.acknowledge(seqs);
      for (const seq of seqs) this.#guard.markCodeSent(seq);
    });
  }

  override async alarm(): Promise<void> {
    await this.#alarms.run(Date.now, () => this.#drain());
  }

  async #drain(): Promise<void> {
    const profile = this.#command((nowMs) => {
      if (this.#guard.isCodeExpired(nowMs)) this.#forgetCode();
      return this.#profiles.read();
    });
    if (profile !== null) await this.#outgoing.drain(profile.view, this.env, Date.now());
  }

  /** One command, one transaction, one instant; arms the alarm for what it scheduled. */
  #command<T>(decide: (nowMs: number) => T): T {
    const result = this.#sql.transaction(() => decide(Date.now()));
    this.#alarms.arm();
    return result;
  }

  #confirmed(): Profile | null {
    const profile = this.#profiles.read();
    return profile?.view.phoneVerified === true ? profile : null;
  }

  #view(): Result<ProfileView, NotFound> {
    const profile = this.#confirmed();
    return profile === null ? err({ reason: "not_found" }) : ok(profile.view);
  }

  #sendCode(userId: string, phoneNumber: string, nowMs: number): void {
    this.#forgetCode();
    const code = makeCode();
    this.#guard.putCode(code, userId, this.#outgoing.addCode(phoneNumber, code, nowMs), nowMs);
  }

  #forgetCode(): void {
    const messageSeq = this.#guard.codeMessageSeq();
    if (messageSeq !== null) this.#outgoing.acknowledge([messageSeq]);
    this.#guard.dropCode();
  }
}

function sessionView(profile: Profile, session: OpenSession): SessionView {
  return { profile: profile.view, ...session, walletOpened: profile.person.walletOpened };
}
