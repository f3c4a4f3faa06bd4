import { isReply } from "./command_answers.ts";
import { COMMANDS, type KnownCommand } from "../commands/command_table.ts";
import type { Isupport } from "../support/isupport.ts";
import type { IrcMessage } from "../messages/message.ts";
import { numericName } from "../events/numerics.ts";

/**
 * What ends a command. Each end is a numeric or a command, and what its parameters are, in order and behind our nick:
 * the names of the command's own in {@linkcode COMMANDS}, in the singular, of which they must repeat one; `command`, the
 * command itself; `letter`, one of a MODE's; or `*`, anything. What is not named may be anything, too. A command ends
 * a command only if it comes from us.
 */
interface CommandEnds {
  /** The parameters each value of which is answered for itself. */
  readonly each?: readonly string[];
  /** What says that it was done. */
  readonly done?: readonly string[];
  /** What refuses it. */
  readonly refused?: readonly string[];
  /** Of all those, what another end still follows. */
  readonly more?: readonly string[];
  /** The batches whose end says that it was done, and what goes with their types. */
  readonly batches?: readonly string[];
}

const TEXT: CommandEnds = {
  each: ["target"],
  refused: [
    "401 target",
    "402 target",
    "403 target",
    "404 target",
    "405 target",
    "407 target",
    "408 target",
    "411",
    "412",
    "413 target",
    "414 target",
    "415 target",
    "439 target",
    "477 target",
    "486 target",
    "489 target",
    "492 target",
    "494 target",
    "531 target",
    "707 target",
    "716 target",
    "742 target",
    "936 target",
  ],
};

/** A text of several lines, whose target is all that goes with its type. */
const MULTILINE: CommandEnds = {
  batches: ["draft/multiline parameter"],
  refused: TEXT.refused?.map((end) => end.replace("target", "parameter")) ?? [],
};

/** What ends any command. */
const ANY: CommandEnds = {
  refused: ["263 command", "400 command", "417", "421 command", "461 command"],
};

/**
 * The commands and what ends each. FAIL ends any command that it names, whatever its code.
 * ([RFC 2812 section 5](https://www.rfc-editor.org/rfc/rfc2812#section-5),
 * [Modern IRC, numerics](https://modern.ircdocs.horse/#numerics), what InspIRCd, solanum, UnrealIRCd and ircu send)
 */
