/**
 * Programs in a browser whose size is held, by what they import. They import modules where a program names the package, of
 * which its bundler leaves out what is not used (`sideEffects` in `package.json`).
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { bundle, loadedAtOnce } from "../tools/bundle.ts";

/** A program, and what it may weigh. */
export interface BrowserProgram {
  readonly name: string;
  readonly program: string;
  /** In bytes, minified and gzipped: what is reached, and a little more. */
  readonly most: number;
}

export const BROWSER_PROGRAMS: readonly BrowserProgram[] = [
  {
    name: "TwitchClient",
    // With what a browser loads to dial.
    program:
      `export { TwitchClient } from "./src/twitch/client.ts"; export * from "./src/transport/websocket.ts";`,
    most: 46_400,
  },
  {
    name: "Twitch's messages, without a client",
    program:
      `export { parseMessage } from "./src/irc/wire/messages/message.ts"; export { typedMessage } from "./src/twitch/wire/message.ts";`,
    most: 8_300,
  },
];

/** How large a program is, minified and gzipped, and how much of that is of each room: of a module what it takes before. */
export function weigh(
  program: string,
): { readonly size: number; readonly rooms: ReadonlyMap<string, number> } {
  const files = loadedAtOnce(bundle(program, { splitting: true, minify: true, target: "es2022" }));
  const rooms = new Map<string, number>();
  let size = 0;
  for (const { contents, bytesOf } of files) {
    const gzipped = gzipSync(contents, { level: 9 }).length;
    size += gzipped;
    for (const [source, bytes] of bytesOf) {
      const room = source.replace(/^src\/(.*)\/[^/]+$/, "$1");
      rooms.set(room, (rooms.get(room) ?? 0) + bytes / contents.length * gzipped);
    }
  }
  return { size, rooms };
}
