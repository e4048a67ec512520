/** The rules of accessibility that cost nothing to check in the page itself: names, labels, sizes of targets. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";

/** Throws with every element on the screen that has no name or is too small for a thumb. */
export async function checkAccessibility(page: Page): Promise<void> {
  const problems = await page.evaluate(() => {
    const TARGET_PX_MIN = 44;
    const found: string[] = [];
    const describe = (element: Element): string => element.outerHTML.slice(0, 140);
    const isShown = (element: Element): boolean => element.checkVisibility() && element.closest("[inert], .dev") === null;
    const nameOf = (element: Element): string =>
      element.getAttribute("aria-label") ?? (element as HTMLInputElement).labels?.[0]?.textContent ?? element.textContent ?? "";
    for (const element of document.querySelectorAll("button, a, input, select")) {
      if (!isShown(element)) continue;
      if (nameOf(element).trim() === "") found.push(`no name: ${describe(element)}`);
      const box = element.getBoundingClientRect();
      const isInText = getComputedStyle(element).display.startsWith("inline") && element.tagName === "A";
      if (!isInText && box.height < TARGET_PX_MIN - 0.5) found.push(`${Math.round(box.height)} px high: ${describe(element)}`);
    }
    if (document.querySelectorAll("h1").length > 1) found.push("more than one h1");
    if (document.documentElement.lang === "") found.push("no language");
    if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
    return found;
  });
  assert.deepEqual(problems, []);
}
