/**
 * One contender of the benchmark of typed Twitch messages, in a process of its own, on Deno, Bun or Node:
 *
 *     _twitch_contender.ts <contender> <seed> <warm-up> <lines>
 *
 * Prints one line of JSON.
 *
 * @module
 */
import process from "node:process";
import { parseMessage } from "../src/irc/wire/messages/message.ts";
import { typedMessage } from "../src/twitch/wire/message.ts";
import type { Run } from "./_harness.ts";
import { asDecoded } from "./_irc_lines.ts";
import { load } from "./_peers.ts";
import { BEGIN, type ChatValues, makeChat } from "./_twitch_lines.ts";

/** The length of what is read, so that nobody gets away without reading it. */
function length(text: string | null | undefined): number {
  return text?.length ?? 0;
}

/** What a library makes of a line, and how its users read it. */
interface Contender<Message> {
  parse(line: string): Message;
  /**
   * Reads everything, as the library gives it, and adds it up: the lengths of texts, numbers, what is true
   * by powers of two, and how many badges and emotes there are.
   */
  read(message: Message): number;
  /** The same to compare, with every badge and emote. */
  values(message: Message): ChatValues;
}

/** Makes of ids and ranges as Twitch writes them what they say, in the order of the text. */
function emotesOf(ranges: Iterable<readonly [id: string, ranges: readonly string[]]>): ChatValues["emotes"] {
  return [...ranges].flatMap(([id, ranges]) =>
    ranges.map((range): [string, number, number] => {
      const [start = 0, end = 0] = range.split("-").map(Number);
      return [id, start, end + 1];
    })
  ).sort(([, a], [, b]) => a - b);
}

function parley() {
  const parse = (line: string) => {
    const event = typedMessage(parseMessage(line));
    if (event.kind !== "PRIVMSG") throw new Error(`No PRIVMSG: ${line}`);
    return event;
  };
  const contender: Contender<ReturnType<typeof parse>> = {
    parse,
    read(event) {
      const { sender, parent } = event;
      return length(event.channel) + length(event.roomId) + length(event.id) + length(sender.id) +
        length(sender.login) + length(sender.name) + length(sender.color) + sender.badges.length +
        (sender.subscribedMonths ?? 0) + (event.bits ?? 0) + event.emotes.length + (event.isFirst ? 2 : 0) +
        (event.isReturningChatter ? 4 : 0) + (sender.isMod ? 8 : 0) + (sender.isSubscriber ? 16 : 0) +
        (sender.isTurbo ? 32 : 0) + (sender.isVip ? 64 : 0) + (event.isAction ? 128 : 0) +
        length(event.text) + length(parent?.messageId) + length(parent?.user.login) +
        length(event.sharedChat?.roomId) + (event.sentAt ?? 0) - BEGIN;
    },
    values: (event) => ({
      channel: event.channel,
      roomId: event.roomId ?? "",
      id: event.id ?? "",
      userId: event.sender.id ?? "",
      login: event.sender.login,
      name: event.sender.name,
      color: event.sender.color ?? "",
      badges: event.sender.badges.map(({ name, version }) => [name, version]),
      months: event.sender.subscribedMonths ?? 0,
      bits: event.bits ?? 0,
      emotes: event.emotes.map(({ id, codePointStart, codePointEnd }) => [id, codePointStart, codePointEnd]),
      isFirst: event.isFirst,
      isReturningChatter: event.isReturningChatter,
      isMod: event.sender.isMod,
      isSubscriber: event.sender.isSubscriber,
      isTurbo: event.sender.isTurbo,
      isVip: event.sender.isVip,
      isAction: event.isAction,
      text: event.text,
      replyTo: event.parent?.messageId ?? "",
      replyLogin: event.parent?.user.login ?? "",
      sourceRoomId: event.sharedChat?.roomId ?? "",
      sentAt: event.sentAt ?? 0,
    }),
  };
  return contender;
}

