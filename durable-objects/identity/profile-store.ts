/**
 * Who a phone number belongs to: the registration, its password hash and how far it got (all SQL about them). Called inside the
 * object's transaction. Until the phone is confirmed the registration is only waiting: another one may replace it.
 *
 * The numbers of documents are stored sealed, because a stolen database must not be a list of who has which.
 */
import { maskNumber } from "../../shared/compliance/document.ts";
import { invariant } from "../../shared/kernel/invariant.ts";
import type { PersonToVerify, ProfileView, RegisterIdentity } from "../../shared/protocol/rpc/identity.ts";
import { isCountry, tenantOf } from "../../shared/tenants/index.ts";
import type { Country } from "../../shared/tenants/tenant.ts";
import { openText, sealText } from "../platform/sealed-text.ts";
import type { Sql } from "../platform/sql.ts";

const NATIONAL_ID = "national_id";
const KRA_PIN = "kra_pin";

export interface Profile {
  /** It took the place of another waiting registration: perhaps somebody else's. */
  readonly replaced: boolean;
  readonly view: ProfileView;
  readonly person: PersonToVerify;
}

type ProfileRow = {
  user_id: string;
  country: string;
  phone_number: string;
  full_name: string;
  date_of_birth: string;
  id_type: string;
  national_id: string;
  email: string | null;
  replaced: number;
  language: string;
  created_at: number;
  phone_verified_at: number | null;
  wallet_opened_at: number | null;
  verified_at: number | null;
  verified_id_type: string | null;
  verified_id_masked: string | null;
};

export class ProfileStore {
  readonly #sql: Sql;
  readonly #pepper: string;

  constructor(sql: Sql, pepper: string) {
    this.#sql = sql;
    this.#pepper = pepper;
  }

  read(): Profile | null {
    const row = this.#sql.first<ProfileRow>("SELECT * FROM profile");
    return row === null ? null : fromRow(row, openText(this.#pepper, NATIONAL_ID, row.national_id));
  }

  credentialHash(): string | null {
    return this.#sql.first<{ hash: string }>("SELECT hash FROM credential")?.hash ?? null;
  }

  /** Writes a waiting registration over an earlier one; asserts that none was confirmed. */
  replaceWaiting(command: RegisterIdentity, credentialHash: string, nowMs: number): void {
    const earlier = this.read();
    invariant(earlier?.view.phoneVerified !== true, "a confirmed registration is never replaced");
    this.#sql.run("DELETE FROM profile");
    this.#sql.run(
      `INSERT INTO profile (only, user_id, country, phone_number, full_name, date_of_birth, id_type, national_id, email, kra_pin, replaced, language, created_at)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      command.userId,
      command.country,
      command.phoneNumber,
      command.fullName,
      command.dateOfBirth,
      command.idType,
      sealText(this.#pepper, NATIONAL_ID, command.nationalId),
      command.email,
      command.kraPin === null ? null : sealText(this.#pepper, KRA_PIN, command.kraPin),
      earlier === null ? 0 : 1,
      tenantOf(command.country).languages[0] ?? "en",
      nowMs,
    );
    this.#sql.run("INSERT OR REPLACE INTO credential (only, hash, changed_at) VALUES (1, ?, ?)", credentialHash, nowMs);
  }

  markPhoneVerified(nowMs: number): void {
    this.#sql.run("UPDATE profile SET phone_verified_at = coalesce(phone_verified_at, ?)", nowMs);
  }

  markWalletOpened(nowMs: number): void {
    this.#sql.run("UPDATE profile SET wallet_opened_at = coalesce(wallet_opened_at, ?)", nowMs);
  }

  /** The first document stands; returns whether this one is it. */
  markVerified(document: { readonly jobId: string; readonly idType: string; readonly idNumberMasked: string }, nowMs: number): boolean {
    const written = this.#sql.run(
      "UPDATE profile SET verified_at = ?, verified_job_id = ?, verified_id_type = ?, verified_id_masked = ? WHERE verified_at IS NULL",
      nowMs,
      document.jobId,
      document.idType,
      document.idNumberMasked,
    );
    return written > 0;
  }

  update(change: { readonly email?: string | null; readonly language?: string }): void {
    if (change.email !== undefined) this.#sql.run("UPDATE profile SET email = ?", change.email);
    if (change.language !== undefined) this.#sql.run("UPDATE profile SET language = ?", change.language);
  }
}

function fromRow(row: ProfileRow, nationalId: string): Profile {
  const country = countryIn(row);
  const verified =
    row.verified_id_type === null || row.verified_id_masked === null
      ? null
      : { idType: row.verified_id_type, idNumberMasked: row.verified_id_masked };
  return {
    replaced: row.replaced === 1,
    view: {
      userId: row.user_id,
      country,
      phoneNumber: row.phone_number,
      fullName: row.full_name,
      email: row.email,
      dateOfBirth: row.date_of_birth,
      nationalIdMasked: maskNumber(nationalId),
      language: row.language,
      phoneVerified: row.phone_verified_at !== null,
      verified: row.verified_at !== null,
      createdAtMs: row.created_at,
    },
    person: {
      userId: row.user_id,
      country,
      phoneNumber: row.phone_number,
      fullName: row.full_name,
      dateOfBirth: row.date_of_birth,
      idType: row.id_type,
      nationalId,
      verified,
      walletOpened: row.wallet_opened_at !== null,
    },
  };
}

function countryIn(row: ProfileRow): Country {
  invariant(isCountry(row.country), "a profile's country has no tenant");
  return row.country;
}
