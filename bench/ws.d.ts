/** As much of the `ws` package as the crash game's bench uses. */
declare module "ws" {
  export interface WebSocket {
    send(text: string): void;
    on(event: "close", listener: () => void): void;
  }
  export class WebSocketServer {
    constructor(options: { readonly host: string; readonly port: number; readonly perMessageDeflate: boolean });
    on(event: "connection", listener: (socket: WebSocket) => void): void;
    on(event: "listening", listener: () => void): void;
  }
}
