/** A labelled input, and the form around it: one look, one way to show what is wrong. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, InputHTMLAttributes, JSX } from "preact";
import { useId } from "preact/hooks";
import { troubleText } from "../stores/toasts.ts";

interface FieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: string;
  readonly type?: "text" | "tel" | "password" | "date";
  readonly inputMode?: "tel" | "numeric" | "decimal";
  readonly autocomplete?: "username" | "current-password" | "new-password" | "name" | "bday" | "tel" | "one-time-code" | "off";
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly class?: string;
}

export function Field({ label, value, hint, ...given }: FieldProps): JSX.Element {
  const id = useId();
  // The library's type is a union by `type`, which a type that is itself a union can't be matched against.
  const input = given as InputHTMLAttributes;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        id={id}
        value={value.value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      {hint === undefined ? null : (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </div>
  );
}

interface FormProps {
  /** What sending does; what it throws is shown above the button. */
  readonly send: () => Promise<void>;
  readonly action: string;
  readonly disabled?: boolean;
  readonly tone?: "brand" | "danger";
  readonly children: ComponentChildren;
}

/** Sends once at a time and shows a refusal in its own words. */
export function Form({ send, action, disabled = false, tone = "brand", children }: FormProps): JSX.Element {
  const isSending = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isSending.value) return;
    isSending.value = true;
    trouble.value = null;
    try {
      await send();
    } catch (error) {
      trouble.value = troubleText(error);
    } finally {
      isSending.value = false;
    }
  };
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      {children}
      <Trouble text={trouble.value} />
      <button type="submit" class={`button ${tone}`} disabled={disabled || isSending.value} aria-busy={isSending.value}>
        {action}
      </button>
    </form>
  );
}

export function Trouble({ text }: { text: string | null }): JSX.Element {
  return (
    <div role="alert" class={text === null ? "" : "trouble"}>
      {text}
    </div>
  );
}
