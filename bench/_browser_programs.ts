/**
 * Programs in a browser whose size is held: bundled into one file, as who installs the package from npm has them, and
 * beside them what others publish for the same, by the same bundler.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { bundleForBrowsers, loadedAtOnce } from "../tools/shared/bundle.ts";

/** A program, and what it may weigh. */
export interface BrowserProgram {
  readonly name: string;
  /** Imports modules where a program names the package, of which its bundler leaves out what is not used (`sideEffects` in `package.json`). */
  readonly program: string;
  /** In bytes, minified and gzipped: what is reached, and a little more. */
  readonly most: number;
  /** What others publish for the same, by the package's name, and a program that imports it. */
  readonly beside?: readonly [name: string, program: string];
}

const PARSE = `export { parseMessage } from "./src/irc/wire/messages/message.ts";`;

export const BROWSER_PROGRAMS: readonly BrowserProgram[] = [
  {
    name: "TwitchClient",
    program: `export { TwitchClient } from "./src/twitch/client.ts";`,
    most: 38_800,
    beside: ["@twurple/chat", `export { ChatClient } from "@twurple/chat";`],
  },
  {
    name: "parseMessage, which parses any line",
    program: PARSE,
    most: 2_100,
    beside: ["tmi.js", `export { msg } from "tmi.js/lib/parser.js";`],
  },
  {
    name: "parseMessage and TwitchPrivmsgEvent, which read what people say",
    program: `${PARSE} export { TwitchPrivmsgEvent } from "./src/twitch/wire/events/privmsg.ts";`,
    most: 5_700,
  },
  {
    name: "parseMessage and typedMessage, which read all that Twitch sends",
    program: `${PARSE} export { typedMessage } from "./src/twitch/wire/message.ts";`,
    most: 8_200,
  },
];

/** How large a program is, and of what it is made. */
export interface Weight {
  /** In bytes, minified and gzipped. */
  readonly size: number;
  /** How much of that is of each room: of a module the share that it takes before. */
  readonly rooms: ReadonlyMap<string, number>;
}

/** Bundles a program and weighs it. */
export async function weigh(program: string): Promise<Weight> {
  const [main] = loadedAtOnce(await bundleForBrowsers(program, { minify: true, target: "es2022" }));
  const rooms = new Map<string, number>();
  if (main === undefined) return { size: 0, rooms };
  const size = gzipSync(main.contents, { level: 9 }).length;
  for (const [source, bytes] of main.bytesOf) {
    const room = source.replace(/^src\/(.*)\/[^/]+$/, "$1");
    rooms.set(room, (rooms.get(room) ?? 0) + bytes / main.contents.length * size);
  }
  return { size, rooms };
}
