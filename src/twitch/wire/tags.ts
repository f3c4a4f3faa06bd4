import type { IrcMessage } from "../../irc/wire/messages/message.ts";

/** What {@linkcode readTags} finds: each value at its place, undefined where it is not there. */
export type TwitchTags = readonly (string | undefined)[];

/** What the value of a tag looks like; of a flag only 1 is kept, and of a colour only what is one. */
const VALUES = {
  kept: "([^; \\\\]*)",
  flag: "(?:0|(1))",
  // Spelt out: a repetition with a count costs more.
  color: `(#${"[0-9A-Fa-f]".repeat(6)})?`,
  passed: "[^; ]*",
};

/**
 * The tags that Twitch sends with what people say, in its order, which is that of the alphabet. What is only
 * `passed` stands between those that are read with nearly every message, and a `family` is all whose names
 * begin so, which no PRIVMSG has. Those that are `always` there are so with a PRIVMSG.
 */
const ORDER: readonly (readonly [
  name: string,
  reading: keyof typeof VALUES | "family",
  presence?: "always",
])[] = [
  ["badge-info", "kept", "always"],
  ["badges", "kept", "always"],
  ["bits", "kept"],
  ["client-nonce", "passed"],
  ["color", "color", "always"],
  ["custom-reward-id", "passed"],
  ["display-name", "kept", "always"],
  ["emote-only", "passed"],
  ["emote-sets", "passed"],
  ["emotes", "kept", "always"],
  ["first-msg", "flag", "always"],
  ["flags", "passed", "always"],
  ["id", "kept", "always"],
  ["login", "kept"],
  ["mod", "flag", "always"],
  ["msg-id", "passed"],
  ["msg-param-", "family"],
  ["pinned-chat-paid-amount", "passed"],
  ["pinned-chat-paid-canonical-amount", "passed"],
  ["pinned-chat-paid-currency", "passed"],
  ["pinned-chat-paid-exponent", "passed"],
  ["pinned-chat-paid-is-system-message", "passed"],
  ["pinned-chat-paid-level", "passed"],
  ["reply-parent-display-name", "kept"],
  ["reply-parent-msg-body", "passed"],
  ["reply-parent-msg-id", "kept"],
  ["reply-parent-user-id", "kept"],
  ["reply-parent-user-login", "kept"],
  ["reply-thread-parent-display-name", "passed"],
  ["reply-thread-parent-msg-id", "passed"],
  ["reply-thread-parent-user-id", "passed"],
  ["reply-thread-parent-user-login", "passed"],
  ["returning-chatter", "flag", "always"],
  ["room-id", "kept", "always"],
  ["source-badge-info", "passed"],
  ["source-badges", "passed"],
  ["source-id", "passed"],
  ["source-msg-id", "passed"],
  ["source-only", "passed"],
  ["source-room-id", "kept"],
  ["subscriber", "flag", "always"],
  ["system-msg", "passed"],
  ["tmi-sent-ts", "kept", "always"],
  ["turbo", "flag", "always"],
  ["user-id", "kept", "always"],
  ["user-type", "passed"],
  ["vip", "kept"],
];

const PLACES: ReadonlyMap<string, number> = new Map(
  ORDER.filter(([, reading]) => reading !== "passed" && reading !== "family")
    .map(([name], index) => [name, index + 1]),
);

/** What to keep of the values of those that are not kept as they are. */
const EXACT: ReadonlyMap<string, RegExp> = new Map(
  ORDER.flatMap(([name, reading]) =>
    reading === "flag" || reading === "color" ? [[name, new RegExp(`^${VALUES[reading]}$`)] as const] : []
  ),
);

const placeOf = (name: string): number => PLACES.get(name) ?? 0;

/** Where {@linkcode readTags} puts each tag. */
export const BADGE_INFO: number = placeOf("badge-info");
export const BADGES: number = placeOf("badges");
export const BITS: number = placeOf("bits");
export const COLOR: number = placeOf("color");
export const DISPLAY_NAME: number = placeOf("display-name");
export const EMOTES: number = placeOf("emotes");
export const FIRST_MSG: number = placeOf("first-msg");
export const ID: number = placeOf("id");
export const LOGIN: number = placeOf("login");
export const MOD: number = placeOf("mod");
export const REPLY_PARENT_DISPLAY_NAME: number = placeOf("reply-parent-display-name");
export const REPLY_PARENT_MSG_ID: number = placeOf("reply-parent-msg-id");
export const REPLY_PARENT_USER_ID: number = placeOf("reply-parent-user-id");
export const REPLY_PARENT_USER_LOGIN: number = placeOf("reply-parent-user-login");
export const RETURNING_CHATTER: number = placeOf("returning-chatter");
export const ROOM_ID: number = placeOf("room-id");
export const SOURCE_ROOM_ID: number = placeOf("source-room-id");
export const SUBSCRIBER: number = placeOf("subscriber");
export const TMI_SENT_TS: number = placeOf("tmi-sent-ts");
export const TURBO: number = placeOf("turbo");
export const USER_ID: number = placeOf("user-id");
export const VIP: number = placeOf("vip");
/** Where it puts the sender's nick, the channel and the text, if it finds them as Twitch writes a PRIVMSG. */
export const NICK: number = PLACES.size + 1;
export const CHANNEL: number = NICK + 1;
export const TEXT: number = CHANNEL + 1;

