/** What services tell a client of a wallet's refusal; the same words go into socket frames. */
export { walletError } from "../../shared/protocol/http/wallet-error.ts";
