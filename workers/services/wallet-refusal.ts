/** What services tell a client of a wallet's refusal; the same words go into socket frames. */
export { amountError, walletError } from "../../shared/protocol/http/wallet-error.ts";
