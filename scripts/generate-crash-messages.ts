/** Writes docs/crash-messages.md from an example of each frame. Usage: `node scripts/generate-crash-messages.ts [--check]`. */
import * as z from "zod";
import { SOCKET_FRAME_BYTES_MAX } from "../shared/kernel/limits.ts";
import { CLOSED_MOVED, CLOSED_REPLACED } from "../shared/protocol/ws/close-codes.ts";
import { crashClientFrame } from "../shared/protocol/ws/crash.ts";
import { CLIENT_FRAMES, type Example, LOUNGE_FRAMES, SERVER_FRAMES } from "./lib/crash-message-examples.ts";
import { writeGenerated } from "./lib/generated.ts";

/** A text frame's header, from the server: two bytes up to 125 of payload, four above. */
const wireBytes = (text: string) => text.length + (text.length < 126 ? 2 : 4);

/** What a lean spectator is sent in a minute of flight in which nothing happens. */
const QUIET_MINUTE_BYTES = 60 * wireBytes(JSON.stringify({ type: "beat", seq: SERVER_FRAMES.beat.frame.seq, elapsed_ms: 60_000 }));

const INTRODUCTION = `# Messages of the crash game

Made from the protocol's types and an example of each frame by \`scripts/generate-crash-messages.ts\`; do not edit. The code is
\`shared/protocol/ws/crash.ts\` and \`shared/protocol/ws/crash-lounge.ts\`, whose comments say what each field means.

Frames are JSON text in snake_case; amounts are major units, multipliers numbers with two decimals, times RFC 3339. Nothing that is sent
before a crash tells its point or its hash. Sizes are those of the example with its header on the wire, uncompressed.

Names are shown masked and only with the player's consent (\`PUT /api/v1/games/crash/shown-name\`); without it \`player\` and \`name\` are null, and
in countries whose law forbids it such a bet is not in a list at all, only in its counts.

## The table: \`GET /ws/games/{game_id}\`

Anyone may watch; a player brings a ticket (\`POST /api/v1/auth/ws-ticket\`) in the subprotocol \`mkeka-ticket.<ticket>\` or in an \`auth\` frame. Every
frame of the server has a \`seq\` that grows on each connection. The bare text \`ping\` is answered \`pong\`. With \`?form=lean\` a connection keeps
the state itself: a quiet minute of flight is ${QUIET_MINUTE_BYTES} bytes, and a spectator pays less than 6 KB a minute, which
\`test/workers/crash/crash-tables.test.ts\` measures over a long flight.

Of a player's connections a table keeps the newest few (\`socketsPerPlayer\` of the tenant); the oldest is closed with ${CLOSED_REPLACED}: don't
come back by yourself then, or two pages close each other for ever. ${CLOSED_MOVED} means that the table is not used any more: connect again.
`;

function section(frames: Readonly<Record<string, Example<unknown>>>): string {
  return Object.entries(frames)
    .map(([type, { when, frame }]) => {
      const text = JSON.stringify(frame);
      return `### \`${type}\`\n\n${when} ${wireBytes(text)} bytes.\n\n\`\`\`json\n${text}\n\`\`\`\n`;
    })
    .join("\n");
}

/** What a client may send, as the door parses it. */
function clientSchema(): string {
  const schema = z.toJSONSchema(crashClientFrame, { io: "input", unrepresentable: "any" });
  return JSON.stringify(schema, null, 1);
}

for (const [type, { frame }] of Object.entries(CLIENT_FRAMES))
  if (!crashClientFrame.safeParse(frame).success) throw new Error(`the door would refuse the example of ${type}`);

writeGenerated(
  "docs/crash-messages.md",
  `${INTRODUCTION}
## What a client sends

At most ${SOCKET_FRAME_BYTES_MAX} bytes a frame, and 50 frames in ten seconds.

${section(CLIENT_FRAMES)}
As JSON Schema, as the server parses it (\`action\` is taken for \`type\`, as older clients send it):

\`\`\`json
${clientSchema()}
\`\`\`

## What the table sends

${section(SERVER_FRAMES)}
## The lounge: \`GET /ws/games/{game_id}/chat\`

For players who are logged in, verified, at home and not excluded; the ticket is in the subprotocol. Only the server speaks: what a player
does goes over HTTP. The connection is closed with 4401 after five minutes (come back with a new ticket), and with 4403 at once when the
player has excluded themselves.

${section(LOUNGE_FRAMES)}`,
  "npm run docs:generate",
);
