import { DurableObject } from "cloudflare:workers";

export class PaymentIntent extends DurableObject<Cloudflare.Env> {}
