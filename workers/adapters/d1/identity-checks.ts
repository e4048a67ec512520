/** Identity checks and the documents they proved, in the player's country's database. */
import { and, desc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { identityDocument, kycJob } from "./schema/identity.ts";

export type CheckJob = typeof kycJob.$inferSelect;
export type CheckStatus = CheckJob["status"];

/** A document without its number. */
export interface DocumentHash {
  readonly country: string;
  readonly idType: string;
  readonly numberHash: string;
}

export interface CheckEnd {
  readonly status: Exclude<CheckStatus, "open">;
  readonly reason: string | null;
  readonly resultCode: string | null;
  readonly providerJobId: string | null;
  readonly finishedAtMs: number;
}

/**
 * Writes a job before its call, so that no call is ever without a row. False, and nothing written, when the player has `max` jobs since
 * an instant: counted in the same statement, so that parallel requests can't pass the limit together.
 */
export async function addJob(
  database: D1Database,
  job: Omit<CheckJob, "reason" | "resultCode" | "providerJobId" | "finishedAtMs">,
  limit: { readonly max: number; readonly sinceMs: number },
): Promise<boolean> {
  const { jobId, country, userId, idType, numberHash, numberMasked, status, startedAtMs } = job;
  const recent = sql`SELECT count(*) FROM ${kycJob} WHERE ${kycJob.userId} = ${userId} AND ${kycJob.startedAtMs} > ${limit.sinceMs}`;
  const written = await drizzle(database).run(
    sql`INSERT INTO ${kycJob} (job_id, country, user_id, id_type, number_hash, number_masked, status, started_at_ms)
        SELECT ${jobId}, ${country}, ${userId}, ${idType}, ${numberHash}, ${numberMasked}, ${status}, ${startedAtMs}
        WHERE (${recent}) < ${limit.max}`,
  );
  return written.meta.changes > 0;
}

/** Writes a job's result; a job that has one keeps it. */
export async function finishJob(database: D1Database, jobId: string, end: CheckEnd): Promise<void> {
  await drizzle(database)
    .update(kycJob)
    .set(end)
    .where(and(eq(kycJob.jobId, jobId), eq(kycJob.status, "open")));
}

/** The newest open job of a player for a document since an instant, or null. */
export async function openJob(database: D1Database, userId: string, document: DocumentHash, sinceMs: number): Promise<CheckJob | null> {
  const rows = await drizzle(database)
    .select()
    .from(kycJob)
    .where(
      and(
        eq(kycJob.userId, userId),
        eq(kycJob.idType, document.idType),
        eq(kycJob.numberHash, document.numberHash),
        eq(kycJob.status, "open"),
        gt(kycJob.startedAtMs, sinceMs),
      ),
    )
    .orderBy(desc(kycJob.startedAtMs))
    .limit(1);
  return rows[0] ?? null;
}

export interface DocumentClaim {
  readonly userId: string;
  readonly jobId: string;
}

/** Whose the document is, by which job; null while nobody proved it. */
export async function readClaim(database: D1Database, document: DocumentHash): Promise<DocumentClaim | null> {
  const rows = await drizzle(database)
    .select({ userId: identityDocument.userId, jobId: identityDocument.jobId })
    .from(identityDocument)
    .where(
      and(
        eq(identityDocument.country, document.country),
        eq(identityDocument.idType, document.idType),
        eq(identityDocument.numberHash, document.numberHash),
      ),
    );
  return rows[0] ?? null;
}

/** Gives the document to the player unless somebody has it, and answers who has it now. Idempotent. */
export async function claimDocument(
  database: D1Database,
  document: DocumentHash,
  claim: DocumentClaim & { readonly claimedAtMs: number },
): Promise<DocumentClaim | null> {
  await drizzle(database)
    .insert(identityDocument)
    .values({ ...document, ...claim })
    .onConflictDoNothing();
  return readClaim(database, document);
}
