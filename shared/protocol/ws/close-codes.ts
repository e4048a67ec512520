/** Codes with which a crash table closes a connection, for both ends; apart from the frames, so that a page carries no parser for them. */

/** The connection's table is not used any more: connect again at once. */
export const CLOSED_MOVED = 4_001;
/** The player has opened newer connections than a table keeps: come back only when they ask for it. */
export const CLOSED_REPLACED = 4_002;