/** Reads tags in Twitch's order; for a PRIVMSG, with all that are always there. */
function inOrder(command?: "PRIVMSG"): string {
  return ORDER.map(([name, reading, presence], index) => {
    // JavaScriptCore interprets an expression that repeats a group, which takes nine times as long.
    if (reading === "family") return command === "PRIVMSG" ? "" : `(?:${name}[^; ]*;)*`;
    const tag = `${name}=${VALUES[reading]}`;
    if (command === "PRIVMSG" && presence === "always") return `${tag};`;
    // Mostly one of the last four is the last.
    return index < ORDER.length - 4 ? `(?:${tag};)?` : `(?:${tag}(?:;|(?= )))?`;
  }).join("");
}

const SAID = " :([^ !@]+)![^ ]* PRIVMSG ([^ :][^ ]*) :()";

// Twitch writes its tags in the order of the alphabet, all but always. So one expression reads them and what
// follows in one go, which is faster than to look for each (`deno task bench twitch-typed`). It stops before a
// tag that stands elsewhere, is not known, or has a value that is not as expected or has something to unescape.
const IN_ORDER = new RegExp(`${inOrder()}(?:${SAID})?`, "y");

// What nearly every PRIVMSG is like. The less may be left out, the less there is to try.
const USUAL = new RegExp(inOrder("PRIVMSG") + SAID, "y");

const NONE: readonly [] = [];
const AT = 0x40;

/**
 * Reads what is asked for with nearly every message, each to its place: `ROOM_ID` and the others. Tags have
 * the values that {@linkcode IrcMessage.tag} gives, but flags are either `1` or undefined, and colours
 * `#RRGGBB` or undefined.
 */
export function readTags(message: IrcMessage): TwitchTags {
  const { raw } = message;
  if (raw.charCodeAt(0) !== AT) return NONE;
  if (message.command === "PRIVMSG") {
    USUAL.lastIndex = 1;
    const said = USUAL.exec(raw);
    if (said !== null) {
      said[TEXT] = raw.slice(USUAL.lastIndex);
      return said;
    }
  }
  IN_ORDER.lastIndex = 1;
  const tags: (string | undefined)[] = IN_ORDER.exec(raw) ?? [];
  if (tags[NICK] === undefined) readOthers(message, tags, IN_ORDER.lastIndex);
  if (tags[NICK] !== undefined) tags[TEXT] = raw.slice(IN_ORDER.lastIndex);
  return tags;
}

/** The tags of a message, read when one of them is asked for, once for all that the message has. */
export class LazyTags {
  readonly #message: IrcMessage;
  #read: TwitchTags | undefined;

  /** Takes the message. */
  constructor(message: IrcMessage) {
    this.#message = message;
    this.#read = undefined;
  }

  /** Those that have been read; undefined: nobody has asked. */
  get read(): TwitchTags | undefined {
    return this.#read;
  }

  /** All, by their places. */
  get all(): TwitchTags {
    return this.#read ??= readTags(this.#message);
  }
}

/** Goes on where the expression stopped, from tag to tag, and by the expression where it matches again. */
function readOthers(message: IrcMessage, tags: (string | undefined)[], at: number): void {
  const { raw } = message;
  const end = raw.indexOf(" ");
  while (at < end) {
    const semicolon = raw.indexOf(";", at);
    const stop = semicolon < 0 || semicolon > end ? end : semicolon;
    const equals = raw.indexOf("=", at);
    const name = raw.slice(at, equals < 0 || equals > stop ? stop : equals);
    const place = PLACES.get(name);
    if (place !== undefined) tags[place] = message.tag(name);
    IN_ORDER.lastIndex = stop === end ? end : stop + 1;
    const more: (string | undefined)[] = IN_ORDER.exec(raw) ?? [];
    for (let place = 1; place < more.length; place++) tags[place] = more[place] ?? tags[place];
    at = stop === end ? end : IN_ORDER.lastIndex;
  }
  // Of a tag that stands there twice, the last counts, be it one that leaves nothing to keep.
  for (const [name, exact] of EXACT) tags[placeOf(name)] = exact.exec(message.tag(name) ?? "")?.[1];
}

/** A tag's value, or undefined if it is empty, which to Twitch means that there is none. */
export function tagOf(message: IrcMessage, name: string): string | undefined {
  return message.tag(name) || undefined;
}

/** The whole number that is a tag's value; undefined if it is none. */
export function numberOf(message: IrcMessage, name: string): number | undefined {
  return wholeNumber(message.tag(name));
}

/** Whether a tag says yes; undefined if it is not there. Twitch writes `1` and `0`, or `true` and `false`. */
export function flagOf(message: IrcMessage, name: string): boolean | undefined {
  const value = tagOf(message, name);
  return value === undefined ? undefined : value === "1" || value === "true";
}

/** The number that a value is; undefined if it is anything but up to 15 digits. */
export function wholeNumber(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = digits(value, 0, value.length);
  return number < 0 ? undefined : number;
}

// Numbers beyond are not exact.
const MOST_DIGITS = 15;

/** The number whose digits stand between two offsets; -1 if anything else stands there, or nothing. */
export function digits(text: string, from: number, to: number): number {
  if (to <= from || to - from > MOST_DIGITS) return -1;
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
