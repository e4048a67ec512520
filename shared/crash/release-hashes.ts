/**
 * Made by scripts/generate-crash-release.ts from the source files; do not edit. Each is the SHA-256 of what `sha256sum` prints for:
 * game: caps.ts, cash-out.ts, round.ts; maths: chain.ts, crash-point.ts, curve.ts, hash.ts, multiplier.ts.
 */
export const GAME_SHA256 = "411cb26f11e8539a2ff3d2a10a5af7c1109450ee89b1b582507836d2f14c500e";
export const MATHS_SHA256 = "05d14c86c26c823a2aa1923979d498d2ea9a6527219868f7586a5d478de19c50";
