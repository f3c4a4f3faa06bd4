/**
 * One contender of the parser benchmark, in a process of its own, on Deno, Bun or Node:
 *
 *     _irc_contender.ts <contender> <kind of lines> <seed> <warm-up> <lines>
 *
 * Prints one line of JSON.
 *
 * @module
 */
import process from "node:process";
import { parseMessage } from "../src/irc/wire/messages/message.ts";
import type { Run } from "./_harness.ts";
import { add, asDecoded, type LineKind, makeLines, TAGS } from "./_irc_lines.ts";
import { load } from "./_peers.ts";

/** Parses a line and reads the six tags, the nick (or the server's name) and the text, in this order. */
type Contender = (line: string, take: (value: string) => void) => void;

const [BADGES, COLOR, DISPLAY_NAME, ID, ROOM_ID, USER_ID] = TAGS;

/** Reads what parsers make of tags where they keep them in an object. Some make `true` of an empty one. */
function takeTags(tags: Readonly<Record<string, unknown>>, take: (value: string) => void): void {
  takeTag(tags[BADGES], take);
  takeTag(tags[COLOR], take);
  takeTag(tags[DISPLAY_NAME], take);
  takeTag(tags[ID], take);
  takeTag(tags[ROOM_ID], take);
  takeTag(tags[USER_ID], take);
}

function takeTag(value: unknown, take: (value: string) => void): void {
  take(typeof value === "string" ? value : "");
}

/** The nick of a source, for parsers that leave this to their users. */
function nickOf(prefix: string | null): string {
  if (prefix === null) return "";
  const end = prefix.indexOf("!");
  return end < 0 ? prefix : prefix.slice(0, end);
}

const contenders: Readonly<Record<string, () => Promise<Contender>>> = {
  "parley": () =>
    Promise.resolve((line, take) => {
      const message = parseMessage(line);
      take(message.tag(BADGES) ?? "");
      take(message.tag(COLOR) ?? "");
      take(message.tag(DISPLAY_NAME) ?? "");
      take(message.tag(ID) ?? "");
      take(message.tag(ROOM_ID) ?? "");
      take(message.tag(USER_ID) ?? "");
      take(message.source?.name ?? "");
      take(message.text);
    }),

  "irc-framework": async () => {
    const { default: parse } = await import("irc-framework/src/irclineparser.js");
    return (line, take) => {
      const { tags, nick, prefix, params } = parse(line);
      takeTags(tags, take);
      // A server has no nick.
      take(nick || prefix);
      take(params.at(-1) ?? "");
    };
  },

  "irc-message": () => {
    const { parse } = load<{ parse(line: string): Plain }>("irc-message");
    return Promise.resolve((line, take) => {
      const { tags, prefix, params } = parse(line);
      takeTags(tags, take);
      take(nickOf(prefix));
      take(params.at(-1) ?? "");
    });
  },

  "ircv3": async () => {
    const { parseMessage } = await import("ircv3");
    return (line, take) => {
      const message = parseMessage(line);
      take(message.tags.get(BADGES) ?? "");
      take(message.tags.get(COLOR) ?? "");
      take(message.tags.get(DISPLAY_NAME) ?? "");
      take(message.tags.get(ID) ?? "");
      take(message.tags.get(ROOM_ID) ?? "");
      take(message.tags.get(USER_ID) ?? "");
      take(message.prefix?.nick ?? "");
      // Its typed accessors parse again; the parameters as they stood are the cheapest way to the text.
      take(message.rawParamValues.at(-1) ?? "");
    };
  },

  "tekko": () => {
    const { parse } = load<{ parse(line: string): Tekko }>("tekko");
    return Promise.resolve((line, take) => {
      const { tags, prefix, params } = parse(line);
      takeTags(tags ?? {}, take);
      take(prefix?.name ?? "");
      take(params.at(-1) ?? "");
    });
  },

  "tmi.js": async () => {
    const { default: parser } = await import("tmi.js/lib/parser.js");
    return (line, take) => {
      const { tags, prefix, params } = parser.msg(line);
      takeTags(tags, take);
      take(nickOf(prefix));
      take(params.at(-1) ?? "");
    };
  },
};

/** A message as irc-message has it. */
interface Plain {
  readonly tags: Readonly<Record<string, unknown>>;
  readonly prefix: string | null;
  readonly params: readonly string[];
}

/** A message as tekko has it. */
interface Tekko {
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly prefix?: { readonly name: string };
  readonly params: readonly string[];
}

async function measure(
  name: string,
  kind: LineKind,
  seed: number,
  warmUp: number,
  count: number,
): Promise<Run> {
  const contender = await contenders[name]?.();
  if (contender === undefined) throw new Error(`There is no contender "${name}"`);
  const made = makeLines(seed, kind);
  for (const { line, values } of made) {
    const read: string[] = [];
    contender(line, (value) => void read.push(value));
    if (JSON.stringify(read) !== JSON.stringify(values)) {
      throw new Error(`${name} reads ${JSON.stringify(read)} of ${JSON.stringify(line)}`);
    }
  }
  const lines = asDecoded(made.map(({ line }) => line));
  let sum = 0;
  const take = (value: string) => void (sum = add(sum, value));
  const run = (times: number) => {
    for (let i = 0, index = 0; i < times; i++) {
      contender(lines[index] ?? "", take);
      if (++index === lines.length) index = 0;
    }
  };
  run(warmUp);
  sum = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  run(count);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { sum, seconds, cpuSeconds: (user + system) / 1_000_000 };
}

const [name = "", kind = "", seed = "", warmUp = "", count = ""] = process.argv.slice(2);
// The command line names one of LINE_KINDS; an unknown one fails in makeLines.
const result = await measure(name, kind as LineKind, Number(seed), Number(warmUp), Number(count));
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
