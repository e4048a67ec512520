/**
 * Makes the next D1 migration from the drizzle tables. Usage: `npm run db:generate -- <name>`.
 *
 * Until the first deployment (`--initial`) there is one migration, made anew; after it, history is append-only.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

const [name = "change"] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
if (process.argv.includes("--initial")) rmSync("d1-migrations", { recursive: true, force: true });
const result = spawnSync("drizzle-kit", ["generate", "--name", process.argv.includes("--initial") ? "init" : name], { stdio: "inherit" });
process.exit(result.status ?? 1);
