/** Reads statements from Daraja's Pull Transactions. The shortcode is registered once, which is harmless to repeat. */
import type { UnixMs } from "../../../shared/kernel/time.ts";
import { isRegistered, type PulledPage, pullDateTime, readPullAnswer } from "../../../shared/payments/daraja/pull.ts";
import { postWithToken, type TokenPorts } from "./post-with-token.ts";

export interface PullApp {
  readonly baseUrl: string;
  readonly shortcode: string;
  /** The phone that the provider knows as the shortcode's. */
  readonly nominatedNumber: string;
  /** The provider wants an address for news; statements are pulled, so nothing that comes there is used. */
  readonly callbackUrl: string;
}

/** The provider's pages have some hundred lines of up to 300 characters. */
const PAGE_CHARS_MAX = 4 * 1024 * 1024;

/** True when the shortcode's statements may be read from now on. */
export async function registerPull(ports: TokenPorts, app: PullApp): Promise<boolean> {
  const answer = await postWithToken(ports, `${app.baseUrl}/pulltransactions/v1/register`, {
    ShortCode: app.shortcode,
    RequestType: "Pull",
    NominatedNumber: app.nominatedNumber,
    CallBackURL: app.callbackUrl,
  });
  return answer !== null && isRegistered(answer);
}

/** The lines between two instants, from the row `offset` on. */
export async function pullPage(ports: TokenPorts, app: PullApp, fromMs: UnixMs, toMs: UnixMs, offset: number): Promise<PulledPage> {
  const question = {
    ShortCode: app.shortcode,
    StartDate: pullDateTime(fromMs),
    EndDate: pullDateTime(toMs),
    OffSetValue: String(offset),
  };
  const answer = await postWithToken(ports, `${app.baseUrl}/pulltransactions/v1/query`, question, { charsMax: PAGE_CHARS_MAX });
  return answer === null ? { answered: false, detail: "no access token" } : readPullAnswer(answer);
}
