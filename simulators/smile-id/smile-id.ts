/**
 * Smile ID for development and tests: Enhanced KYC (V1, synchronous) and job status as they are on the wire, with signatures checked.
 *
 * Wire: `POST /smile-id/v1/id_verification`, `POST /smile-id/v1/job_status`. Control: `POST /sim/smile-id/behaviour {id_number, result}`
 * sets what the register answers for a number (null ends it). `timeout` does the job, and answers later than any client waits.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isCountry, tenantOf } from "../../shared/tenants/index.ts";
import type { Simulator, SimulatorSettings } from "../simulator.ts";
import { BEHAVIOURS, type Behaviour, behaviourOf, lookUp, type Question, type RegisterAnswer } from "./register.ts";

type Json = Record<string, unknown>;

interface Job {
  readonly smileJobId: string;
  readonly params: Json;
  readonly request: Json;
  readonly answer: RegisterAnswer;
}

const JOBS_MAX = 5_000;
const BEHAVIOURS_MAX = 1_000;
const ENHANCED_KYC = 5;
/** Longer than any client of ours waits. */
const TIMEOUT_MS = 60_000;
/** How old a signature may be. */
const SIGNATURE_AGE_MS_MAX = 15 * 60_000;

export function createSmileId(settings: SimulatorSettings): Simulator {
  return new SmileId(settings.environment);
}

class SmileId implements Simulator {
  readonly name = "smile-id";
  readonly #apiKey: string;
  readonly #partnerId: string;
  readonly #jobs = new Map<string, Job>();
  readonly #behaviours = new Map<string, Behaviour>();
  readonly #waiting = new Set<() => void>();

  constructor(environment: SimulatorSettings["environment"]) {
    this.#apiKey = environment.SMILE_ID_API_KEY ?? "";
    this.#partnerId = environment.SMILE_ID_PARTNER_ID ?? "";
  }

  handle(request: Request, url: URL): Promise<Response> | Response {
    const call = `${request.method} ${url.pathname}`;
    if (call === "POST /smile-id/v1/id_verification") return this.#verify(request);
    if (call === "POST /smile-id/v1/job_status") return this.#status(request);
    if (call === "POST /sim/smile-id/behaviour") return this.#behave(request);
    return Response.json({ error: "not found" }, { status: 404 });
  }

