/**
 * What exactly is played: the game, its maths and a chain's configuration, each with a version and a SHA-256, as a regulator's
 * certificate names them. A round keeps the hashes it was played under.
 *
 * The hashes of game and maths are of their source files (`release-hashes.ts`, made by `npm run docs:generate`); a change of behaviour is
 * a new version here. A configuration's hash is of one canonical text, which anyone can write down from the published values.
 */
import { canonical } from "../kernel/canonical.ts";
import { ALGORITHM } from "./crash-point.ts";
import { type Sha256, toHex } from "./hash.ts";
import { GAME_SHA256, MATHS_SHA256 } from "./release-hashes.ts";

export interface Component {
  readonly version: string;
  readonly sha256: string;
}

/** How bets leave and rounds go on; 1.1.0 bounds what a player and what all may win in a round. */
export const GAME: Component = { version: "1.1.0", sha256: GAME_SHA256 };
/** From a round's hash to its crash point, and the curve. */
export const MATHS: Component = { version: ALGORITHM, sha256: MATHS_SHA256 };

/** What a chain fixes for all its rounds. */
export interface ChainConfig {
  readonly gameId: string;
  readonly houseEdgeBasisPoints: number;
  readonly capHundredths: number;
  readonly curveMillionthsPerMs: number;
}

/** The text that a configuration's hash is of: one line of JSON with sorted keys. */
export function configText({ gameId, houseEdgeBasisPoints, capHundredths, curveMillionthsPerMs }: ChainConfig): string {
  return canonical({ algorithm: ALGORITHM, capHundredths, curveMillionthsPerMs, gameId, houseEdgeBasisPoints });
}

/** Gives 64 hex digits. */
export function configSha256(config: ChainConfig, sha256: Sha256): string {
  return toHex(sha256(new TextEncoder().encode(configText(config))));
}
