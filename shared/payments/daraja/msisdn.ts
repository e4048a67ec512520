/** Phone numbers as Daraja takes them: `254` and nine digits that start with 7 or 1, without a plus. */

/** Turns E.164 (`+254712345678`) into Daraja's form; null when M-Pesa has no such numbers. */
export function darajaMsisdn(e164: string): string | null {
  return /^\+254[17]\d{8}$/.test(e164) ? e164.slice(1) : null;
}
