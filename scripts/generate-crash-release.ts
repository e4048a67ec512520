/** Writes the hashes of the crash game's source files into shared/crash/release-hashes.ts. Usage: `... [--check]`. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeGenerated } from "./lib/generated.ts";

const MATHS_FILES = ["chain.ts", "crash-point.ts", "curve.ts", "hash.ts", "multiplier.ts"];
const GAME_FILES = ["caps.ts", "cash-out.ts", "round.ts"];

/** SHA-256 over `<name> <SHA-256 of the file>` lines: what `sha256sum` prints, hashed again. */
function hashOf(files: readonly string[]): string {
  const lines = files.map((file) => {
    const text = readFileSync(`shared/crash/${file}`, "utf8").replaceAll("\r\n", "\n");
    return `${createHash("sha256").update(text).digest("hex")}  shared/crash/${file}\n`;
  });
  return createHash("sha256").update(lines.join("")).digest("hex");
}

const TEXT = `/**
 * Made by scripts/generate-crash-release.ts from the source files; do not edit. Each is the SHA-256 of what \`sha256sum\` prints for:
 * game: ${GAME_FILES.join(", ")}; maths: ${MATHS_FILES.join(", ")}.
 */
export const GAME_SHA256 = "${hashOf(GAME_FILES)}";
export const MATHS_SHA256 = "${hashOf(MATHS_FILES)}";
`;

writeGenerated("shared/crash/release-hashes.ts", TEXT, "npm run docs:generate");
