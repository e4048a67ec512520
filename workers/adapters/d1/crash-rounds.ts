/** Writes finished crash rounds to the country's database. */
import { drizzle } from "drizzle-orm/d1";
import type { CrashRoundRow } from "../../../shared/protocol/queue/crash-row.ts";
import { crashRound } from "./schema/crash.ts";

/** Stores rounds; one that is stored already stays as it is. */
export async function saveCrashRounds(database: D1Database, gameId: string, rounds: readonly CrashRoundRow[]): Promise<void> {
  const db = drizzle(database);
  // One statement a row: D1 takes 100 parameters in one.
  for (const { release, ...round } of rounds)
    await db
      .insert(crashRound)
      .values({ gameId, ...round, ...release })
      .onConflictDoNothing();
}
