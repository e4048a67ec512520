/** What every step of the journey holds: the page, the places on it that many steps use, and the player who walks. */
import type { Locator, Page } from "playwright-core";
import type { Platform } from "../../scripts/lib/platform-process.ts";

export interface Player {
  readonly phone: string;
  readonly password: string;
  readonly nationalId: string;
  /** What the player picked, once they have. */
  fixtureId: string;
  picked: string;
}

export interface Walk {
  readonly page: Page;
  readonly platform: Pick<Platform, "url" | "simulatorUrl">;
  readonly player: Player;
  readonly sheet: Locator;
  readonly devPhone: Locator;
  readonly picture: (name: string) => Promise<void>;
}

/** A player that no earlier run has made. */
export function newPlayer(): Player {
  return {
    phone: `07${String(10_000_000 + Math.floor(Math.random() * 89_999_999))}`,
    password: "a long enough password",
    nationalId: String(20_000_000 + Math.floor(Math.random() * 9_999_999)),
    fixtureId: "",
    picked: "",
  };
}

/** The longest flight there is (the largest multiplier) with its betting window and pause. */
export const ROUND_MS_MAX = 180_000;
