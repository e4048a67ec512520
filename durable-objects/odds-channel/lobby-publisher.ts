/**
 * Tells the tenant's lobby what its channel's fixture looks like now.
 *
 * At once after a change, off the path of the feed's message; what changes while the lobby is being told is told next, so a burst
 * costs few calls. The channel's job row calls `publish` again later, so the lobby converges even if this instance dies in between.
 */
import type { FixtureView } from "../../shared/protocol/rpc/odds-channel.ts";
import { log } from "../platform/log.ts";

export class LobbyPublisher {
  readonly #ctx: DurableObjectState;
  readonly #newest: () => FixtureView;
  readonly #tell: (fixture: FixtureView) => Promise<void>;
  /** What the lobby has surely seen, as far as this instance knows. */
  #publishedSeq = 0;
  #publishing = false;

  constructor(ctx: DurableObjectState, newest: () => FixtureView, tell: (fixture: FixtureView) => Promise<void>) {
    this.#ctx = ctx;
    this.#newest = newest;
    this.#tell = tell;
  }

  /** Starts telling the lobby; a failure is left to the job. */
  soon(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    const published = this.publish()
      .catch((error: unknown) => log("warn", "lobby_publish_failed", { error }))
      .finally(() => {
        this.#publishing = false;
      });
    this.#ctx.waitUntil(published);
  }

  /** Tells the lobby until it has seen the newest state; does nothing when it has. */
  async publish(): Promise<void> {
    for (let fixture = this.#newest(); this.#publishedSeq < fixture.seq; fixture = this.#newest()) {
      await this.#tell(fixture);
      this.#publishedSeq = Math.max(this.#publishedSeq, fixture.seq);
    }
  }
}
