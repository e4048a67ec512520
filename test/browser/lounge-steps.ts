/** Around the flight, on a small phone: the chat, a rain of free bets, a name shown by consent, the lists, a round's own page. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { PROMOTIONS } from "../../shared/tenants/sports/promotions.ts";
import { Operator } from "../e2e/operator.ts";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import { ROUND_MS_MAX, type Walk } from "./walk.ts";

const SMALL_PHONE = { width: 360, height: 740 };
const PHONE = { width: 390, height: 844 };
const GAME = "crash-ke";
/** Tries until a round lives for the lowest target. */
/** How long a round that has ended stays on the list. */
const LIST_MS_MAX = 3_000;
const BETS_MAX = 5;

export function meeting(walk: Walk): readonly Step[] {
  return [...chatting(walk), ...beingShown(walk)];
}

function chatting({ page, platform, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "the chat takes a message",
      run: async () => {
        await page.setViewportSize(SMALL_PHONE);
        await openCrash(page);
        await page.locator("#open-chat").click();
        await sheet.getByText("Nobody has said anything yet.").waitFor();
        const message = sheet.getByLabel("Your message");
        await message.fill("hongera everybody");
        await sheet.getByRole("button", { name: "Send" }).click();
        await sheet.getByText("hongera everybody").waitFor();
        await checkAccessibility(page);
      },
    },
    {
      name: "an author is muted, and read again",
      run: async () => {
        await sheet.getByText("hongera everybody").click();
        await checkAccessibility(page);
        await sheet.getByRole("button", { name: "Mute" }).click();
        await sheet.getByText("hongera everybody").waitFor({ state: "detached" });
        await sheet.getByRole("button", { name: /^Read Player .* again$/ }).click();
        await sheet.getByText("hongera everybody").waitFor();
      },
    },
    {
      name: "a rain is caught, drawn, and its free bet is on the account",
      run: async () => {
        const operator = await Operator.logIn(platform);
        const campaign = PROMOTIONS.KE.freeBets[0]?.campaignId ?? "";
        await operator.startRain(GAME, campaign, { amount: 30, shares: 3, claim_seconds: 6 });
        await sheet.locator("#claim-rain").click();
        await sheet.getByText("You are in. The draw decides.").waitFor();
        await checkAccessibility(page);
        await picture("rain");
        await sheet.getByText("Yours: a free bet of KES 30 is on your account.").waitFor();
        await picture("chat");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Account" }).click();
        await sheet.getByText("Your free bets").waitFor();
        await page.keyboard.press("Escape");
      },
    },
  ];
}

function beingShown({ page, platform, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a player is named to others, masked, once they allow it",
      run: async () => {
        await page.getByRole("button", { name: "Account" }).click();
        await sheet.getByText("Other players don't see your name.").waitFor();
        await sheet.getByRole("button", { name: "Show my name, masked" }).click();
        await sheet.getByText(/^Other players see .\*\*\*/).waitFor();
        await checkAccessibility(page);
        await picture("shown-name");
        await page.keyboard.press("Escape");
        await page.getByText("Bets of this round").click();
        const roundNumber = await seeAWin(page, platform.url);
        await checkAccessibility(page);
        await page.locator(".crash-life details[open]").scrollIntoViewIfNeeded();
        await picture("live-bets");
        await page.getByText("Bets of this round").click();
        await page.getByText("Your bets", { exact: true }).click();
        await page
          .getByRole("link", { name: `Round ${roundNumber}` })
          .first()
          .waitFor();
        await page.getByText("Your bets", { exact: true }).click();
      },
    },
    {
      name: "the leader boards have the win, and a round's page its totals and the player's own bet",
      run: async () => {
        await seeBoards(page);
        await checkAccessibility(page);
        await page.locator(".crash-life details[open]").scrollIntoViewIfNeeded();
        await picture("boards");
        await page.getByText("Leader boards").click();
        await page.getByText("Your bets", { exact: true }).click();
        await page.locator(".ranks a").first().click();
        await page.getByRole("heading", { name: /^Round \d/ }).waitFor();
        await page.locator(".round-totals").getByText("Your bet A").waitFor();
        await page.locator(".walk button:enabled").waitFor();
        await checkAccessibility(page);
        await picture("round");
        await page.locator("a.back").click();
        await page.setViewportSize(PHONE);
        await page.locator(".line-state.up").waitFor();
      },
    },
  ];
}

async function openCrash(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Crash" }).first().click();
  await page.locator(".line-state.up").waitFor();
}

/** Bets at the lowest target until a round pays it; the number of that round. */
/** Wins rounds until the list of one shows it: the next round clears the list after a few seconds. */
async function seeAWin(page: Page, url: string): Promise<number> {
  const named = page.locator(".crash-life li.won", { hasText: "***" });
  for (let tries = 0; tries < BETS_MAX; tries += 1) {
    const roundNumber = await winARound(page, url);
    // Strict: the bet stands in the list once.
    const isSeen = await named.waitFor({ timeout: LIST_MS_MAX }).then(
      () => true,
      (error: Error) => {
        if (error.message.includes("strict mode")) throw error;
        return false;
      },
    );
    if (isSeen) return roundNumber;
  }
  throw new Error("no win was seen in the list");
}

async function winARound(page: Page, url: string): Promise<number> {
  const session = await page.evaluate(() => localStorage.getItem("mkeka.session") ?? "{}");
  const { accessToken } = JSON.parse(session) as { accessToken: string };
  const headers = { Authorization: `Bearer ${accessToken}`, "Content-Type": "application/json", "X-Dev-Country": "KE" };
  for (let tries = 0; tries < BETS_MAX; tries += 1) {
    await page.locator(".stage.betting, .stage.waiting").waitFor({ timeout: ROUND_MS_MAX });
    const body = JSON.stringify({ amount: 20, auto_cashout: 1.01 });
    const answer = await fetch(`${url}/api/v1/games/crash/bet`, { method: "POST", headers, body });
    if (answer.status !== 201) continue;
    const { bet_id: betId, round_number: roundNumber } = (await answer.json()) as { bet_id: string; round_number: number };
    await page.locator(".stage.running").waitFor({ timeout: ROUND_MS_MAX });
    await page.locator(".stage:not(.running)").waitFor({ timeout: ROUND_MS_MAX });
    const own = await fetch(`${url}/api/v1/games/crash/bets?limit=1`, { headers });
    const { bets } = (await own.json()) as { bets: { bet_id: string; status: string }[] };
    assert.equal(bets[0]?.bet_id, betId);
    if (bets[0]?.status === "CASHED_OUT") return roundNumber;
  }
  throw new Error("no round paid the lowest target");
}

/** The read model hears of a round some seconds after its end: looks until the win is there. */
async function seeBoards(page: Page): Promise<void> {
  const boards = page.getByText("Leader boards");
  const win = page.locator(".crash-life ol.ranks li", { hasText: "***" }).first();
  for (let looks = 0; looks < 10; looks += 1) {
    await boards.click();
    const isThere = await win.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await boards.click();
  }
  throw new Error("the win does not come to the boards");
}