export const COMMAND_ENDS: Readonly<Record<string, CommandEnds>> = {
  ADMIN: { done: ["259"], refused: ["402 target", "423"] },
  AWAY: { done: ["305", "306"], refused: ["429"] },
  BATCH: MULTILINE,
  CAP: { done: ["CAP"], refused: ["410 subcommand"] },
  CHATHISTORY: {
    batches: ["chathistory target", "draft/chathistory-targets"],
    refused: ["403 target", "442 target"],
  },
  CONNECT: { refused: ["402 *", "481", "723"] },
  DIE: { refused: ["481", "723"] },
  INFO: { done: ["374"], refused: ["402 target"] },
  INVITE: {
    done: ["341 nick channel", "341 channel nick"],
    refused: [
      "401 nick",
      "403 channel",
      "442 channel",
      "443 nick channel",
      "473 channel",
      "482 channel",
      "485 channel",
      "518 channel",
      "518",
      "707 nick",
      "716 nick",
    ],
  },
  ISON: { done: ["303"] },
  ISUPPORT: { done: ["005"], batches: ["draft/isupport"] },
  JOIN: {
    each: ["channel"],
    // Who comes in is told the topic and the names, which nobody has asked for.
    done: ["JOIN channel", "332 channel", "366 channel"],
    more: ["JOIN", "332"],
    refused: [
      "403 channel",
      "405 channel",
      "407 channel",
      "437 channel",
      "439 channel",
      "448 channel",
      "471 channel",
      "473 channel",
      "474 channel",
      "475 channel",
      "476 channel",
      "477 channel",
      "479 channel",
      "480 channel",
      "489 channel",
      "490 channel",
      "495 channel",
      "500 channel",
      "519 channel",
      "520 channel",
      "926 channel",
    ],
  },
  KICK: {
    each: ["channel", "nick"],
    done: ["KICK channel nick"],
    refused: [
      "401 nick",
      "403 channel",
      "441 nick channel",
      "442 channel",
      "460 *",
      "476 channel",
      "482 channel",
      "484 nick channel",
      "484 channel",
      "485 *",
      "492",
      "499 channel",
      "972 *",
    ],
  },
  KILL: { refused: ["401 nick", "402 nick", "481", "483", "723"] },
  KNOCK: {
    done: ["711 *"],
    refused: ["401 *", "403 *", "471 *", "474 *", "480 *", "712 *", "713 *", "714 *", "715"],
  },
  LINKS: { done: ["365"], refused: ["402 *"] },
  LIST: { done: ["323"], refused: ["402 target", "416 command", "521"] },
  LUSERS: { done: ["266"], refused: ["402 target"] },
  MARKREAD: { done: ["MARKREAD target"] },
  MODE: {
    done: [
      "MODE target letter",
      "221",
      "324 target",
      "347 target",
      "349 target",
      "368 target",
      "729 target",
    ],
    refused: [
      "401 argument",
      "401 target",
      "403 argument",
      "403 target",
      "441 argument target",
      "442 target",
      "460 *",
      "467 target",
      "472 letter",
      "476 target",
      "477 target",
      "478 target",
      "479 target",
      "481",
      "482 target",
      "484 *",
      "485 *",
      "499 target",
      "501",
      "502",
      "525 target",
      "690",
      "691 target",
      "696 target letter",
      "697 target",
      "698 target",
      "742 target",
      "743 target",
      "972 *",
      "974 letter",
    ],
  },
  MONITOR: { done: ["730 nick", "731 nick", "733"], refused: ["734 * nick"] },
  MOTD: { done: ["376", "422"], refused: ["402 target"] },
  NAMES: { each: ["channel"], done: ["366 channel"], refused: ["402 target", "403 channel", "416 command"] },
  NICK: {
    done: ["NICK nick"],
    refused: [
      "430",
      "431",
      "432 nick",
      "433 nick",
      "435 nick",
      "436 nick",
      "437 *",
      "438 nick",
      "438 * nick",
      "447 *",
      "447",
      "484",
    ],
  },
  NOTICE: { ...TEXT, done: ["NOTICE target"] },
  OPER: { done: ["381"], refused: ["464", "491"] },
  PART: {
    each: ["channel"],
    done: ["PART channel"],
    refused: ["403 channel", "442 channel"],
  },
  PASS: { refused: ["462"] },
  PING: { done: ["PONG"], refused: ["402 target", "409"] },
  PRIVMSG: { ...TEXT, done: ["PRIVMSG target", "301 target"] },
  REDACT: {
    done: ["REDACT target id"],
    refused: ["401 target", "403 target", "404 target", "442 target", "482 target"],
  },
  REGISTER: { done: ["REGISTER"] },
  REHASH: { done: ["382"], refused: ["481", "723"] },
  // Who has not agreed on it is told by a PART and a JOIN.
  RENAME: {
    done: ["RENAME channel name", "JOIN name"],
    refused: ["403 channel", "442 channel", "476 name", "482 channel"],
  },
  RESTART: { refused: ["481", "723"] },
  SERVICE: { done: ["383"], refused: ["432 nick", "433 nick", "462"] },
  SERVLIST: { done: ["235"] },
  SETNAME: { done: ["SETNAME"] },
  SQUERY: { refused: ["401 service", "402 service", "408 service"] },
  SQUIT: { refused: ["402 server", "481", "723"] },
  STATS: { done: ["219"], refused: ["402 target", "481", "723"] },
  SUMMON: { done: ["342 *"], refused: ["401 user", "402 target", "424", "444 user", "445"] },
  TAGMSG: { ...TEXT, done: ["TAGMSG target"] },
  TIME: { done: ["391"], refused: ["402 target"] },
  TOPIC: {
    done: ["TOPIC channel", "331 channel", "332 channel"],
    refused: [
      "403 channel",
      "442 channel",
      "460 *",
      "476 channel",
      "477 channel",
      "482 channel",
      "499 channel",
      "744 channel",
    ],
  },
  TRACE: { done: ["262"], refused: ["402 target"] },
  USER: { refused: ["462"] },
  USERHOST: { done: ["302"] },
  USERS: { done: ["394", "395"], refused: ["402 target", "424", "446"] },
  VERIFY: { done: ["VERIFY"] },
  VERSION: { done: ["351"], refused: ["402 target"] },
  WALLOPS: { done: ["WALLOPS"], refused: ["481", "723"] },
  WHO: {
    done: ["315 mask", "315"],
    refused: ["401 mask", "402 mask", "403 mask", "416 command", "522", "523"],
  },
  WHOIS: {
    done: ["318 mask", "318"],
    refused: ["401 mask", "402 *", "431"],
    more: ["401"],
  },
  WHOWAS: { done: ["369 nick", "369"], refused: ["402 target", "406 nick", "431"], more: ["406"] },
};

