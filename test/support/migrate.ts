/** Applies the D1 migrations to every country's database before a test file runs. */
import { applyD1Migrations, type D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";

const migrations = (env as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS;
for (const database of [env.DB_KE, env.DB_NG, env.DB_GH]) await applyD1Migrations(database, migrations);
