/** How the feed numbers the state of play, in messages and in documents. */
export const PLAY_STATUS = {
  "0": "upcoming",
  "1": "live",
  "2": "interrupted",
  "3": "finished",
  "4": "finished",
  "5": "cancelled",
  "6": "upcoming",
  "7": "interrupted",
  "8": "postponed",
  "9": "abandoned",
} as const;

export type PlayStatus = (typeof PLAY_STATUS)[keyof typeof PLAY_STATUS];

/** Null for a number that means nothing. */
export function playStatusOf(code: string | undefined): PlayStatus | null {
  return code !== undefined && Object.hasOwn(PLAY_STATUS, code) ? PLAY_STATUS[code as keyof typeof PLAY_STATUS] : null;
}

/** A score as fixtures hold it. */
export function boundedScore(score: number | null): number | null {
  return score !== null && score >= 0 && score <= 999 ? score : null;
}
