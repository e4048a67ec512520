/** From a stranger with a slip to a verified player with money. */
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

/** Picks logged out, registers, confirms the phone, verifies the identity. */
export function joining({ page, platform, player, sheet, devPhone, picture }: Walk): readonly Step[] {
  return [
    {
      name: "matches show live fixtures with prices before anybody logs in",
      run: async () => {
        await page.goto(platform.url);
        await page.locator(".fixture .odds:enabled").first().waitFor();
        await checkAccessibility(page);
      },
    },
    {
      name: "prices move by themselves, with an arrow that says which way",
      run: async () => {
        await page.locator(".odds.up .odds-arrow, .odds.down .odds-arrow").first().waitFor();
        await picture("matches");
      },
    },
    {
      name: "the slip is built logged out and leads to log in",
      run: async () => {
        const rows = page.locator(".fixture", { has: page.locator(".odds:enabled") });
        // The last one kicks off long after this journey, so that its prices move only when told to.
        const upcoming = rows.filter({ has: page.locator("time") }).last();
        player.fixtureId = (await upcoming.getAttribute("data-fixture")) ?? "";
        player.picked = (await upcoming.locator(".odds:enabled").first().getAttribute("data-selection")) ?? "";
        await upcoming.locator(".odds:enabled").first().click();
        await page.locator("#open-slip").click();
        await sheet.getByRole("button", { name: "100", exact: true }).click();
        await checkAccessibility(page);
        await sheet.locator("#place-bet").click();
        await sheet.locator("#join").waitFor();
      },
    },
    {
      name: "a player registers and confirms the phone with the code from the SMS",
      run: async () => {
        await sheet.locator("#join").click();
        await sheet.getByLabel("Phone number").fill(player.phone);
        await sheet.getByLabel("Password").fill(player.password);
        await sheet.getByRole("button", { name: "Next" }).click();
        await sheet.getByLabel("Full name, as on your id").fill("Wanjiru Kamau");
        await sheet.getByLabel("Date of birth").fill("1990-01-15");
        await sheet.getByLabel("National id number").fill(player.nationalId);
        await sheet.getByRole("button", { name: "Create account" }).click();
        await sheet.getByLabel("Code from the SMS").waitFor();
        await page.locator("#dev-phone").click();
        const code = await devPhone.locator("[data-code]").first().getAttribute("data-code");
        await page.locator("#dev-phone").click();
        await sheet.getByLabel("Code from the SMS").fill(code ?? "");
        await sheet.getByRole("button", { name: "Confirm" }).click();
      },
    },
    {
      name: "the identity is verified before the first deposit",
      run: async () => {
        await sheet.getByLabel("Document number").fill(player.nationalId);
        await sheet.getByRole("button", { name: "Verify", exact: true }).click();
        await sheet.getByRole("button", { name: "Deposit now" }).click();
      },
    },
  ];
}

/** Pays in from the pretended phone. */
export function depositing({ page, sheet, devPhone, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a deposit waits for the PIN, then is paid with its duty shown",
      run: async () => {
        await sheet.getByRole("button", { name: "1000", exact: true }).click();
        await sheet.getByRole("button", { name: /^Deposit KES/ }).click();
        await sheet.getByText("Enter your PIN on the phone").waitFor();
        await page.locator("#dev-phone").click();
        await devPhone.getByRole("button", { name: "Enter PIN" }).waitFor();
        await picture("deposit");
        await devPhone.getByRole("button", { name: "Enter PIN" }).click();
        await page.locator("#dev-phone").click();
        await sheet.locator('[data-status="COMPLETED"]').waitFor();
        await sheet.getByText("Excise duty on deposits").waitFor();
        await checkAccessibility(page);
        await sheet.getByRole("button", { name: "Done" }).click();
        await page.locator(".balance", { hasText: "950.00" }).waitFor();
      },
    },
  ];
}
