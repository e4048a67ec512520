/** The bet from the slip, its result, and a result that was wrong. */
import { strict as assert } from "node:assert";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

/** Accepts a moved price, places, is paid, and is corrected. */
export function betting({ page, platform, player, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "the slip is still there after log in, and a price that moved asks for consent",
      run: async () => {
        await sheet.getByText("Potential win").waitFor();
        const [, market_id, outcome_id] = player.picked.split(":");
        await tellFeed(platform.simulatorUrl, player.fixtureId, "odds", { market_id, outcome_id, odds: 2.35 });
        await sheet.locator(".slip-line-odds", { hasText: "2.35" }).waitFor();
        await sheet.getByText(/^[▲▼] was /).waitFor();
        await picture("slip");
      },
    },
    {
      name: "the new price is accepted and the bet placed, once, with one tap",
      run: async () => {
        await sheet.getByRole("button", { name: /^Accept new odds/ }).click();
        await sheet.getByText("Bet placed").waitFor();
        await sheet.getByText("235.00").waitFor();
        await page.locator(".balance", { hasText: "850.00" }).waitFor();
        await sheet.getByRole("button", { name: "See my bets" }).click();
        await page.locator(".bet.pending").first().waitFor();
        assert.equal(await page.locator(".bet.pending").count(), 1);
        await page.getByRole("button", { name: /^Cash out KES/ }).waitFor();
        await checkAccessibility(page);
        await picture("open-bet");
      },
    },
    {
      name: "a rule cashes the bet out by itself until it is ended, and an edit says what it would bring",
      run: async () => {
        await page.getByText("Cash out by itself").click();
        await page.getByLabel("When it brings at least").fill("200");
        await page.getByRole("button", { name: "Set for 100% of the stake" }).click();
        await page.getByText("Cashes out 100% by itself from").waitFor();
        await page.getByText("Edit bet").click();
        await page.getByLabel("New stake").fill("60");
        await page.getByRole("button", { name: "See what it brings" }).click();
        await page.getByText("Back to you").waitFor();
        await checkAccessibility(page);
        await picture("edit-bet");
        await page.getByRole("button", { name: "End", exact: true }).click();
        await page.getByText("Cash out by itself").waitFor();
      },
    },
    {
      name: "the result settles the bet and pays it",
      run: async () => {
        await tellFeed(platform.simulatorUrl, player.fixtureId, "result", { home: 3, away: 0 });
        await page.getByRole("button", { name: "Settled" }).click();
        await page.locator(".bet.won").waitFor();
        await page.locator(".balance", { hasText: "1,085.00" }).waitFor();
      },
    },
    {
      name: "a corrected result is posted as a difference, and the bet says so",
      run: async () => {
        await tellFeed(platform.simulatorUrl, player.fixtureId, "result", { home: 0, away: 1 });
        await page.getByText(/^Result corrected: paid KES.235.00, now KES.0.00/).waitFor();
        await page.locator(".balance", { hasText: "850.00" }).waitFor();
        await tellFeed(platform.simulatorUrl, player.fixtureId, "result", { home: 2, away: 1 });
        await page.locator(".bet.won").waitFor();
        await page.locator(".balance", { hasText: "1,085.00" }).waitFor();
        await picture("bets");
      },
    },
  ];
}

async function tellFeed(simulatorUrl: string, fixtureId: string, command: "odds" | "result", body: object): Promise<void> {
  const response = await fetch(`${simulatorUrl}/sim/feed/fixtures/${encodeURIComponent(fixtureId)}/${command}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}
