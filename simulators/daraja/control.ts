/** The control side, for tests, people and the page's development panel: what phones do, open prompts, the ledger of simulated money. */
import { type Behaviour, behaviourSchema } from "./behaviour.ts";
import type { Phones, PromptAction } from "./phones.ts";
import type { Prompt, World } from "./world.ts";

const ACTIONS: readonly PromptAction[] = ["approve", "cancel", "wrong_pin", "timeout"];

export class DarajaControl {
  readonly #world: World;
  readonly #phones: Phones;

  constructor(world: World, phones: Phones) {
    this.#world = world;
    this.#phones = phones;
  }

  /** `path` is below `/sim/daraja`. */
  async handle(request: Request, path: string, query: URLSearchParams): Promise<Response> {
    const [area = "", id, verb] = path.split("/").filter((part) => part !== "");
    const route = `${request.method} ${area}`;
    if (route === "POST behaviour") return this.#setBehaviour(request);
    if (route === "GET ledger") return this.#ledger(msisdnOf(query));
    if (route === "GET prompts") return Response.json({ prompts: this.#world.openPrompts(msisdnOf(query)).map(presentPrompt) });
    if (route === "POST prompts" && id !== undefined) return this.#answerPrompt(id, request);
    if (route === "POST callbacks" && id !== undefined && verb === "resend") {
      return (await this.#phones.resend(id)) ? Response.json({ resent: true }) : notFound("no callback was made for this id");
    }
    return notFound("no such control");
  }

  async #setBehaviour(request: Request): Promise<Response> {
    const parsed = behaviourSchema.safeParse(await readJson(request));
    if (!parsed.success) return Response.json({ error: parsed.error.issues }, { status: 400 });
    const { msisdn, ...given } = parsed.data;
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Behaviour>;
    return Response.json({ msisdn: plain(msisdn), ...this.#world.setBehaviour(plain(msisdn), change) });
  }

  async #answerPrompt(id: string, request: Request): Promise<Response> {
    const prompt = this.#world.prompts.get(id);
    if (prompt === undefined) return notFound("no such prompt");
    const body = (await readJson(request)) as { readonly action?: unknown } | null;
    const action = ACTIONS.find((known) => known === body?.action);
    if (action === undefined) return Response.json({ error: `action is one of ${ACTIONS.join(", ")}` }, { status: 400 });
    if (prompt.outcome !== null) return Response.json({ error: "the prompt was answered already" }, { status: 409 });
    await this.#phones.answerPrompt(prompt, action);
    return Response.json({
      checkout_request_id: id,
      result_code: prompt.outcome === null ? null : (prompt.outcome as { code: unknown }).code,
    });
  }

  #ledger(msisdn: string | null): Response {
    const movements = this.#world.ledger.filter((movement) => msisdn === null || movement.msisdn === msisdn);
    const cents = (direction: "in" | "out") =>
      movements.filter((movement) => movement.direction === direction).reduce((total, { amount }) => total + Math.round(amount * 100), 0);
    return Response.json({ movements, total_in: cents("in") / 100, total_out: cents("out") / 100 });
  }
}

function presentPrompt(prompt: Prompt) {
  return {
    checkout_request_id: prompt.checkoutRequestId,
    msisdn: prompt.msisdn,
    amount: prompt.amount,
    account_reference: prompt.accountReference,
    description: prompt.description,
    created_at: new Date(prompt.createdAtMs).toISOString(),
  };
}

function msisdnOf(query: URLSearchParams): string | null {
  const msisdn = query.get("msisdn");
  return msisdn === null ? null : plain(msisdn);
}

/** Without a plus; a `+` in an address arrives as a space. */
function plain(msisdn: string): string {
  return msisdn.replace(/^[+ ]/, "");
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return null;
  }
}

function notFound(error: string): Response {
  return Response.json({ error }, { status: 404 });
}
