/** Money out, the statement, and the session. */
import { strict as assert } from "node:assert";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

/** Withdraws and reads the statement. */
export function withdrawing({ page, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a withdrawal shows its tax and reaches the phone",
      run: async () => {
        await page.getByRole("link", { name: "Wallet", exact: true }).click();
        await page.getByRole("button", { name: "Withdraw" }).click();
        await sheet.getByRole("button", { name: "500", exact: true }).click();
        await sheet.getByRole("button", { name: /^Withdraw KES/ }).click();
        await sheet.locator('[data-status="COMPLETED"]').waitFor();
        await sheet.getByText("Withholding tax on withdrawals").waitFor();
        await sheet.getByRole("button", { name: "Done" }).click();
      },
    },
    {
      name: "the statement has every movement with its balances",
      run: async () => {
        for (const type of ["Deposit", "Bet", "Bet won", "Result corrected", "Crash bet", "Crash cash-out", "Withdrawal"]) {
          await page
            .locator(".entry strong", { hasText: new RegExp(`^${type}$`) })
            .first()
            .waitFor();
        }
        await checkAccessibility(page);
        await picture("wallet");
      },
    },
  ];
}

/** Reloads, logs out and in, and changes the language. */
export function comingBack({ page, player, sheet }: Walk): readonly Step[] {
  return [
    {
      name: "a log-in outlives a reload and an access token that has ended",
      run: async () => {
        await page.evaluate(() => {
          const session = JSON.parse(localStorage.getItem("mkeka.session") ?? "{}");
          localStorage.setItem("mkeka.session", JSON.stringify({ ...session, expiresAtMs: 0 }));
        });
        await page.reload();
        await page.locator(".entry").first().waitFor();
      },
    },
    {
      name: "logging out forgets the player, and the password brings them back",
      run: async () => {
        await page.getByRole("button", { name: "Account" }).click();
        await sheet.getByRole("button", { name: "Log out" }).click();
        await page.locator("#log-in").click();
        assert.equal(await page.locator(".balance").count(), 0);
        await sheet.getByLabel("Phone number").fill(player.phone);
        await sheet.getByLabel("Password").fill(player.password);
        await sheet.getByRole("button", { name: "Log in" }).click();
        await page.locator(".balance", { hasText: "KES" }).waitFor();
      },
    },
    {
      name: "the page speaks Swahili when asked",
      run: async () => {
        await page.getByRole("button", { name: "Kiswahili" }).click();
        await page.getByRole("link", { name: "Mechi" }).waitFor();
        await page.getByRole("button", { name: "English" }).click();
      },
    },
  ];
}
