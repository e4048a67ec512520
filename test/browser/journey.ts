/**
 * The journey of a new player on a phone, in one browser: register, SMS, verification, deposit by the pretended phone, a bet from
 * the slip, its settlement, a crash round, a withdrawal. The browser's console must stay clean all the way.
 */
import { strict as assert } from "node:assert";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import type { Platform } from "../../scripts/lib/platform-process.ts";
import { betting } from "./bet-steps.ts";
import { sharing } from "./booking-steps.ts";
import { flying, flyingInManyPages } from "./crash-steps.ts";
import { bettingEachWay } from "./each-way-steps.ts";
import { checking } from "./fairness-steps.ts";
import { depositing, joining } from "./join-steps.ts";
import { meeting } from "./lounge-steps.ts";
import { playingForFree, takingBonus } from "./promotion-steps.ts";
import { runSteps, type Step, type Tally } from "./steps.ts";
import { newPlayer, type Walk } from "./walk.ts";
import { comingBack, withdrawing } from "./wallet-steps.ts";

export interface JourneyOptions {
  readonly browserPath: string;
  readonly platform: Pick<Platform, "url" | "simulatorUrl">;
  readonly pictures: string;
}

const PHONE_SCREEN = { width: 390, height: 844 };
const STEP_MS_MAX = 15_000;

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
    // One step takes the connection away; that the page notices is right.
    if (message.text().includes("ERR_INTERNET_DISCONNECTED")) return;
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
  const walk: Walk = {
    page,
    platform: options.platform,
    player: newPlayer(),
    sheet: page.getByRole("dialog"),
    devPhone: page.getByRole("complementary", { name: "Development phone" }),
    picture,
  };
  const areas = [
    joining,
    depositing,
    betting,
    takingBonus,
    playingForFree,
    bettingEachWay,
    sharing,
    flying,
    flyingInManyPages,
    checking,
    meeting,
    withdrawing,
    comingBack,
  ];
  const steps = areas.flatMap((area) => area(walk));
  const clean: Step = { name: "nothing complained in the console", run: async () => assert.deepEqual(complaints, []) };
  return runSteps([...steps, clean], async () => {
    await picture("failure");
    for (const complaint of complaints) console.log(`console: ${complaint}`);
    console.log(`address: ${page.url()}, picture: ${join(options.pictures, "failure.png")}`);
  });
}
