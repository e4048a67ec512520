/** Secret of the test operator's one-time codes. */
export const TEST_TOTP_SECRET = "ab".repeat(20);
