/** A plain Node server of the `ws` package that sends one text to all its sockets: what the table's broadcast is compared with. */
import { type WebSocket, WebSocketServer } from "ws";
import type { SendOrder } from "./crash-orders.ts";

const sockets = new Set<WebSocket>();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false });
server.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
  socket.send("{}");
});
server.on("listening", () => process.send?.("listening"));
process.on("message", ({ text }: SendOrder) => {
  for (const socket of sockets) socket.send(text);
});
