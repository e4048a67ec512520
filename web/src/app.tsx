/** The page: header, the screen of the address, navigation, and what lies over it. */

import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Footer } from "./components/footer.tsx";
import { Header } from "./components/header.tsx";
import { later } from "./components/later.tsx";
import { Navigation } from "./components/navigation.tsx";
import { Sheet } from "./components/sheet.tsx";
import { Toasts } from "./components/toasts.tsx";
import { type MessageKey, t } from "./i18n/i18n.ts";
import { type Route, route } from "./route.ts";
import { Auth } from "./screens/auth.tsx";
import { Fixture } from "./screens/fixture.tsx";
import { Matches } from "./screens/matches.tsx";
import { Slip } from "./screens/slip.tsx";
import { closeSheet, type SheetName, sheet } from "./stores/sheet.ts";

const Account = later(async () => (await import("./screens/account.tsx")).Account);
const Bets = later(async () => (await import("./screens/bets.tsx")).Bets);
const Chat = later(async () => (await import("./screens/chat.tsx")).Chat);
const Crash = later(async () => (await import("./screens/crash.tsx")).Crash);
const Deposit = later(async () => (await import("./screens/deposit.tsx")).Deposit);
const Fairness = later(async () => (await import("./screens/fairness.tsx")).Fairness);
const Verify = later(async () => (await import("./screens/verify.tsx")).Verify);
const Wallet = later(async () => (await import("./screens/wallet.tsx")).Wallet);
const Withdraw = later(async () => (await import("./screens/withdraw.tsx")).Withdraw);

export function App(): JSX.Element {
  return (
    <>
      <div id="shell">
        <Header />
        <main>
          <Screen route={route.value} />
          <Footer />
        </main>
        <Navigation />
      </div>
      <OpenSheet />
      <Toasts />
      <DevelopmentPanel />
    </>
  );
}

function Screen({ route: at }: { route: Route }): JSX.Element {
  switch (at.screen) {
    case "matches":
      return <Matches />;
    case "fixture":
      return <Fixture key={at.fixtureId} fixtureId={at.fixtureId} />;
    case "crash":
      return <Crash />;
    case "fairness":
      return <Fairness key={at.roundNumber} roundNumber={at.roundNumber} />;
    case "bets":
      return <Bets />;
    case "wallet":
      return <Wallet />;
    case "missing":
      return <p class="screen empty">{t("not_found")}</p>;
  }
}

const SHEETS: Readonly<Record<SheetName, { readonly title: MessageKey; readonly Body: ComponentType }>> = {
  auth: { title: "welcome", Body: Auth },
  verify: { title: "verify_identity", Body: Verify },
  slip: { title: "slip", Body: Slip },
  deposit: { title: "deposit", Body: Deposit },
  withdraw: { title: "withdraw", Body: Withdraw },
  account: { title: "account", Body: Account },
  chat: { title: "chat", Body: Chat },
};

function OpenSheet(): JSX.Element | null {
  const open = sheet.value;
  if (open === null) return null;
  const { title, Body } = SHEETS[open.name];
  return (
    <Sheet key={open.name} title={t(title)} onClose={closeSheet}>
      <Body />
    </Sheet>
  );
}

const developmentPanel = signal<ComponentType | null>(null);

/** The simulators' phone, on a development machine only; its code is not even loaded elsewhere. */
function DevelopmentPanel(): JSX.Element | null {
  useEffect(() => {
    if (location.hostname !== "127.0.0.1" && location.hostname !== "localhost") return;
    void import("./dev/dev-panel.tsx").then(({ DevPanel }) => {
      developmentPanel.value = DevPanel;
    });
  }, []);
  const Panel = developmentPanel.value;
  return Panel === null ? null : <Panel />;
}
