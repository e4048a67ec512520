import type { JSX } from "preact";
import { toasts } from "../stores/toasts.ts";

/** Short messages, read out politely. */
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
