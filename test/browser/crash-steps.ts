/** A crash round flown and cashed out, and a finished one checked. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import { ROUND_MS_MAX, type Walk } from "./walk.ts";

/** Enough rounds that one of them lives for a cash-out. */
const ROUNDS_MS_MAX = 300_000;
/** How long a flight is for a picture with a curve. */
const PICTURE_AFTER_MS = 3_500;

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
        assert.equal(await page.locator(".working li").count(), 6);
        await checkAccessibility(page);
        await picture("fairness");
      },
    },
    {
      name: "a round's own page proves it without a connection, step by step and down its chain to the published end",
      run: async () => {
        await page.locator("a.back").click();
        // A socket that is left while it opens is a complaint in the console.
        await page.locator(".line-state.up").waitFor();
        await page.locator(".results a").first().click();
        await page.getByRole("heading", { name: /^Round \d/ }).waitFor();
        const walk = page.getByRole("button", { name: "Walk on this phone" });
        await page.locator(".walk button:enabled").waitFor();
        await page.context().setOffline(true);
        try {
          await page.getByRole("button", { name: "Check on this phone" }).click();
          await page.getByText(/^Right: the hash gives/).waitFor();
          await page.getByText("Its SHA-256 is the hash of the round before").waitFor();
          await walk.click();
          await page.getByText(/^Right: after \d+ steps/).waitFor();
          await page.locator(".walk").scrollIntoViewIfNeeded();
          await picture("fairness-walk");
          await page.getByLabel("Round's hash").fill("0".repeat(64));
          await page.getByRole("button", { name: "Check on this phone" }).click();
          await page.getByText(/^These values give/).waitFor();
        } finally {
          await page.context().setOffline(false);
        }
      },
    },
    {
      name: "a long walk shows how far it is and stops when asked, and one to another end says so",
      run: async () => {
        const address = page.url();
        for (const extraLinks of [50_000_000, 1]) {
          await page.route(/\/rounds\/\d+$/, async (route) => {
            const answer = await route.fetch();
            const round = (await answer.json()) as { first_round: number };
            await route.fulfill({ response: answer, json: { ...round, first_round: round.first_round - extraLinks } });
          });
          await page.goto(address);
          const walk = page.getByRole("button", { name: "Walk on this phone" });
          await walk.click();
          if (extraLinks > 1) {
            await page.getByRole("button", { name: /^Stop · \d{5,} of \d{8}/ }).click();
            await walk.waitFor();
          } else await page.getByText(/^Wrong: after \d+ steps/).waitFor();
          await page.unrouteAll();
        }
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