async function twurple() {
  const { ChatMessage, extractMessageText, parseTwitchMessage } = await import("@twurple/chat");
  const parse = (line: string) => {
    const message = parseTwitchMessage(line);
    if (!(message instanceof ChatMessage)) throw new Error(`No chat message: ${line}`);
    return message;
  };
  const contender: Contender<ReturnType<typeof parse>> = {
    parse,
    read(message) {
      const user = message.userInfo;
      let emotes = 0;
      for (const ranges of message.emoteOffsets.values()) emotes += ranges.length;
      const text = extractMessageText(message.text);
      return length(message.target) + length(message.channelId) + length(message.id) + length(user.userId) +
        length(user.userName) + length(user.displayName) + length(user.color) + user.badges.size +
        Number(user.badgeInfo.get("subscriber") ?? 0) + message.bits + emotes + (message.isFirst ? 2 : 0) +
        (message.isReturningChatter ? 4 : 0) + (user.isMod ? 8 : 0) + (user.isSubscriber ? 16 : 0) +
        (message.tags.get("turbo") === "1" ? 32 : 0) + (user.isVip ? 64 : 0) +
        (text !== message.text ? 128 : 0) + length(text) + length(message.parentMessageId) +
        length(message.parentMessageUserName) + length(message.sourceChannelId) + message.date.getTime() -
        BEGIN;
    },
    values(message) {
      const user = message.userInfo;
      const text = extractMessageText(message.text);
      return {
        channel: message.target,
        roomId: message.channelId ?? "",
        id: message.id,
        userId: user.userId,
        login: user.userName,
        name: user.displayName,
        color: user.color ?? "",
        badges: [...user.badges],
        months: Number(user.badgeInfo.get("subscriber") ?? 0),
        bits: message.bits,
        emotes: emotesOf(message.emoteOffsets),
        isFirst: message.isFirst,
        isReturningChatter: message.isReturningChatter,
        isMod: user.isMod,
        isSubscriber: user.isSubscriber,
        isTurbo: message.tags.get("turbo") === "1",
        isVip: user.isVip,
        isAction: text !== message.text,
        text,
        replyTo: message.parentMessageId ?? "",
        replyLogin: message.parentMessageUserName ?? "",
        sourceRoomId: message.sourceChannelId ?? "",
        sentAt: message.date.getTime(),
      };
    },
  };
  return contender;
}

/** What is read of a message of dank-twitch-irc. */
interface DankMessage {
  readonly channelName: string;
  readonly channelID: string;
  readonly messageID: string;
  readonly senderUserID: string;
  readonly senderUsername: string;
  readonly displayName: string;
  readonly colorRaw: string;
  readonly badges: readonly { readonly name: string; readonly version: string }[] & {
    readonly hasSubscriber: boolean;
    readonly hasVIP: boolean;
  };
  readonly badgeInfo: readonly { readonly version: string }[];
  readonly bits?: number;
  readonly emotes: readonly { readonly id: string; readonly startIndex: number; readonly endIndex: number }[];
  readonly ircTags: Readonly<Record<string, string>>;
  readonly isMod: boolean;
  readonly isAction: boolean;
  readonly messageText: string;
  readonly replyParentMessageID?: string;
  readonly replyParentUserLogin?: string;
  readonly sourceChannelID?: string;
  readonly serverTimestamp: Date;
}

/** What is used of dank-twitch-irc. */
interface Dank {
  parseTwitchMessage(line: string): unknown;
  readonly PrivmsgMessage: new () => DankMessage;
}

function dank() {
  const { parseTwitchMessage, PrivmsgMessage } = load<Dank>("@mastondzn/dank-twitch-irc");
  const parse = (line: string) => {
    const message = parseTwitchMessage(line);
    if (!(message instanceof PrivmsgMessage)) throw new Error(`No PRIVMSG: ${line}`);
    return message;
  };
  const contender: Contender<ReturnType<typeof parse>> = {
    parse,
    read(message) {
      const { ircTags: tags, badges } = message;
      return (message.channelName.length + 1) + length(message.channelID) + length(message.messageID) +
        length(message.senderUserID) + length(message.senderUsername) + length(message.displayName) +
        length(message.colorRaw) + badges.length + Number(message.badgeInfo[0]?.version ?? 0) +
        (message.bits ?? 0) + message.emotes.length + (tags["first-msg"] === "1" ? 2 : 0) +
        (tags["returning-chatter"] === "1" ? 4 : 0) + (message.isMod ? 8 : 0) +
        (badges.hasSubscriber ? 16 : 0) + (tags["turbo"] === "1" ? 32 : 0) + (badges.hasVIP ? 64 : 0) +
        (message.isAction ? 128 : 0) + length(message.messageText) + length(message.replyParentMessageID) +
        length(message.replyParentUserLogin) + length(message.sourceChannelID) +
        message.serverTimestamp.getTime() - BEGIN;
    },
    values: (message) => ({
      channel: `#${message.channelName}`,
      roomId: message.channelID,
      id: message.messageID,
      userId: message.senderUserID,
      login: message.senderUsername,
      name: message.displayName,
      color: message.colorRaw,
      badges: message.badges.map(({ name, version }) => [name, version]),
      months: Number(message.badgeInfo[0]?.version ?? 0),
      bits: message.bits ?? 0,
      emotes: message.emotes.map(({ id, startIndex, endIndex }) => [id, startIndex, endIndex]),
      isFirst: message.ircTags["first-msg"] === "1",
      isReturningChatter: message.ircTags["returning-chatter"] === "1",
      isMod: message.isMod,
      isSubscriber: message.badges.hasSubscriber,
      isTurbo: message.ircTags["turbo"] === "1",
      isVip: message.badges.hasVIP,
      isAction: message.isAction,
      text: message.messageText,
      replyTo: message.replyParentMessageID ?? "",
      replyLogin: message.replyParentUserLogin ?? "",
      sourceRoomId: message.sourceChannelID ?? "",
      sentAt: message.serverTimestamp.getTime(),
    }),
  };
  return contender;
}

