import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { smileSignature } from "../../../workers/adapters/smile-id/signature.ts";
import { call, errorOf, mintDocument, Player } from "./player.ts";
import { Providers } from "./providers.ts";

let providers: Providers;
beforeAll(() => {
  providers = new Providers();
});
afterEach(() => {
  providers.smileId = null;
});
afterAll(() => providers.stop());

const CHECK = "/smile-id/v1/id_verification";

async function jobsOf(player: Player): Promise<readonly Record<string, unknown>[]> {
  const statement = env.DB_KE.prepare("SELECT * FROM kyc_job WHERE user_id = ? ORDER BY job_id").bind(player.userId);
  return (await statement.all<Record<string, unknown>>()).results;
}

async function isVerified(player: Player): Promise<readonly [profile: unknown, wallet: unknown]> {
  const wallet = await env.WALLET.getByName(`KE:${player.userId}`).read();
  return [(await player.get("/api/v1/users/me")).body.is_verified, wallet.ok && wallet.value.player.verified];
}

/** An answer of the provider with this code, echoing the request. */
function answering(change: Record<string, unknown>, status = 200) {
  return async (request: Request) => {
    const body = (await request.json()) as Record<string, unknown>;
    const result = {
      PartnerParams: body.partner_params,
      IsFinalResult: "true",
      ResultText: "text",
      SmileJobID: "1",
      FullName: "Not Available",
      DOB: "NaN-NaN-NaN",
    };
    return Response.json({ ...result, ...change }, { status });
  };
}

it("signs as the provider's documents do", () => {
  const sign = (partnerId: string) => smileSignature("8a1f4d2e-smile-test-api-key", partnerId, "2026-01-15T10:20:30.123Z");
  expect(sign("002")).toBe("y8/yLFmLlPlT15DGSSKyBTT4YlR8ijRZ7J9h4V9r2VE=");
  expect(sign("2")).not.toBe(sign("002"));
});

it("verifies by the document of the registration, then needs no provider any more", async () => {
  const player = await Player.confirmed(providers);
  expect(await isVerified(player)).toEqual([false, false]);
  const verified = await player.checkDocument();
  expect(verified).toMatchObject({
    status: 200,
    body: {
      verified: true,
      status: "verified",
      full_name: "Wanjiru Njeri Kamau",
      id_type: "NATIONAL_ID",
      id_number: `****${player.nationalId.slice(-4)}`,
      country_code: "KE",
    },
  });
  expect(await isVerified(player)).toEqual([true, true]);
  expect(await jobsOf(player)).toMatchObject([{ status: "verified", result_code: "1012", country: "KE" }]);
  expect(JSON.stringify(await jobsOf(player))).not.toContain(player.nationalId);

  const calls = providers.callsTo(CHECK);
  expect((await player.checkDocument({ id_number: mintDocument() })).body).toEqual(verified.body);
  expect(providers.callsTo(CHECK)).toBe(calls);
});

it("takes another document of the player under any of the call's addresses", async () => {
  for (const path of ["/api/v1/kyc/verify-user", "/api/kyc/verify-id"]) {
    const player = await Player.confirmed(providers);
    const body = {
      user_id: player.userId,
      id_type: "PASSPORT",
      id_number: `AK${mintDocument().slice(-7)}`.replace(/(0000|1111|2222)$/, "3456"),
    };
    expect(await player.send("POST", path, body)).toMatchObject({ status: 200, body: { verified: true, id_type: "PASSPORT" } });
  }
});

it.each([
  ["not_found", "failed", "document_not_found", "1013"],
  ["other_name", "failed", "name_differs", "1012"],
  ["other_dob", "failed", "birth_date_differs", "1012"],
])("answers %s with status %s and a sentence, and marks nobody", async (result, status, reason, code) => {
  const player = await Player.confirmed(providers);
  await providers.control("/sim/smile-id/behaviour", { id_number: player.nationalId, result });
  const answer = await player.checkDocument();
  expect(answer).toMatchObject({ status: 200, body: { verified: false, status, error_message: expect.any(String) } });
  expect(JSON.stringify(answer.body)).not.toContain("OTHER");
  expect(await jobsOf(player)).toMatchObject([{ status, reason, result_code: code }]);
  expect(await isVerified(player)).toEqual([false, false]);
});

