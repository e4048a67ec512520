/** Shows the short messages of stores/toasts.ts above the navigation; a live region, so that they are read out politely. */
import type { JSX } from "preact";
import { toasts } from "../stores/toasts.ts";

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <p key={toast.id} class={`toast ${toast.tone}`}>
          {toast.text}
        </p>
      ))}
    </div>
  );
}
