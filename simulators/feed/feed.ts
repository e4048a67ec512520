/**
 * The odds feed: replays a real season on the platform's feed port, with prices from the goals model, and obeys `/sim/feed/...`.
 */
import * as z from "zod";
import type { Simulator, SimulatorSettings } from "../simulator.ts";
import { control } from "./control.ts";
import { FeedEngine } from "./engine.ts";
import { createFeedPlatform } from "./platform-client.ts";
import { Schedule } from "./schedule.ts";
import { loadSeason } from "./season.ts";

const TICK_MS = 1_000;
/** A match minute lasts a second, unless FEED_MINUTE_MS says otherwise. */
const MINUTE_MS_DEFAULT = 1_000;

export function createFeed(settings: SimulatorSettings): Simulator {
  const { FEED_SECRET: secret, FEED_MINUTE_MS: minute } = settings.environment;
  if (secret === undefined) throw new Error("the feed simulator needs FEED_SECRET");
  const minuteMs = z.coerce.number().int().min(20).max(60_000).default(MINUTE_MS_DEFAULT).parse(minute);
  const season = loadSeason();
  const platform = createFeedPlatform(settings.platformUrl, secret);
  const engine = new FeedEngine({ season, schedule: new Schedule(season, minuteMs), platform, minuteMs, now: Date.now });
  let timer: NodeJS.Timeout | null = null;
  let ticking = false;
  let failing = false;

  const tick = async (): Promise<void> => {
    if (ticking) return;
    ticking = true;
    try {
      await engine.tick();
      failing = false;
    } catch (error) {
      // Said once, not every second; the next tick sends what is missing.
      if (!failing) console.warn("feed: the platform does not take messages:", error instanceof Error ? error.message : error);
      failing = true;
    } finally {
      ticking = false;
    }
  };

  return {
    name: "feed",
    async handle(request, url) {
      try {
        const text = request.method === "POST" ? await request.text() : "";
        return await control(engine, season, request.method, url.pathname, text === "" ? {} : JSON.parse(text));
      } catch (error) {
        const mine = error instanceof z.ZodError || error instanceof SyntaxError;
        return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: mine ? 400 : 502 });
      }
    },
    start() {
      timer ??= setInterval(() => void tick(), TICK_MS);
      void tick();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