it.each([
  ["1020", { FullName: "WANJIRU NJERI KAMAU", DOB: "1990-01-15" }, "verified"],
  ["1021", {}, "review"],
  ["1022", {}, "failed"],
  ["1023", {}, "failed"],
  ["1014", {}, "failed"],
  ["0812", {}, "review"],
  ["9999", {}, "review"],
  ["1012", { FullName: "WANJIRU OTIENO", DOB: "1990-01-15" }, "review"],
  ["1012", { FullName: "WANJIRU NJERI KAMAU" }, "review"],
  ["1012", { FullName: "WANJIRU NJERI KAMAU", DOB: "1990-01-15", IsFinalResult: "false" }, "review"],
])("decides code %s with %o as %s", async (ResultCode, change, status) => {
  const player = await Player.confirmed(providers);
  providers.smileId = answering({ ResultCode, ...change });
  expect(await player.checkDocument()).toMatchObject({ status: 200, body: { status, verified: status === "verified" } });
  expect(await jobsOf(player)).toMatchObject([{ status, result_code: ResultCode }]);
  expect(await isVerified(player)).toEqual([status === "verified", status === "verified"]);
});

it.each(["1015", "2201", "2301", "2401", "1016", "2213"])(
  "answers VERIFICATION_UNAVAILABLE for code %s, and the next try works",
  async (ResultCode) => {
    const player = await Player.confirmed(providers);
    providers.smileId = answering({ ResultCode });
    const refused = await player.checkDocument();
    expect([refused.status, errorOf(refused).code]).toEqual([503, "VERIFICATION_UNAVAILABLE"]);
    expect(await jobsOf(player)).toMatchObject([{ status: "unavailable", result_code: ResultCode }]);
    expect(await isVerified(player)).toEqual([false, false]);
    providers.smileId = null;
    expect((await player.checkDocument()).body).toMatchObject({ verified: true });
  },
);

it("ends a job that the provider refused for our credentials", async () => {
  const player = await Player.confirmed(providers);
  providers.smileId = () => Response.json({ code: "2205", error: "You are not authorized to do that." }, { status: 401 });
  expect((await player.checkDocument()).status).toBe(503);
  expect(await jobsOf(player)).toMatchObject([{ status: "unavailable", result_code: "2205" }]);
});

it("keeps a job open when no answer came, asks for its result at the next try, and pays for no second one", async () => {
  const player = await Player.confirmed(providers);
  providers.smileId = async (request) => {
    // The provider does the job, and its answer is lost on the way.
    const settings = { method: "POST", body: await request.text() };
    providers.smileId = null;
    await fetch(request.url, settings);
    throw new DOMException("The operation timed out.", "TimeoutError");
  };
  const refused = await player.checkDocument();
  expect([refused.status, errorOf(refused).code]).toEqual([503, "VERIFICATION_UNAVAILABLE"]);
  expect(await jobsOf(player)).toMatchObject([{ status: "open" }]);
  expect(await isVerified(player)).toEqual([false, false]);

  expect((await player.checkDocument()).body).toMatchObject({ verified: true });
  expect(await jobsOf(player)).toMatchObject([{ status: "verified", result_code: "1012" }]);
});

it("makes a new job when the provider never heard of the first", async () => {
  const player = await Player.confirmed(providers);
  providers.smileId = () => {
    throw new TypeError("network");
  };
  expect((await player.checkDocument()).status).toBe(503);
  providers.smileId = null;
  expect((await player.checkDocument()).body).toMatchObject({ verified: true });
  expect(await jobsOf(player)).toMatchObject([{ status: "void" }, { status: "verified" }]);
});

