/**
 * The journey of a new player on a phone, in one browser: register, SMS, verification, deposit by the pretended phone, a bet from
 * the slip, its settlement, a crash round, a withdrawal. The browser's console must stay clean all the way.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import type { Platform } from "../../scripts/lib/platform-process.ts";
import { checkAccessibility } from "./accessibility.ts";
import { runSteps, type Step, type Tally } from "./steps.ts";

export interface JourneyOptions {
  readonly browserPath: string;
  readonly platform: Pick<Platform, "url" | "simulatorUrl">;
  readonly pictures: string;
}

const PHONE_SCREEN = { width: 390, height: 844 };
const STEP_MS_MAX = 15_000;
/** The longest flight there is (the largest multiplier) with its betting window and pause. */
const ROUND_MS_MAX = 180_000;
/** Enough rounds that one of them lives for a cash-out. */
const ROUNDS_MS_MAX = 300_000;
const PASSWORD = "a long enough password";

export async function runJourney(options: JourneyOptions): Promise<Tally> {
  const browser = await chromium.launch({
    executablePath: options.browserPath,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  try {
    const context = await browser.newContext({
      viewport: PHONE_SCREEN,
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      locale: "en-KE",
      timezoneId: "Africa/Nairobi",
    });
    return await journeyIn(context, options);
  } finally {
    await browser.close();
  }
}

async function journeyIn(context: BrowserContext, options: JourneyOptions): Promise<Tally> {
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS_MAX);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (hostname !== "127.0.0.1") complaints.push(`the page asked a foreign host: ${request.url()}`);
  });
  const picture = async (name: string): Promise<void> => {
    // What only a developer sees is in no picture but the one that is about it.
    const isShown = name === "deposit" || name === "failure";
    await page.locator(".dev").evaluateAll((panels, shown) => {
      for (const panel of panels) (panel as HTMLElement).style.visibility = shown ? "visible" : "hidden";
    }, isShown);
    await page.screenshot({ path: join(options.pictures, `${name}.png`) });
    await page.locator(".dev").evaluateAll((panels) => {
      for (const panel of panels) (panel as HTMLElement).style.visibility = "visible";
    });
  };
  const steps = journey(page, options.platform, picture);
  const clean: Step = { name: "nothing complained in the console", run: async () => assert.deepEqual(complaints, []) };
  return runSteps([...steps, clean], async () => {
    await picture("failure");
    for (const complaint of complaints) console.log(`console: ${complaint}`);
    console.log(`address: ${page.url()}, picture: ${join(options.pictures, "failure.png")}`);
  });
}

function journey(page: Page, platform: JourneyOptions["platform"], picture: (name: string) => Promise<void>): readonly Step[] {
  const phone = `07${String(10_000_000 + Math.floor(Math.random() * 89_999_999))}`;
  const nationalId = String(20_000_000 + Math.floor(Math.random() * 9_999_999));
  const sheet = page.getByRole("dialog");
  const devPhone = page.getByRole("complementary", { name: "Development phone" });
  let fixtureId = "";
  let picked = "";

  return [
    {
      name: "matches show live fixtures with prices before anybody logs in",
      run: async () => {
        await page.goto(platform.url);
        await page.locator(".fixture .odds:enabled").first().waitFor();
        await checkAccessibility(page);
        await picture("matches");
      },
    },
    {
      name: "the slip is built logged out and leads to log in",
      run: async () => {
        const rows = page.locator(".fixture", { has: page.locator(".odds:enabled") });
        // The last one kicks off long after this journey, so that its prices move only when told to.
        const upcoming = rows.filter({ has: page.locator("time") }).last();
        fixtureId = (await upcoming.getAttribute("data-fixture")) ?? "";
        picked = (await upcoming.locator(".odds:enabled").first().getAttribute("data-selection")) ?? "";
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
        await sheet.getByLabel("Phone number").fill(phone);
        await sheet.getByLabel("Password").fill(PASSWORD);
        await sheet.getByRole("button", { name: "Next" }).click();
        await sheet.getByLabel("Full name, as on your id").fill("Wanjiru Kamau");
        await sheet.getByLabel("Date of birth").fill("1990-01-15");
        await sheet.getByLabel("National id number").fill(nationalId);
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
        await sheet.getByLabel("Document number").fill(nationalId);
        await sheet.getByRole("button", { name: "Verify", exact: true }).click();
        await sheet.getByRole("button", { name: "Deposit now" }).click();
      },
    },
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
    {
      name: "the slip is still there after log in, and a price that moved asks for consent",
      run: async () => {
        await sheet.getByText("Potential win").waitFor();
        const [, market_id, outcome_id] = picked.split(":");
        await tellFeed(platform.simulatorUrl, fixtureId, "odds", { market_id, outcome_id, odds: 2.35 });
        await sheet.locator(".slip-line-odds.up, .slip-line-odds.down").waitFor();
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
        assert.equal(await page.locator(".bet.pending").count(), 1);
        await checkAccessibility(page);
      },
    },
    {
      name: "the result settles the bet and pays it",
      run: async () => {
        await tellFeed(platform.simulatorUrl, fixtureId, "result", { home: 3, away: 0 });
        await page.getByRole("button", { name: "Settled" }).click();
        await page.locator(".bet.won").waitFor();
        await page.locator(".balance", { hasText: "1,085.00" }).waitFor();
      },
    },
    {
      name: "a corrected result is posted as a difference, and the bet says so",
      run: async () => {
        await tellFeed(platform.simulatorUrl, fixtureId, "result", { home: 0, away: 1 });
        await page.getByText(/^Result corrected: paid KES.235.00, now KES.0.00/).waitFor();
        await page.locator(".balance", { hasText: "850.00" }).waitFor();
        await tellFeed(platform.simulatorUrl, fixtureId, "result", { home: 2, away: 1 });
        await page.locator(".bet.won").waitFor();
        await page.locator(".balance", { hasText: "1,085.00" }).waitFor();
        await picture("bets");
      },
    },
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
        await picture("fairness");
      },
    },
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

/** Rounds may crash at once: tries until one flies long enough for a tap. */
async function flyRound(page: Page, picture: (name: string) => Promise<void>): Promise<void> {
  const endsAtMs = performance.now() + ROUNDS_MS_MAX;
  await page.getByLabel("Auto cash-out").fill("");
  while (performance.now() < endsAtMs) {
    await page.locator("#crash-bet:enabled").click({ timeout: ROUND_MS_MAX });
    await page.locator("#cash-out:enabled, .outcome.lost").first().waitFor({ timeout: ROUND_MS_MAX });
    if (await page.locator(".outcome.lost").isVisible()) continue;
    // The picture wants a curve of some length; a crash before it ends this try.
    await page.waitForTimeout(4_000);
    await picture("crash");
    await page
      .locator("#cash-out")
      .click({ timeout: 1_000 })
      .catch(() => undefined);
    await page.locator(".outcome").waitFor();
    if (await page.locator(".outcome.won").isVisible()) return;
  }
  throw new Error("no round let us cash out");
}

async function tellFeed(simulatorUrl: string, fixtureId: string, command: "odds" | "result", body: object): Promise<void> {
  const response = await fetch(`${simulatorUrl}/sim/feed/fixtures/${encodeURIComponent(fixtureId)}/${command}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.text());
}
