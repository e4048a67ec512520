/**
 * A panel over the page: from the bottom on a phone, in the middle on a wide screen.
 *
 * The rest of the page is made inert while it is open, so that focus and screen readers stay inside; Escape and the backdrop close
 * it, and the focus goes back to what opened it. Not a `<dialog>`: a modal one would make the development panel inert too. All of
 * it holds before the first paint: a key pressed as soon as the sheet is seen is the sheet's.
 */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/i18n.ts";
import { Icon } from "./icons.tsx";

interface SheetProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly accessory?: ComponentChildren;
}

export function Sheet({ title, onClose, children, accessory }: SheetProps): JSX.Element {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const shell = document.getElementById("shell");
    shell?.setAttribute("inert", "");
    panel.current?.focus();
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      shell?.removeAttribute("inert");
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div class="sheet-layer">
      <button type="button" class="sheet-backdrop" aria-label={t("close")} tabIndex={-1} onClick={onClose} />
      <section class="sheet" role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={panel}>
        <header class="sheet-head">
          <h2>{title}</h2>
          {accessory}
          <button type="button" class="icon-button" aria-label={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="sheet-body">{children}</div>
      </section>
    </div>
  );
}
