/**
 * Structured logs: one JSON object a line, fixed field names, no bodies, no secrets, no personal data.
 *
 * Values are ids, codes, counts and times. Whatever a caller passes under a name on the redaction list is replaced.
 */

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Record<string, unknown>;

const REDACTED_NAMES = /pass|pin|token|secret|phone|msisdn|national|id_number|full_name|authorization|email|otp|code_hash/i;

/** Writes one event. An `error` field keeps name, message and stack for the operator; none of it goes to a client. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  const line: Record<string, unknown> = { level, event };
  for (const [name, value] of Object.entries(fields)) line[name] = REDACTED_NAMES.test(name) ? "[redacted]" : plain(value);
  const write = level === "error" ? console.error : level === "warn" ? console.warn : console.log;
  write(JSON.stringify(line));
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack };
  return value;
}
