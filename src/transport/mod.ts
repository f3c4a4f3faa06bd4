/**
 * Opens real connections: WebSocket, TLS and TCP, by whatever means the runtime has. Anything else that can
 * do what `Dial` says takes its place.
 *
 * @example Speak to an IRC server by hand
 * ```ts
 * import { dialer } from "@parley/parley/transport";
 *
 * function greet(url: string): void {
 *   const link = dialer()({ url }, {
 *     opened: () => link.send("NICK parley\r\nUSER parley 0 * :parley\r\n"),
 *     receive: (data) => console.log(data),
 *     receiveBatch: (batch) => console.log(batch),
 *     closed: (info) => console.log(info.cause, info.reason),
 *   });
 * }
 * ```
 *
 * @module
 */
export * from "./dial.ts";
export * from "./options.ts";
