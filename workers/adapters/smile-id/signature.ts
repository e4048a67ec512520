/** Smile ID's request signature (V1): base64 of HMAC-SHA-256 under the API key over timestamp, partner and a fixed word. */
import { createHmac } from "node:crypto";

/**
 * Signs for `timestamp` (ISO 8601 with milliseconds). The partner id is text: "002" and "2" are two partners. The signature covers
 * nothing else of the request, so it authenticates the caller and not the body.
 */
export function smileSignature(apiKey: string, partnerId: string, timestamp: string): string {
  return createHmac("sha256", apiKey).update(`${timestamp}${partnerId}sid_request`).digest("base64");
}