  stop(): void {
    for (const end of [...this.#waiting]) end();
    this.#jobs.clear();
    this.#behaviours.clear();
  }

  #isSigned(body: Json): boolean {
    const { timestamp, signature, partner_id: partner } = body;
    if (typeof timestamp !== "string" || typeof signature !== "string" || partner !== this.#partnerId) return false;
    const ageMs = Math.abs(Date.now() - Date.parse(timestamp));
    return ageMs <= SIGNATURE_AGE_MS_MAX && isSame(signature, this.#sign(timestamp));
  }

  async #verify(request: Request): Promise<Response> {
    const body = await jsonOf(request);
    if (body === null) return failure("2213", "The request body is not valid JSON.", 400);
    if (!this.#isSigned(body)) return failure("2205", "You are not authorized to do that.", 401);
    const missing = ["country", "id_type", "id_number", "partner_params"].find((name) => body[name] === undefined);
    if (missing !== undefined) return failure("2213", `Missing parameter: ${missing}`, 400);
    const params = body.partner_params as Json;
    const jobId = String(params.job_id ?? "");
    if (params.job_type !== ENHANCED_KYC || jobId === "" || params.user_id === undefined)
      return failure("2213", "partner_params need user_id, job_id and job_type 5", 400);
    if (this.#jobs.has(jobId)) return failure("2215", "Job already exists", 400);

    const question = questionIn(body);
    const behaviour = behaviourOf(this.#behaviours, question.idNumber);
    const answer = isValidDocument(body) ? lookUp(question, behaviour) : INVALID_DOCUMENT;
    const job = { smileJobId: String(this.#jobs.size + 1).padStart(10, "0"), params, request: body, answer };
    this.#jobs.set(jobId, job);
    if (this.#jobs.size > JOBS_MAX) this.#jobs.delete(this.#jobs.keys().next().value ?? "");
    if (behaviour === "timeout") await this.#silence();
    return Response.json({ ...resultOf(job), ...this.#signed() });
  }

  async #status(request: Request): Promise<Response> {
    const body = await jsonOf(request);
    if (body === null || !this.#isSigned(body)) return failure("2205", "You are not authorized to do that.", 401);
    const job = this.#jobs.get(String(body.job_id ?? ""));
    if (job === undefined || job.params.user_id !== body.user_id) return failure("2304", "No such job found", 404);
    const result = resultOf(job);
    const history = body.history === true ? { history: [result] } : {};
    return Response.json({
      ...this.#signed(),
      job_complete: true,
      job_success: job.answer.resultCode === "1012",
      result,
      ...history,
      code: "2302",
    });
  }

  async #behave(request: Request): Promise<Response> {
    const body = await jsonOf(request);
    const idNumber = body?.id_number;
    const result = BEHAVIOURS.find((known) => known === body?.result);
    if (typeof idNumber !== "string" || (result === undefined && body?.result !== null))
      return Response.json({ error: `id_number is text, result null or one of ${BEHAVIOURS.join(", ")}` }, { status: 400 });
    if (result === undefined) this.#behaviours.delete(idNumber);
    else this.#behaviours.set(idNumber, result);
    if (this.#behaviours.size > BEHAVIOURS_MAX) this.#behaviours.clear();
    return Response.json({ id_number: idNumber, result: result ?? null });
  }

  /** Waits longer than clients do, or until the simulators stop. */
  #silence(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, TIMEOUT_MS);
      this.#waiting.add(end);
    });
  }

  #sign(timestamp: string): string {
    return createHmac("sha256", this.#apiKey).update(`${timestamp}${this.#partnerId}sid_request`).digest("base64");
  }

  #signed(): { readonly signature: string; readonly timestamp: string } {
    const timestamp = new Date().toISOString();
    return { signature: this.#sign(timestamp), timestamp };
  }
}

const INVALID_DOCUMENT: RegisterAnswer = {
  resultCode: "1014",
  resultText: "Unsupported ID Type or Format",
  fullName: null,
  dateOfBirth: null,
};

/** The provider's answer, with its texts for booleans and for what is absent. */
function resultOf({ smileJobId, params, request, answer }: Job): Json {
  const isFound = answer.resultCode === "1012";
  return {
    JSONVersion: "1.0.0",
    SmileJobID: smileJobId,
    PartnerParams: params,
    ResultType: "ID Verification",
    ResultText: answer.resultText,
    ResultCode: answer.resultCode,
    IsFinalResult: "true",
    Actions: {
      Verify_ID_Number: isFound ? "Verified" : answer.resultCode === "1015" ? "Issuer Unavailable" : "Not Verified",
      Return_Personal_Info: isFound ? "Returned" : "Not Returned",
    },
    Country: request.country,
    IDType: request.id_type,
    IDNumber: request.id_number,
    ExpirationDate: "NaN-NaN-NaN",
    FullName: answer.fullName ?? "Not Available",
    DOB: answer.dateOfBirth ?? "NaN-NaN-NaN",
    Photo: "Not Available",
  };
}

function questionIn(body: Json): Question {
  const text = (name: string) => (typeof body[name] === "string" ? (body[name] as string).trim() : "");
  return {
    idNumber: text("id_number"),
    firstName: text("first_name"),
    middleName: text("middle_name"),
    lastName: text("last_name"),
    dateOfBirth: text("dob"),
  };
}

function isValidDocument(body: Json): boolean {
  if (!isCountry(body.country)) return false;
  const type = tenantOf(body.country).idTypes.find(({ idType }) => idType === body.id_type);
  return type !== undefined && new RegExp(type.pattern).test(String(body.id_number));
}

async function jsonOf(request: Request): Promise<Json | null> {
  try {
    const value: unknown = await request.json();
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    // A body that is not JSON gets the provider's own error from the caller.
    return null;
  }
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

function failure(code: string, error: string, status: number): Response {
  return Response.json({ code, error }, { status });
}
