/** Finished crash rounds checked on the phone: the working, a round's own page without a connection, the walk down the chain. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import { ROUND_MS_MAX, type Walk } from "./walk.ts";

/** Starts on the crash screen with a round that is over or ends soon. */
export function checking({ page, picture }: Walk): readonly Step[] {
  return [
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
        await openNewestRound(page);
        await page.context().setOffline(true);
        try {
          await checkOffline(page, picture);
        } finally {
          await page.context().setOffline(false);
        }
      },
    },
    {
      name: "a long walk shows how far it is and stops when asked, and one to another end says so",
      run: async () => {
        const walk = page.getByRole("button", { name: "Walk on this phone" });
        await openWithMoreLinks(page, 50_000_000);
        await walk.click();
        await page.getByRole("button", { name: /^Stop · \d{5,} of \d{8}/ }).click();
        await walk.waitFor();
        await openWithMoreLinks(page, 1);
        await walk.click();
        await page.getByText(/^Wrong: after \d+ steps/).waitFor();
      },
    },
  ];
}

async function openNewestRound(page: Page): Promise<void> {
  await page.locator("a.back").click();
  // A socket that is left while it opens is a complaint in the console.
  await page.locator(".line-state.up").waitFor();
  await page.locator(".results a").first().click();
  await page.getByRole("heading", { name: /^Round \d/ }).waitFor();
  await page.locator(".walk button:enabled").waitFor();
}

async function checkOffline(page: Page, picture: Walk["picture"]): Promise<void> {
  const check = page.getByRole("button", { name: "Check on this phone" });
  await check.click();
  await page.getByText(/^Right: the hash gives/).waitFor();
  await page.getByText("Its SHA-256 is the hash of the round before").waitFor();
  await page.getByRole("button", { name: "Walk on this phone" }).click();
  await page.getByText(/^Right: after \d+ steps/).waitFor();
  await page.locator(".walk").scrollIntoViewIfNeeded();
  await picture("fairness-walk");
  await page.getByLabel("Round's hash").fill("0".repeat(64));
  await check.click();
  await page.getByText(/^These values give/).waitFor();
}

/** Loads the round's page anew, with its chain's first round moved back: the walk is that much longer, and ends elsewhere. */
async function openWithMoreLinks(page: Page, links: number): Promise<void> {
  await page.route(/\/rounds\/\d+$/, async (route) => {
    const answer = await route.fetch();
    const round = (await answer.json()) as { first_round: number };
    await route.fulfill({ response: answer, json: { ...round, first_round: round.first_round - links } });
  });
  await page.goto(page.url());
  await page.locator(".walk button:enabled").waitFor();
  await page.unrouteAll();
}
