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

/** Errors within errors that are shown. */
const DEPTH_MAX = 4;

/** Writes one event. An `error` field keeps name, message and stack for the operator; none of it goes to a client. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  const line: Record<string, unknown> = { level, event };
  for (const [name, value] of Object.entries(fields)) line[name] = REDACTED_NAMES.test(name) ? "[redacted]" : plain(value);
  const write = level === "error" ? console.error : level === "warn" ? console.warn : console.log;
  write(JSON.stringify(line));
}

/** Values as JSON can hold them: errors are told with their causes, also those inside an object. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return value;
  if (!(value instanceof Error)) return Array.isArray(value) ? value : plainMembers(value, depth);
  const { name, message, stack, cause } = value;
  const shown = message.replace(QUERY_PARAMETERS, "");
  // A stack begins with its error's message.
  const told = { name, message: shown, stack: stack?.replace(message, () => shown) };
  return cause === undefined ? told : { ...told, cause: plain(cause, depth + 1) };
}

function plainMembers(value: object, depth: number): Record<string, unknown> {
  const members = Object.entries(value).map(([name, member]) => [
    name,
    REDACTED_NAMES.test(name) ? "[redacted]" : plain(member, depth + 1),
  ]);
  return Object.fromEntries(members);
}
