/**
 * Made by scripts/generate-crash-release.ts from the source files; do not edit. Each is the SHA-256 of what `sha256sum` prints for:
 * game: cash-out.ts, round.ts; maths: chain.ts, crash-point.ts, curve.ts, hash.ts, multiplier.ts.
 */
export const GAME_SHA256 = "0e93edf08cd2af7c76d1baf83dd1eb50bff89abe2034780347b127f04bfb3885";
export const MATHS_SHA256 = "05d14c86c26c823a2aa1923979d498d2ea9a6527219868f7586a5d478de19c50";
