import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { createSmileId } from "./smile-id.ts";

const KEY = "8a1f4d2e-smile-test-api-key";
const settings = { platformUrl: "http://127.0.0.1:1", environment: { SMILE_ID_API_KEY: KEY, SMILE_ID_PARTNER_ID: "002" } };
type Simulator = ReturnType<typeof createSmileId>;

function post(simulator: Simulator, path: string, body: unknown): Promise<Response> | Response {
  const url = new URL(path, "http://sim.test");
  return simulator.handle(new Request(url, { method: "POST", body: JSON.stringify(body) }), url);
}

function signed(partnerId = "002", timestamp = new Date().toISOString(), key = KEY) {
  const signature = createHmac("sha256", key).update(`${timestamp}${partnerId}sid_request`).digest("base64");
  return { partner_id: partnerId, timestamp, signature };
}

function request(idNumber: string, fields: Record<string, unknown> = {}, jobId: string = crypto.randomUUID()) {
  return {
    ...signed(),
    partner_params: { user_id: "usr_1", job_id: jobId, job_type: 5 },
    country: "KE",
    id_type: "NATIONAL_ID",
    id_number: idNumber,
    first_name: "Wanjiru",
    middle_name: "",
    last_name: "Kamau",
    dob: "1990-01-15",
    ...fields,
  };
}

async function answer(simulator: Simulator, body: unknown): Promise<Record<string, unknown>> {
  return (await (await post(simulator, "/smile-id/v1/id_verification", body)).json()) as Record<string, unknown>;
}

it("echoes whoever asks as the register's record, in the provider's shape", async () => {
  expect(await answer(createSmileId(settings), request("12345678"))).toMatchObject({
    ResultCode: "1012",
    IsFinalResult: "true",
    Actions: { Verify_ID_Number: "Verified" },
    FullName: "WANJIRU  KAMAU",
    DOB: "1990-01-15",
    ExpirationDate: "NaN-NaN-NaN",
  });
});

it.each([
  ["12340000", "1013", "Not Available"],
  ["12341111", "1015", "Not Available"],
  ["12342222", "1012", "PETER OTHER PERSON"],
])("answers for number %s with %s", async (idNumber, code, name) => {
  expect(await answer(createSmileId(settings), request(idNumber))).toMatchObject({ ResultCode: code, FullName: name });
});

it("knows the sandbox's identities and the formats of documents", async () => {
  const simulator = createSmileId(settings);
  const ghost = { first_name: "Fatima", middle_name: "Bello", last_name: "Ghostwell" };
  expect(await answer(simulator, request("12345678", ghost))).toMatchObject({ ResultCode: "1013" });
  expect(await answer(simulator, request("12AB"))).toMatchObject({ ResultCode: "1014" });
  expect(await answer(simulator, request("12345678", { id_type: "BVN" }))).toMatchObject({ ResultCode: "1014" });
});

it("refuses every signature but the exact one", async () => {
  const simulator = createSmileId(settings);
  const wrong = [
    signed("2"),
    signed("002", new Date().toISOString(), "another key"),
    signed("002", "2020-01-01T00:00:00.000Z"),
    { ...signed(), timestamp: new Date(Date.now() - 1_000).toISOString() },
    { signature: undefined },
  ];
  for (const signature of wrong) expect(await answer(simulator, request("12345678", signature))).toMatchObject({ code: "2205" });
});

it("does a job once and tells its result afterwards", async () => {
  const simulator = createSmileId(settings);
  const body = request("12345678", {}, "kyc_1");
  await answer(simulator, body);
  expect(await answer(simulator, body)).toMatchObject({ code: "2215" });
  const status = async (jobId: string) =>
    (await post(simulator, "/smile-id/v1/job_status", { ...signed(), user_id: "usr_1", job_id: jobId, history: true })).json();
  expect(await status("kyc_1")).toMatchObject({ code: "2302", job_complete: true, result: { ResultCode: "1012" } });
  expect(await status("kyc_2")).toMatchObject({ code: "2304" });
});

it("obeys the behaviour set for a number; a time-out does the job and keeps silent", async () => {
  const simulator = createSmileId(settings);
  await post(simulator, "/sim/smile-id/behaviour", { id_number: "12345678", result: "other_dob" });
  expect(await answer(simulator, request("12345678"))).toMatchObject({ DOB: "1989-01-15" });
  await post(simulator, "/sim/smile-id/behaviour", { id_number: "12345678", result: "timeout" });
  const pending = answer(simulator, request("12345678", {}, "kyc_3"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  const status = await post(simulator, "/smile-id/v1/job_status", { ...signed(), user_id: "usr_1", job_id: "kyc_3" });
  expect(await status.json()).toMatchObject({ code: "2302", result: { ResultCode: "1012" } });
  simulator.stop();
  await pending;
  expect((await post(simulator, "/sim/smile-id/behaviour", { id_number: "1", result: "nonsense" })).status).toBe(400);
});
