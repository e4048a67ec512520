/** A crash round flown and cashed out. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { KENYA } from "../../shared/tenants/ke.ts";
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

/** Opens the game in one page more than a table keeps lines for, and brings it back to the first. */
export function flyingInManyPages({ page, platform, picture }: Walk): readonly Step[] {
  return [
    {
      name: "with the game open in too many pages the oldest says so, and comes back when asked",
      run: async () => {
        await page.getByRole("link", { name: "Crash" }).click();
        await page.locator(".line-state.up").waitFor();
        const others: Page[] = [];
        for (let one = 0; one < KENYA.crash.socketsPerPlayer; one += 1) {
          const other = await page.context().newPage();
          others.push(other);
          await other.goto(`${platform.url}/crash`);
          await other.locator(".line-state.up").waitFor();
        }
        const comeBack = page.getByRole("button", { name: "Go on here" });
        await comeBack.waitFor();
        await checkAccessibility(page);
        await picture("line-replaced");
        await comeBack.click();
        await page.locator(".line-state.up").waitFor();
        assert.equal(await comeBack.isVisible(), false);
        await others[0]?.getByRole("button", { name: "Go on here" }).waitFor();
        for (const other of others) await other.close();
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
