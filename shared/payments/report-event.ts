/** Turns a provider's report into the event of an intent's life: the amount that moved must be the amount that was asked for. */
import type { Minor } from "../money/minor.ts";
import type { IntentEvent } from "./intent-machine.ts";
import type { Finding } from "./report.ts";

/** The event, or null when the report brings no news. A query that tells no amount is taken at the asked amount. */
export function reportEvent(finding: Finding, askedMinor: Minor): IntentEvent | null {
  switch (finding.found) {
    case "paid":
      return finding.amountMinor === null || finding.amountMinor === askedMinor ? "reported_paid" : "reported_other_amount";
    case "not_paid":
      return "reported_unpaid";
    case "unclear":
      return "reported_unclear";
    case "open":
      return null;
  }
}