/** What is said back by a server, and not in our own name. */
const FROM_SERVER: ReadonlySet<string> = new Set(["CAP", "MARKREAD", "PONG", "REGISTER", "VERIFY"]);
/** What comes back to who has said it with `echo-message` alone. */
const ECHOED: ReadonlySet<string> = new Set(["BATCH", "NOTICE", "PRIVMSG", "REDACT", "TAGMSG"]);

/** What ERR_LINKCHANNEL and such say is no refusal: what was asked for comes about in another way. */
const NO_ERRORS: ReadonlySet<string> = new Set(["422", "470"]);

interface End {
  readonly outcome: "done" | "refused";
  readonly roles: readonly string[];
  readonly more: boolean;
  /** Whether it says what it is about: what does not says it of the oldest command. */
  readonly exact: boolean;
}

/** The ends by command, and then by what ends it. */
const ENDS: ReadonlyMap<string, ReadonlyMap<string, readonly End[]>> = new Map(
  [...Object.entries(COMMAND_ENDS), ["", {}] as const].map(([command, ends]) => [command, endsOf(ends)]),
);
/** Every numeric and command that ends one. */
const ENDING: ReadonlySet<string> = new Set([...ENDS.values()].flatMap((ends) => [...ends.keys()]));

function endsOf({ done = [], refused = [], more = [] }: CommandEnds): ReadonlyMap<string, readonly End[]> {
  const ends = new Map<string, End[]>();
  const add = (text: string, outcome: End["outcome"]) => {
    const [by = "", ...roles] = text.split(" ");
    const exact = roles.length > 0 && !roles.includes("*");
    ends.set(by, [...ends.get(by) ?? [], { outcome, roles, more: more.includes(by), exact }]);
  };
  for (const text of done) add(text, "done");
  for (const text of [...refused, ...ANY.refused ?? []]) add(text, "refused");
  return ends;
}

/** What one answer is about: the values of a command's parameters, by name, any of which it may repeat. */
export type CommandPart = ReadonlyMap<string, readonly string[]>;

/** How a message ends a part of a command. */
export interface PartEnd {
  readonly outcome: "done" | "refused";
  /** Whether it says what it is about. */
  readonly exact: boolean;
  /** Whether another end still follows. */
  readonly more: boolean;
}

/** How names are compared, and which are ours. */
export interface EndContext {
  /** Whether two names are the same. */
  readonly isSame: (a: string, b: string) => boolean;
  /** Whether a nick is ours. */
  readonly isOwn: (nick: string | undefined) => boolean;
}

/** Whether a message may end a command at all. */
export function mayEnd({ command }: IrcMessage): boolean {
  return ENDING.has(command) || isError(command);
}

/** What the numerics begin with that reply. */
const REPLY = "0123";

/** Whether a numeric, or a FAIL, is an error. */
export function isError(command: string): boolean {
  if (NO_ERRORS.has(command)) return false;
  // Most of what comes is none, and a letter tells that.
  if (REPLY.includes(command.charAt(0))) return command === "263";
  return /^(?:[45]\d\d|FAIL|716)$/.test(command) || numericName(command)?.startsWith("ERR_") === true;
}

/** Whether a command is done by what one of these says, and needs no other proof. `echoes`: what we say comes back. */
export function hasEnd(command: string, echoes: boolean): boolean {
  if (ECHOED.has(command)) return echoes;
  const { done, batches } = COMMAND_ENDS[command] ?? {};
  return done !== undefined || batches !== undefined;
}

/** The parts of a line that goes to the server, each of which is answered for itself. */
export function partsOf(message: IrcMessage, isupport: Isupport): readonly CommandPart[] {
  const { command, params } = message;
  const values = new Map<string, readonly string[]>([["command", [command]], ["", params]]);
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as KnownCommand].split(" ") : [];
  known.forEach((parameter, index) => {
    const [, name = "", kind] = /^:?([a-z0-9]+)([,*]?)\??$/.exec(parameter) ?? [];
    const value = params[index];
    if (name === "" || value === undefined) return;
    const words = kind === "*" ? params.slice(index) : kind === "," ? value.split(",") : [value];
    values.set(kind ? name.replace(/s$/, "") : name, words);
  });
  if (command === "MODE") values.set("letter", [...params[1]?.replace(/[-+]/g, "") ?? ""]);
  const whole = [...values.get("mask") ?? []];
  if (whole.length > 1) values.set("mask", [...whole, whole.join(",")]);
  if (command === "WHOIS" && params.length === 1) {
    values.set("mask", [...params[0]?.split(",") ?? [], params[0] ?? ""]);
  }
  const { each = [] } = COMMAND_ENDS[command] ?? {};
  const most = Math.max(1, ...each.map((name) => values.get(name)?.length ?? 0));
  return Array.from({ length: most }, (_, index) => {
    const part = new Map(values);
    for (const name of each) {
      const list = values.get(name) ?? [];
      const value = list[list.length === 1 ? 0 : index];
      part.set(name, value === undefined ? [] : name === "target" ? targetNames(value, isupport) : [value]);
    }
    return part;
  });
}

