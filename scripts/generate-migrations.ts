/**
 * Makes the next D1 migration from the drizzle tables. Usage: `npm run db:generate -- <name>`; with `--custom` an empty one for SQL
 * that tables can't say (triggers). History is append-only: an applied migration is never edited.
 */
import { spawnSync } from "node:child_process";

const args = process.argv.slice(2);
const [name = "change"] = args.filter((argument) => !argument.startsWith("--"));
const custom = args.includes("--custom") ? ["--custom"] : [];
const result = spawnSync("drizzle-kit", ["generate", "--name", name, ...custom], { stdio: "inherit" });
process.exit(result.status ?? 1);
