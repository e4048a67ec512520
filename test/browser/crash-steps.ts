/** A crash round flown and cashed out, and a finished one checked. */
import type { Page } from "playwright-core";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import { ROUND_MS_MAX, type Walk } from "./walk.ts";

/** Enough rounds that one of them lives for a cash-out. */
const ROUNDS_MS_MAX = 300_000;

/** Bets, cashes out by hand, and recomputes the round. */
export function flying({ page, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a crash round is flown, with a cash-out that the server decided",
      run: async () => {
        await page.getByRole("link", { name: "Crash" }).click();
        await flyRound(page, picture);
        await checkAccessibility(page);
      },
    },
    {
      name: "a finished round is recomputed on the phone",
      run: async () => {
        await page.locator(".stage.crashed, .stage.betting, .stage.waiting").waitFor({ timeout: ROUND_MS_MAX });
        await page.getByRole("link", { name: /Provably fair/ }).click();
        await page.getByRole("button", { name: "Check on this phone" }).click();
        await page.getByText(/^Right: the hash gives/).waitFor();
        await picture("fairness");
      },
    },
  ];
}

/** Rounds may crash at once: tries until one flies long enough for a tap. */
async function flyRound(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  const endsAtMs = performance.now() + ROUNDS_MS_MAX;
  await page.getByLabel("Auto cash-out").fill("");
  while (performance.now() < endsAtMs) {
    await page.locator("#crash-bet:enabled").click({ timeout: ROUND_MS_MAX });
    await page.locator("#cash-out:enabled, .outcome.lost").first().waitFor({ timeout: ROUND_MS_MAX });
    if (await page.locator(".outcome.lost").isVisible()) continue;
    // The picture wants a curve of some length; a crash before it ends this try.
    await page.waitForTimeout(4_000);
    await picture("crash");
    await page
      .locator("#cash-out")
      .click({ timeout: 1_000 })
      .catch(() => undefined);
    await page.locator(".outcome").waitFor();
    if (await page.locator(".outcome.won").isVisible()) return;
  }
  throw new Error("no round let us cash out");
}
