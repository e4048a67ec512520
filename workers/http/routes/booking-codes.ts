/** Booking codes: no login, nothing of whoever shared the slip. */
import { ok } from "../../../shared/kernel/result.ts";
import { bookingBody, bookingLoaded, bookingMade, bookingParams } from "../../../shared/protocol/http/booking-codes.ts";
import { makeBookingCode, readBookingCode } from "../../services/booking/booking-codes.ts";
import { type Api, route } from "../api.ts";

const TAG = "Sportsbook";

export function addBookingRoutes(app: Api): void {
  route(app, {
    method: "post",
    path: "/api/v1/booking-codes",
    tag: TAG,
    summary: "Share a slip's selections as a code",
    auth: "none",
    body: bookingBody,
    answer: bookingMade,
    statuses: [201],
    errors: ["INVALID_BET"],
    handle: async ({ ctx, body }) => {
      const made = await makeBookingCode(ctx, body);
      return made.ok ? ok({ body: made.value }) : made;
    },
  });

  route(app, {
    method: "get",
    path: "/api/v1/booking-codes/{code}",
    tag: TAG,
    summary: "The selections of a code at the prices of now, and what of it is gone",
    auth: "none",
    params: bookingParams,
    answer: bookingLoaded,
    statuses: [200],
    errors: ["NOT_FOUND"],
    handle: async ({ ctx, params }) => {
      const loaded = await readBookingCode(ctx, params.code);
      return loaded.ok ? ok({ body: loaded.value }) : loaded;
    },
  });
}