/** What a listener of tmi.js gets; it comes without types. */
interface TmiMessage {
  readonly channel: string;
  readonly tags: Readonly<Record<string, string | boolean | null | undefined>> & {
    readonly badges: Readonly<Record<string, string>> | null;
    readonly "badge-info": Readonly<Record<string, string>> | null;
    readonly emotes: Readonly<Record<string, readonly string[]>> | null;
  };
  readonly text: string;
}

async function tmi() {
  const { default: { Client } } = await import("tmi.js");
  const { default: parser } = await import("tmi.js/lib/parser.js");
  const silent = () => {};
  const client = new Client({ channels: [], logger: { info: silent, warn: silent, error: silent } });
  let last: TmiMessage | undefined;
  const listener = (channel: string, tags: TmiMessage["tags"], text: string) => {
    last = { channel, tags, text };
  };
  client.on("message", listener);
  client.on("cheer", listener);
  // Digits that are no number but 0 or 1 are given as they are; those make `true` and `false`.
  const text = (value: TmiMessage["tags"][string]) => typeof value === "string" ? value : "";
  const contender: Contender<TmiMessage> = {
    parse(line) {
      last = undefined;
      client.handleMessage(parser.msg(line));
      if (last === undefined) throw new Error(`No message: ${line}`);
      return last;
    },
    read({ channel, tags, text: said }) {
      let badges = 0;
      for (const _ in tags.badges) badges++;
      let emotes = 0;
      for (const id in tags.emotes) emotes += tags.emotes[id]?.length ?? 0;
      return length(channel) + length(text(tags["room-id"])) + length(text(tags["id"])) +
        length(text(tags["user-id"])) + length(text(tags["username"])) + length(text(tags["display-name"])) +
        length(text(tags["color"])) + badges + Number(tags["badge-info"]?.["subscriber"] ?? 0) +
        Number(tags["bits"] ?? 0) + emotes + (tags["first-msg"] === true ? 2 : 0) +
        (tags["returning-chatter"] === true ? 4 : 0) + (tags["mod"] === true ? 8 : 0) +
        (tags["subscriber"] === true ? 16 : 0) + (tags["turbo"] === true ? 32 : 0) +
        (tags["vip"] === true ? 64 : 0) + (tags["message-type"] === "action" ? 128 : 0) + length(said) +
        length(text(tags["reply-parent-msg-id"])) + length(text(tags["reply-parent-user-login"])) +
        length(text(tags["source-room-id"])) + Number(tags["tmi-sent-ts"]) - BEGIN;
    },
    values: ({ channel, tags, text: said }) => ({
      channel,
      roomId: text(tags["room-id"]),
      id: text(tags["id"]),
      userId: text(tags["user-id"]),
      login: text(tags["username"]),
      name: text(tags["display-name"]),
      color: text(tags["color"]),
      badges: Object.entries(tags.badges ?? {}),
      months: Number(tags["badge-info"]?.["subscriber"] ?? 0),
      bits: Number(tags["bits"] ?? 0),
      emotes: emotesOf(Object.entries(tags.emotes ?? {})),
      isFirst: tags["first-msg"] === true,
      isReturningChatter: tags["returning-chatter"] === true,
      isMod: tags["mod"] === true,
      isSubscriber: tags["subscriber"] === true,
      isTurbo: tags["turbo"] === true,
      isVip: tags["vip"] === true,
      isAction: tags["message-type"] === "action",
      text: said,
      replyTo: text(tags["reply-parent-msg-id"]),
      replyLogin: text(tags["reply-parent-user-login"]),
      sourceRoomId: text(tags["source-room-id"]),
      sentAt: Number(tags["tmi-sent-ts"]),
    }),
  };
  return contender;
}

function measure<Message>(
  name: string,
  contender: Contender<Message>,
  seed: number,
  warmUp: number,
  count: number,
): Run {
  const made = makeChat(seed);
  for (const { line, values } of made) {
    const read = contender.values(contender.parse(line));
    for (const [field, value] of Object.entries(values)) {
      const got = JSON.stringify(Reflect.get(read, field));
      if (got !== JSON.stringify(value)) throw new Error(`${name} reads ${got} as ${field} of ${line}`);
    }
  }
  const lines = asDecoded(made.map(({ line }) => line));
  const run = (times: number) => {
    let sum = 0;
    for (let i = 0, index = 0; i < times; i++) {
      sum += contender.read(contender.parse(lines[index] ?? ""));
      if (++index === lines.length) index = 0;
    }
    return sum;
  };
  run(warmUp);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const sum = run(count);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { sum, seconds, cpuSeconds: (user + system) / 1_000_000 };
}

const [name = "", seed = "", warmUp = "", count = ""] = process.argv.slice(2);
const figures = [Number(seed), Number(warmUp), Number(count)] as const;
let result: Run;
if (name === "parley") result = measure(name, parley(), ...figures);
else if (name === "@twurple/chat") result = measure(name, await twurple(), ...figures);
else if (name === "@mastondzn/dank-twitch-irc") result = measure(name, await dank(), ...figures);
else if (name === "tmi.js") result = measure(name, await tmi(), ...figures);
else throw new Error(`There is no contender "${name}"`);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
