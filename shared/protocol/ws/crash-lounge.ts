/**
 * Frames of `GET /ws/games/{game_id}/chat`: JSON text, snake_case. The server speaks and the client listens; what a player does goes
 * over HTTP, where each request has its answer. The text `ping` is answered `pong` without waking anything. The socket is for players
 * who are logged in, verified and not excluded; its ticket is in the subprotocol.
 */

/** Set by the Worker on the upgrade that it hands to a lounge: who comes, whatever the client sent under this name. */
export const PLAYER_HEADER = "X-Mkeka-Player";

export interface ChatMessageFrame {
  readonly message_id: string;
  /** Names the author here only; mute by it. */
  readonly author: string;
  /** Masked, and only with the player's consent; null otherwise. */
  readonly name: string | null;
  readonly text: string;
  readonly sent_at: string;
}

export interface RainFrame {
  readonly rain_id: string;
  readonly state: "OPEN" | "DRAWN" | "SETTLED";
  /** Of one free bet. */
  readonly amount: number;
  readonly shares: number;
  readonly claims: number;
  readonly ends_at: string;
  /** SHA-256 of "rain:" and the seed. */
  readonly commitment: string;
  /** Shown with the draw: the claims in the order of SHA-256 of "<seed>:<author>", the first `shares` get one. */
  readonly seed: string | null;
  readonly drawn: number;
}

export type LoungeServerFrame =
  /** First frame of a connection: the newest messages, oldest first, and the rain that runs. */
  | {
      readonly type: "history";
      readonly messages: readonly ChatMessageFrame[];
      readonly rain: RainFrame | null;
      readonly server_time: string;
    }
  /** What was written since the last such frame. */
  | { readonly type: "messages"; readonly messages: readonly ChatMessageFrame[] }
  /** An author's consent to be shown has changed: all that this author wrote is called so from now on. */
  | { readonly type: "renamed"; readonly author: string; readonly name: string | null }
  | { readonly type: "deleted"; readonly message_id: string }
  /** On its start, its draw, and when all shares are given; `yours` from the draw on: whether this player has one. */
  | { readonly type: "rain"; readonly rain: RainFrame; readonly yours: boolean | null };
