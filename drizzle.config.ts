/** For scripts/generate-migrations.ts: D1's migrations are made from the drizzle tables. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "sqlite", schema: "./workers/adapters/d1/schema/*.ts", out: "./d1-migrations" });
