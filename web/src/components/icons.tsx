/** Line icons of the page, drawn here so that nothing is loaded; decorative, so hidden from screen readers. */
import type { JSX } from "preact";

const PATHS = {
  matches:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5 3.8 2.8-1.4 4.4H9.6l-1.4-4.4L12 7.5M12 3v4.5M20.6 9.3l-4.8 1M17.3 19.2l-2.9-4.5M6.7 19.2l2.9-4.5M3.4 9.3l4.8 1",
  crash: "M3 20h18M3.5 16.5c7 0 11-3 13.5-10.5M12.5 7.5 17 6l2.2 4.2",
  bets: "M6 3h12v18l-3-2-3 2-3-2-3 2V3Zm3.5 5h5M9.5 12h5",
  wallet: "M4 7.5A2.5 2.5 0 0 1 6.5 5H17v3M4 7.5V17a2.5 2.5 0 0 0 2.5 2.5H20V8H6.5M16 13.7h.01",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
  check: "M5 12.5 10 17.5 19.5 7",
  shield: "M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6L12 3Zm-3.5 9 2.5 2.5 4.5-5",
  theme: "M12 4a8 8 0 1 0 0 16V4Z",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  phone: "M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5ZM11 18.5h2",
  chevron: "M9 5l7 7-7 7",
  down: "M12 4v16M5.5 13.5 12 20l6.5-6.5",
  up: "M12 20V4M5.5 10.5 12 4l6.5 6.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: two weft and two warp strands of a mat, over and under. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">
      <path class="weft" d="M4 13h32M4 27h32" />
      <path class="warp" d="M13 4v32M27 4v32" />
      <path class="weft" d="M21 13h15M4 27h15" />
    </svg>
  );
}
