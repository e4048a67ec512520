/** The power of the platform under test: cut without warning, and back on the same state and ports. */
import { type Platform, startPlatform } from "../../scripts/lib/platform-process.ts";

export class Mains {
  #platform: Platform;

  private constructor(platform: Platform) {
    this.#platform = platform;
  }

  static async on(stateDir: string): Promise<Mains> {
    return new Mains(await startPlatform({ stateDir }));
  }

  get platform(): Platform {
    return this.#platform;
  }

  /** SIGKILL now; starts again once what was under way has failed. */
  async cut(underWay: readonly Promise<unknown>[]): Promise<Platform> {
    const { port, simulatorPort, stateDir } = this.#platform;
    await this.#platform.kill();
    await Promise.all(underWay);
    this.#platform = await startPlatform({ stateDir, port, simulatorPort });
    return this.#platform;
  }

  off(): Promise<void> {
    return this.#platform.stop();
  }
}
