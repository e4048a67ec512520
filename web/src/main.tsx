/** Starts the page: look and language first, then what feeds the screens, then the screens. */
import { render } from "preact";
import { App } from "./app.tsx";
import { startLanguage } from "./i18n/i18n.ts";
import { startRouting } from "./route.ts";
import { startAccount } from "./stores/account.ts";
import { startBooking } from "./stores/booking.ts";
import { startCrash } from "./stores/crash.ts";
import { startOdds } from "./stores/odds.ts";
import { startQuote } from "./stores/quote.ts";
import { startSlip } from "./stores/slip.ts";
import { startUserChannel } from "./stores/user-channel.ts";
import { startTheme } from "./theme.ts";

startTheme();
startLanguage();
startRouting();
startAccount();
startSlip();
startBooking();
startQuote();
startOdds();
startCrash();
startUserChannel();

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
