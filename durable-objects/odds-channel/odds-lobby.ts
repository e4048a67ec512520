import { DurableObject } from "cloudflare:workers";

export class OddsLobby extends DurableObject<Cloudflare.Env> {}
