/**
 * Parts of the page whose code is loaded when they are first shown: matches and the slip come first on a slow line.
 *
 * Once loaded, a part is there at once. Where the line fails, it says so and tries again when asked, or by itself when the phone is
 * online again; a page that was opened before a release finds its files gone, and loading the page anew brings the new ones.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n/i18n.ts";

/** A component that stands for the one that `load` brings. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  const bring = async (has: Signal<boolean>, hasFailed: Signal<boolean>): Promise<void> => {
    try {
      hasFailed.value = false;
      loaded = await load();
      has.value = true;
    } catch {
      hasFailed.value = true;
    }
  };
  return function Later(props: P): JSX.Element {
    const has = useSignal(loaded !== null);
    const hasFailed = useSignal(false);
    useEffect(() => {
      if (loaded !== null) return undefined;
      const again = (): void => void bring(has, hasFailed);
      again();
      addEventListener("online", again);
      return () => removeEventListener("online", again);
    }, []);
    if (has.value && loaded !== null) {
      const Part = loaded;
      return <Part {...props} />;
    }
    return hasFailed.value ? <Failed /> : <p class="empty">{t("loading")}</p>;
  };
}

function Failed(): JSX.Element {
  return (
    <div class="empty" role="alert">
      <p>{t("network_trouble")}</p>
      <button type="button" class="button quiet" onClick={() => location.reload()}>
        {t("load_again")}
      </button>
    </div>
  );
}