it.each([
  ["no JSON", () => new Response("<html>")],
  ["another job's result", answering({ ResultCode: "1012", PartnerParams: { job_id: "another" } })],
  ["a job that exists", answering({ ResultCode: "2215" })],
  ["a server error", () => Response.json({ oops: true }, { status: 500 })],
])("believes nothing of %s: the job stays open and nobody is marked", async (_what, answer) => {
  const player = await Player.confirmed(providers);
  providers.smileId = answer;
  expect((await player.checkDocument()).status).toBe(503);
  expect(await jobsOf(player)).toMatchObject([{ status: "open", result_code: null }]);
  expect(await isVerified(player)).toEqual([false, false]);
});

it("gives one document to one account, however it is written, and asks nobody about a taken one", async () => {
  const first = await Player.confirmed(providers);
  expect((await first.checkDocument()).body).toMatchObject({ verified: true });
  const second = await Player.confirmed(providers);
  const calls = providers.callsTo(CHECK);
  for (const idNumber of [first.nationalId, `0${first.nationalId}`, ` ${first.nationalId} `]) {
    const refused = await second.checkDocument({ id_type: "NATIONAL_ID", id_number: idNumber });
    expect([refused.status, errorOf(refused).code]).toEqual([409, "NATIONAL_ID_TAKEN"]);
  }
  expect(providers.callsTo(CHECK)).toBe(calls);
  expect(await isVerified(second)).toEqual([false, false]);
});

it("lets one of two accounts win when both prove the same document at once", async () => {
  const nationalId = mintDocument();
  const players = [await Player.confirmed(providers), await Player.confirmed(providers)];
  const answers = await Promise.all(players.map((player) => player.checkDocument({ id_type: "NATIONAL_ID", id_number: nationalId })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const states = await Promise.all(players.map(isVerified));
  expect(states.map(([profile]) => profile).sort()).toEqual([false, true]);
});

it("finishes what a crash left after the claim, without another check", async () => {
  const player = await Player.confirmed(providers);
  expect((await player.checkDocument()).body).toMatchObject({ verified: true });
  const other = await Player.confirmed(providers);
  // What a crash leaves: the claim stands, wallet and profile know nothing.
  await env.DB_KE.prepare("UPDATE identity_document SET user_id = ? WHERE user_id = ?").bind(other.userId, player.userId).run();
  const calls = providers.callsTo(CHECK);
  expect((await other.checkDocument({ id_number: player.nationalId })).body).toMatchObject({ verified: true });
  expect(providers.callsTo(CHECK)).toBe(calls);
  expect(await isVerified(other)).toEqual([true, true]);
});

it("refuses documents that the tenant does not take, foreign ids and nobody, and calls no provider", async () => {
  const player = await Player.confirmed(providers);
  const calls = providers.callsTo(CHECK);
  const codeOf = async (body: Record<string, unknown>) => errorOf(await player.checkDocument(body)).code;
  expect(await codeOf({ id_type: "BVN", id_number: "12345678901" })).toBe("VALIDATION_FAILED");
  expect(await codeOf({ id_type: "NATIONAL_ID", id_number: "12-AB" })).toBe("VALIDATION_FAILED");
  expect(await codeOf({ id_type: "PASSPORT" })).toBe("VALIDATION_FAILED");
  expect(await codeOf({ user_id: "usr_somebody", id_type: "NATIONAL_ID", id_number: "12345678" })).toBe("NOT_FOUND");
  expect((await call("POST", "/api/kyc/verify-user", {})).status).toBe(401);
  expect(providers.callsTo(CHECK)).toBe(calls);
  expect(await jobsOf(player)).toEqual([]);
});

it("checks ten times a day and no more, however many ask at once", async () => {
  const player = await Player.confirmed(providers);
  providers.smileId = answering({ ResultCode: "1013" });
  const before = providers.callsTo(CHECK);
  const documents = Array.from({ length: 13 }, mintDocument);
  const checks = await Promise.all(documents.map((id_number) => player.checkDocument({ id_number })));
  expect(checks.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = checks.filter(({ status }) => status === 429);
  expect(refused.map((check) => errorOf(check).code)).toEqual(Array(3).fill("RATE_LIMIT_EXCEEDED"));
  expect(providers.callsTo(CHECK) - before).toBe(10);
  expect(await jobsOf(player)).toHaveLength(10);
});
