/** A crash round flown and cashed out. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import { ROUND_MS_MAX, type Walk } from "./walk.ts";

/** Enough rounds that one of them lives for a cash-out. */
const ROUNDS_MS_MAX = 300_000;
/** How long a flight is for a picture with a curve. */
const PICTURE_AFTER_MS = 3_500;

/** Bets, and cashes out by hand; then lets the server play, and stops it. */
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
      name: "the second hand has a bet of its own, with a button of its own",
      run: async () => {
        await page.getByRole("button", { name: "Bet 2" }).click();
        await page.getByLabel("Auto cash-out").fill("1.01");
        await page.locator("#crash-bet-b").click({ timeout: ROUND_MS_MAX });
        await page.getByRole("button", { name: "Bet 1" }).click();
        await page.locator("#crash-bet").waitFor();
        await checkAccessibility(page);
        await picture("two-hands");
        await page.getByRole("button", { name: "Bet 2" }).click();
        // It flies in its round, and is over with it: its own target, not the other hand's.
        await page.locator(".crash-bet .outcome").waitFor({ timeout: ROUND_MS_MAX });
        await page.getByRole("button", { name: "Bet 1" }).click();
      },
    },
    {
      name: "a bet for the next round waits at the table, also while the page is loaded again",
      run: async () => {
        await page.getByLabel("Auto cash-out").fill("1.01");
        const next = page.locator("#crash-bet").filter({ hasText: "next round" });
        await next.click({ timeout: ROUND_MS_MAX });
        await page.getByText("in the next round · cancel").waitFor();
        await picture("waiting");
        await page.reload();
        // The page has forgotten it all: how the bet ended can only be what the table did.
        await page.locator(".crash-bet .outcome").waitFor({ timeout: 2 * ROUND_MS_MAX });
      },
    },
    {
      name: "autoplay starts with both stops only, and stops when its player says so",
      run: async () => {
        await page.getByLabel("Auto cash-out").fill("1.10");
        await page.getByText("Autoplay", { exact: true }).click();
        const start = page.getByRole("button", { name: "Start autoplay" });
        await page.getByLabel("Lose at most").fill("100");
        assert.equal(await start.isDisabled(), true);
        await page.getByLabel("Stop at a win of").fill("500");
        await checkAccessibility(page);
        await picture("autoplay");
        await start.click();
        await page.getByRole("button", { name: "Stop autoplay" }).click({ timeout: ROUND_MS_MAX });
        await page.getByText("Autoplay stopped.").waitFor();
        // What it has placed plays on; the next step finds the way to bet.
        await page.locator("#crash-bet").waitFor({ timeout: ROUND_MS_MAX });
      },
    },
  ];
}

/** Rounds may crash at once: tries until one flies long enough for a picture and a tap. */
async function flyRound(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  const endsAtMs = performance.now() + ROUNDS_MS_MAX;
  const cashOut = page.locator("#cash-out");
  const betButton = page.locator("#crash-bet");
  await page.getByLabel("Auto cash-out").fill("");
  while (performance.now() < endsAtMs) {
    await betButton.click({ timeout: ROUND_MS_MAX });
    await betButton.waitFor({ state: "detached" });
    // A crash at once leaves no time for a cash-out: then the way to bet comes back instead.
    await page.locator("#cash-out:enabled, #crash-bet:enabled").first().waitFor({ timeout: ROUND_MS_MAX });
    await page.waitForTimeout(PICTURE_AFTER_MS);
    if (!(await cashOut.isVisible())) continue;
    await picture("crash");
    // The crash may come before the tap; then this try is lost, as a player's would be.
    await cashOut.click({ timeout: 1_000 }).catch(() => undefined);
    await page.locator(".outcome").waitFor();
    if (await page.locator(".outcome.won").isVisible()) return;
  }
  throw new Error("no round let us cash out");
}