/** How a message ends a part of a command that was sent; undefined: it does not. */
export function endOf(
  command: string,
  part: CommandPart,
  message: IrcMessage,
  context: EndContext,
): PartEnd | undefined {
  const by = message.command;
  if (by === "FAIL") return failOf(command, part, message, context);
  const isNumeric = /^\d/.test(by);
  if (!isNumeric && !FROM_SERVER.has(by) && !context.isOwn(message.source?.name)) return undefined;
  const params = isNumeric ? message.params.slice(1) : message.params;
  const repeats = (role: string, index: number) => {
    const param = params[index];
    if (role === "*" || param === undefined) return role === "*";
    if (role === "command") return param.toUpperCase() === command;
    return (part.get(role) ?? []).some((value) => isNamed(value, param, role, context));
  };
  const ends = (ENDS.get(command) ?? ENDS.get(""))?.get(by);
  let found: End | undefined;
  for (const end of ends ?? []) {
    if (end.roles.every(repeats) && (found === undefined || (end.exact && !found.exact))) found = end;
  }
  if (found !== undefined) return found;
  // Who knows the command, or the numeric, in no table takes what names the command or any of its parameters.
  if (!isError(by) || (COMMAND_ENDS[command] !== undefined && ENDING.has(by))) return undefined;
  const named = params[0] ?? "";
  const isMeant = named.toUpperCase() === command ||
    (params.length > 1 && part.get("")?.some((value) => isNamed(value, named, "", context)));
  return isMeant ? { outcome: "refused", exact: true, more: false } : undefined;
}

/** Whether a batch, by the line that begins it, answers a part of a command that was sent. */
export function isAnsweredBy(
  command: string,
  part: CommandPart,
  { params, source }: IrcMessage,
  context: EndContext,
): boolean {
  const [, type = "", ...args] = params;
  // A text of several lines that is not ours says nothing of ours.
  if (command === "BATCH" && !context.isOwn(source?.name)) return false;
  return COMMAND_ENDS[command]?.batches?.some((batch) => {
    const [known, ...roles] = batch.split(" ");
    return known === type &&
      roles.every((role, index) =>
        (part.get(role) ?? []).some((value) => isNamed(value, args[index] ?? "", role, context))
      );
  }) ?? false;
}

/** Whether a message answers a part of a command that is asked, be it its end or not. */
export function repliesTo(
  command: string,
  part: CommandPart,
  message: IrcMessage,
  context: EndContext,
): boolean {
  return isReply(
    command,
    message,
    (role, param) => (part.get(role) ?? []).some((value) => isNamed(value, param, role, context)),
  );
}

/** "FAIL <command> <code> [<context>...] <description>" */
function failOf(
  command: string,
  part: CommandPart,
  message: IrcMessage,
  context: EndContext,
): PartEnd | undefined {
  if (message.param(0).toUpperCase() !== command) return undefined;
  const about = message.params.slice(2, -1);
  const exact = about.some((word) =>
    [...part.values()].flat().some((value) => isNamed(value, word, "", context))
  );
  return { outcome: "refused", exact, more: false };
}

/** Whether a parameter of an answer repeats a value; in lists of nicks, and as `nick!user@host`, too. */
function isNamed(value: string, param: string, role: string, { isSame }: EndContext): boolean {
  if (isSame(value, param)) return true;
  if (role === "letter") return param.includes(value);
  if (role !== "nick") return false;
  return param.split(",").some((one) => isSame(value, one.split("!", 1)[0] ?? one));
}

/** A target, and the channel in it if only those with a status are meant. */
function targetNames(target: string, isupport: Isupport): readonly string[] {
  const bare = target.replace(/^[~&@%+!.*]+/, "");
  return bare !== target && isupport.isChannel(bare) ? [target, bare] : [target];
}
