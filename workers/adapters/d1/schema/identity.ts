/** Players for operators' lists (the Identity objects own the truth), identity checks, and which account a document belongs to. */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const user = sqliteTable(
  "user",
  {
    userId: text("user_id").primaryKey(),
    country: text("country").notNull(),
    phoneNumber: text("phone_number").notNull(),
    fullName: text("full_name").notNull(),
    status: text("status", { enum: ["active"] }).notNull(),
    verified: integer("verified", { mode: "boolean" }).notNull(),
    createdAtMs: integer("created_at_ms").notNull(),
    /** The source row's sequence number; a higher one is newer. */
    version: integer("version").notNull(),
  },
  (table) => [index("user_phone").on(table.phoneNumber), index("user_created").on(table.createdAtMs)],
);

/** One check at the provider, written before the call. Numbers are kept as keyed hashes and a mask. */
export const kycJob = sqliteTable(
  "kyc_job",
  {
    jobId: text("job_id").primaryKey(),
    country: text("country").notNull(),
    userId: text("user_id").notNull(),
    idType: text("id_type").notNull(),
    numberHash: text("number_hash").notNull(),
    numberMasked: text("number_masked").notNull(),
    /** `open`: called or about to be, no result known. `unavailable`: the provider could not say. `void`: it never ran. */
    status: text("status", { enum: ["open", "verified", "failed", "review", "unavailable", "void"] }).notNull(),
    reason: text("reason"),
    resultCode: text("result_code"),
    providerJobId: text("provider_job_id"),
    startedAtMs: integer("started_at_ms").notNull(),
    finishedAtMs: integer("finished_at_ms"),
  },
  (table) => [index("kyc_job_user").on(table.userId, table.startedAtMs), index("kyc_job_status").on(table.status, table.startedAtMs)],
);

/** One document, one account: the primary key is what makes it so. */
export const identityDocument = sqliteTable(
  "identity_document",
  {
    country: text("country").notNull(),
    idType: text("id_type").notNull(),
    numberHash: text("number_hash").notNull(),
    userId: text("user_id").notNull(),
    jobId: text("job_id").notNull(),
    claimedAtMs: integer("claimed_at_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.country, table.idType, table.numberHash] }), index("identity_document_user").on(table.userId)],
);
