/**
 * Structured logs: one JSON object a line, fixed field names, no bodies, no secrets, no personal data.
 *
 * Values are ids, codes, counts and times. Whatever a caller passes under a name on the redaction list is replaced. The database
 * library writes a failed query's parameters (names, numbers, whole callbacks) into its errors' messages: they are cut off.
 */

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, unknown>;

const REDACTED_NAMES = /pass|pin|token|secret|phone|msisdn|national|id_number|full_name|authorization|email|otp|code_hash/i;

/** The end of a failed query's message. */
const QUERY_PARAMETERS = /\nparams: [\s\S]*$/;

/** Writes one event. An `error` field keeps name, message and stack for the operator; none of it goes to a client. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  const line: Record<string, unknown> = { level, event };
  for (const [name, value] of Object.entries(fields)) line[name] = REDACTED_NAMES.test(name) ? "[redacted]" : plain(value);
  const write = level === "error" ? console.error : level === "warn" ? console.warn : console.log;
  write(JSON.stringify(line));
}

function plain(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const shown = message.replace(QUERY_PARAMETERS, "");
  // A stack begins with its error's message.
  return { name, message: shown, stack: stack?.replace(message, () => shown), ...(cause === undefined ? {} : { cause: plain(cause) }) };
}
