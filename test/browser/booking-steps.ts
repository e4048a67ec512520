/** A slip that is shared as a code, and loaded from it. */
import { strict as assert } from "node:assert";
import { checkAccessibility } from "./accessibility.ts";
import type { Step } from "./steps.ts";
import type { Walk } from "./walk.ts";

/** Shares a slip, empties it, and loads it again from its code. */
export function sharing({ page, sheet, picture }: Walk): readonly Step[] {
  return [
    {
      name: "a slip is shared as a code, and the code gives it back at the prices of now",
      run: async () => {
        await page.getByRole("link", { name: "Matches" }).click();
        const rows = page.locator(".fixture", { has: page.locator(".odds:enabled") });
        await rows
          .filter({ has: page.locator("time") })
          .last()
          .locator(".odds:enabled")
          .first()
          .click();
        await page.locator("#open-slip").click();
        const picked = await sheet.locator(".slip-line strong").textContent();
        await sheet.getByRole("button", { name: "Share this slip as a code" }).click();
        const code = (await sheet.locator(".booking-code strong").textContent()) ?? "";
        assert.match(code, /^[3467ACDEFGHJKMNPQRTWXY9]{8}$/);
        await checkAccessibility(page);
        await picture("booking-code");
        await sheet.getByRole("button", { name: /^Remove/ }).click();
        await sheet.getByLabel("Booking code").fill(` ${code.slice(0, 4).toLowerCase()} ${code.slice(4)}`);
        await checkAccessibility(page);
        await sheet.getByRole("button", { name: "Load the code" }).click();
        await sheet.locator(".slip-line").waitFor();
        assert.equal(await sheet.locator(".slip-line strong").textContent(), picked);
        await sheet.getByRole("button", { name: /^Remove/ }).click();
        await page.keyboard.press("Escape");
      },
    },
  ];
}
