/**
 * Every error that a client can meet: a stable code, its HTTP status, a plain sentence, and what to do. docs/errors.md is generated
 * from this table. Details are named in the comment of the code that has any.
 */

type ErrorRow = readonly [status: number, message: string, remedy: string];

export const ERRORS = {
  VALIDATION_FAILED: [400, "The request is not as the API expects it.", "Correct the fields named in details.fields."],
  INVALID_AMOUNT: [400, "The amount is not valid.", "Send a positive number with at most two decimals, e.g. 250.50."],
  MALFORMED_JSON: [400, "The body is not valid JSON.", "Send one JSON object."],
  BODY_TOO_LARGE: [413, "The body is too large.", "Send at most 64 KB."],
  UNAUTHORIZED: [401, "You are not logged in, or your login has expired.", "Log in or refresh the access token."],
  INVALID_CREDENTIALS: [401, "What you logged in with is wrong.", "Check it and try again."],
  REFRESH_TOKEN_INVALID: [401, "The refresh token is not valid any more.", "Log in again."],
  FORBIDDEN: [403, "This is not allowed for your account.", "Contact support if you think it should be."],
  PHONE_NOT_VERIFIED: [403, "The phone number is not confirmed yet.", "Send the code from the SMS to /auth/verify."],
  USER_NOT_VERIFIED: [403, "Your identity is not verified yet.", "Verify your national id first."],
  UNDERAGE: [403, "You are not old enough to play.", "Registration opens at the age that details.minimum_age names."],
  SELF_EXCLUDED: [403, "You have excluded yourself from play.", "The exclusion ends at details.until; it can't be ended earlier."],
  LIMIT_REACHED: [403, "One of your limits is reached.", "details.which names it, details.until says when it frees."],
  ACCOUNT_LOCKED: [403, "Too many wrong attempts.", "Wait until details.until, then try again."],
  WALLET_FROZEN: [403, "Your wallet is frozen while we check it.", "Contact support."],
  GEO_BLOCKED: [451, "Mkeka is not offered where you are.", "Use it from a country where we hold a licence."],
  NOT_FOUND: [404, "There is nothing here.", "Check the address and the id."],
  METHOD_NOT_ALLOWED: [405, "This address does not take that method.", "See /docs."],
  PHONE_TAKEN: [409, "This phone number is registered already.", "Log in instead."],
  NATIONAL_ID_TAKEN: [409, "This identity document belongs to another account.", "Use your own account, or contact support."],
  CODE_INVALID: [400, "The code is wrong.", "Check the SMS; details.attempts_left says how many tries remain."],
  CODE_EXPIRED: [400, "The code has expired.", "Ask for a new one."],
  VERIFICATION_FAILED: [422, "The identity could not be verified.", "Check the number, the name and the date of birth, then try again."],
  VERIFICATION_UNAVAILABLE: [503, "The identity authority does not answer now.", "Try again in a few minutes."],
  INSUFFICIENT_BALANCE: [
    400,
    "Your balance is too low.",
    "details.required and details.available say by how much; deposit or lower the amount.",
  ],
  INVALID_BET: [400, "This bet can't be placed as it is.", "details.reason says why."],
  MARKET_CLOSED: [400, "A market of this bet is closed.", "Remove the selections named in details.selections."],
  MARKET_SUSPENDED: [409, "A market of this bet is suspended now.", "Try again when it reopens; details.selections names it."],
  ODDS_CHANGED: [409, "The odds have changed.", "details.changes has old and new odds; accept them and place again."],
  CORRELATED_SELECTIONS: [
    400,
    "Two selections of this bet depend on each other.",
    "Keep one selection of each match; details.pairs names them. With details.bet_builder they can be bet as one selection.",
  ],
  BOOST_REFUSED: [
    409,
    "This boost can't be used for this bet.",
    "details.reason says why: unknown (or not in force), bet_type, free_bet, live, not_covered, odds, or stake (details.max); of one that players are given, not_granted, grant_expired or used_up.",
  ],
  EACH_WAY_REFUSED: [
    409,
    "This bet can't be placed each way.",
    "details.reason says why: free_bet, insured, boosted, bet_builder, live, no_terms (details.selections have no places), or terms_changed (details.selections have others than were seen: ask for a quote).",
  ],
  INSURANCE_REFUSED: [
    409,
    "This bet can't be insured as asked.",
    "details.reason says why: not_offered, bet_type, free_bet, live, boosted, selections (details.min), odds, no_chances, no_price, or odds_changed (details.odds).",
  ],
  FREE_BET_REFUSED: [
    409,
    "This free bet can't be used for this bet.",
    "details.reason says why: unknown, used, expired, amount (it is staked whole), bet_type, selections, sport or odds.",
  ],
  PROMOTION_REFUSED: [
    409,
    "This promotion can't be given.",
    "details.reason says why: unknown_campaign, amount (details.min and max), budget_spent, deposit (it can't be matched), another (one bonus at a time), or ended.",
  ],
  CHAT_REFUSED: [
    409,
    "This can't be done in the chat.",
    "details.reason says why: empty, too_long (details.max), link, phone_number, payment_code, silenced (details.until), or too_many.",
  ],
  RAIN_REFUSED: [
    409,
    "This rain can't be started or claimed.",
    "details.reason says why: rain_runs (details.rain_id), rain_over, or not_present (open the chat first).",
  ],
  STAKE_TOO_LOW: [400, "The stake is below the minimum.", "Stake at least details.min."],
  STAKE_TOO_HIGH: [400, "The stake is above the maximum.", "Stake at most details.max."],
  AMOUNT_TOO_LOW: [400, "The amount is below the minimum.", "Use at least details.min."],
  AMOUNT_TOO_HIGH: [400, "The amount is above the maximum.", "Use at most details.max."],
  OFFER_EXPIRED: [409, "The prices were held too long.", "Place the bet again."],
  SCORE_CHANGED: [409, "The score changed while the bet was checked.", "Look at the new odds and place again."],
  DECISION_TIMEOUT: [503, "The bet could not be checked in time; its stake is yours again.", "Place the bet again."],
  IDEMPOTENCY_CONFLICT: [409, "This Idempotency-Key was used for another request.", "Use a new key for a new request."],
  PAYMENT_METHOD_UNAVAILABLE: [400, "This payment method is not available here.", "Use one of details.methods."],
  PROVIDER_REFUSED: [502, "The payment provider refused the request.", "Check the phone number, or try again in a minute."],
  PROVIDER_TIMEOUT: [
    504,
    "The provider did not answer in time.",
    "Look at the status before you try again: the request may have gone through.",
  ],
  MPESA_TIMEOUT: [504, "M-Pesa did not answer in time.", "Look at the deposit's status before you try again."],
  GAME_NOT_ACTIVE: [400, "The game does not take this now.", "Wait for the next round."],
  SLOT_TAKEN: [409, "You have a bet in this slot already.", "Use the other slot, or the next round."],
  CASH_OUT_TOO_LATE: [409, "Too late: the round has crashed.", "Set an automatic cash-out next time."],
  LEDGER_REFUSED: [409, "The ledger does not permit this entry.", "details.reason says which rule, and details.account where."],
  BET_NOT_ACTIVE: [409, "This bet is not running.", "details.status says how it ended."],
  CASH_OUT_CLOSED: [409, "This bet can't be cashed out.", "details.reason says why."],
  CASH_OUT_SUSPENDED: [409, "Cash-out of this bet is suspended now.", "Try again in a moment: details.reason says what it waits for."],
  CASH_OUT_CHANGED: [409, "The cash-out offer has changed.", "details.offer has the new one; accept it and try again."],
  CASH_OUT_PENDING: [409, "A cash-out of this bet is being decided.", "Read the request in details.request_id, and try again after it."],
  EDIT_CLOSED: [409, "This bet can't be edited.", "details.reason says why."],
  EDIT_CHANGED: [409, "The bet's value or a price has changed.", "details.quote has the new quote; confirm that one."],
  TRADING_REFUSED: [
    409,
    "The order can't be carried out.",
    "details.reason says why: suspend the market first, preview again, or let another operator approve.",
  ],
  TRADING_OUT_OF_BOUNDS: [400, "The value is outside what may be set.", "details names the field and its bounds."],
  SALT_FIXED: [409, "This chain's salt is fixed already.", "It can't be changed: that is what makes the game fair."],
  CHAIN_REFUSED: [
    409,
    "The chain or its salt can't be taken like this.",
    "details.reason says why: another statement or source than announced, a broken page, one out of turn, or the same person twice.",
  ],
  RATE_LIMIT_EXCEEDED: [429, "Too many requests.", "Wait for the seconds in Retry-After."],
  SIGNATURE_INVALID: [401, "The message's signature is not valid.", "Sign it with the feed's secret."],
  OVERLOADED: [503, "This is busy now.", "Try again in a second with the same Idempotency-Key."],
  INTERNAL_ERROR: [
    500,
    "Something went wrong on our side.",
    "Try again with the same Idempotency-Key; tell support the request_id if it stays.",
  ],
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface ErrorBody {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly details: Record<string, unknown>;
    readonly request_id: string;
    readonly timestamp: string;
  };
}
