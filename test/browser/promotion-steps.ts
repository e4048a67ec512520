/** Gifts of the house: shown on the account, taken or staked, and no money of the player's moves. */
import { strict as assert } from "node:assert";
import { PROMOTIONS } from "../../shared/tenants/sports/promotions.ts";
import { Operator } from "../e2e/operator.ts";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

/** Takes the bonus for the deposit of before. */
export function takingBonus({ page, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "the bonus for a deposit says what it asks, is taken, and shows what is left to stake",
      run: async () => {
        await page.reload();
        await page.getByRole("button", { name: "Account" }).click();
        await sheet.getByText("Your bonuses").waitFor();
        await sheet.getByText("A withdrawal ends the bonus. Your own money is yours either way.").waitFor();
        await checkAccessibility(page);
        await sheet
          .getByRole("button", { name: /^Take KES .* for your deposit$/ })
          .first()
          .click();
        await sheet.getByText(/left to stake, until/).waitFor();
        await sheet.getByRole("progressbar").waitFor();
        await checkAccessibility(page);
        await picture("bonus");
        await page.keyboard.press("Escape");
      },
    },
  ];
}

/** Is given a free bet and stakes it. */
export function playingForFree({ page, platform, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a free bet shows on the account and pays the slip, and the balance stays",
      run: async () => {
        const operator = await Operator.logIn(platform);
        await operator.giveFreeBet(await userIdOf(page, platform.url), PROMOTIONS.KE.freeBets[0]?.campaignId ?? "", 50);
        await page.reload();
        const balanceShown = page.locator(".balance", { hasText: /\d/ });
        const balance = await balanceShown.textContent();
        await page.getByRole("button", { name: "Account" }).click();
        await sheet.getByText("Your free bets").waitFor();
        await checkAccessibility(page);
        await page.keyboard.press("Escape");
        await page.getByRole("link", { name: "Matches" }).click();
        const rows = page.locator(".fixture", { has: page.locator(".odds:enabled") });
        await rows
          .filter({ has: page.locator("time") })
          .last()
          .locator(".odds:enabled")
          .last()
          .click();
        await page.locator("#open-slip").click();
        await sheet.getByRole("button", { name: "Free bet KES 50" }).click();
        await sheet.getByText("A free bet pays what it wins without its stake.").waitFor();
        await checkAccessibility(page);
        await picture("free-bet");
        await sheet.locator("#place-bet").click();
        await sheet.getByText("Bet placed").waitFor();
        assert.equal(await balanceShown.textContent(), balance);
        await sheet.getByRole("button", { name: "See my bets" }).click();
      },
    },
  ];
}

async function userIdOf(page: Walk["page"], url: string): Promise<string> {
  const token = await page.evaluate(
    () => (JSON.parse(localStorage.getItem("mkeka.session") ?? "{}") as { accessToken?: string }).accessToken,
  );
  const answer = await fetch(`${url}/api/v1/users/me`, { headers: { Authorization: `Bearer ${token}`, "X-Dev-Country": "KE" } });
  return ((await answer.json()) as { id: string }).id;
}
