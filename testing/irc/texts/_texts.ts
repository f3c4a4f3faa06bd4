import { formatMessage, type IrcMessage } from "@parley/parley/irc";
import { History, type Kept, type Said, type SaidLine } from "./_history.ts";
import { type Net, tagged } from "../network/_net.ts";
import { type Channel, type Connection, maskOf } from "../network/_state.ts";

/** What a text may be, of several lines ([IRCv3 multiline](https://ircv3.net/specs/extensions/multiline)). */
export const MULTILINE = { bytes: 4_096, lines: 24 } as const;

/** A text of several lines that a client is sending. */
export interface ClientBatch {
  readonly reference: string;
  readonly target: string;
  readonly label: string | undefined;
  readonly tags: Said["tags"];
  readonly lines: { readonly message: IrcMessage; readonly concat: boolean }[];
}

/** Whom something that is said reaches. */
interface Reach {
  readonly target: string;
  readonly others: readonly Connection[];
}

/** What people say: PRIVMSG, NOTICE and TAGMSG, texts of several lines, what was said before, and what is taken back. */
export class Texts {
  readonly #net: Net;
  readonly #history: History;
  /** When who has read a channel, or what somebody said: by their nick or account, and by the target. */
  readonly #read = new Map<string, Map<string, number>>();

  /** Takes how many messages a client may ask for by CHATHISTORY. */
  constructor(net: Net, limit: number) {
    this.#net = net;
    this.#history = new History(
      net,
      limit,
      (connection, kept, batch) => this.#playBack(connection, kept, batch),
    );
    net.happened = (channel, line) => this.#history.happened(channel.name, line);
  }

  /** Takes a line of what this is about; false if it is not. */
  take(connection: Connection, message: IrcMessage): boolean {
    switch (message.command) {
      case "PRIVMSG":
      case "NOTICE":
      case "TAGMSG":
        this.#say(connection, message);
        return true;
      case "CHATHISTORY":
        if (!connection.capabilities.has("draft/chathistory")) return false;
        this.#history.answer(connection, message);
        return true;
      case "REDACT":
        if (!connection.capabilities.has("draft/message-redaction")) return false;
        this.#redact(connection, message);
        return true;
      case "MARKREAD":
        if (!connection.capabilities.has("draft/read-marker")) return false;
        this.#markRead(connection, message);
        return true;
      default:
        return false;
    }
  }

  /** BATCH, which is answered once it has ended, with the label that it began with. */
  batch(connection: Connection, message: IrcMessage): void {
    const [reference = "", type = "", target = ""] = message.params;
    const { batch } = connection;
    const fail = (what: string) => this.#failBatch(connection, what);
    if (reference.startsWith("-")) {
      connection.batch = undefined;
      if (batch === undefined || `-${batch.reference}` !== reference) return fail("MULTILINE_INVALID");
      return this.#net.labeled(connection, batch.label, () => this.#sayLines(connection, batch));
    }
    const name = reference.slice(1);
    const label = message.tag("label");
    const offered = connection.capabilities.has("draft/multiline") && connection.capabilities.has("batch");
    if (!/^[A-Za-z0-9-]+$/.test(name)) {
      return this.#net.labeled(connection, label, () => fail(`INVALID_REFTAG ${name}`));
    }
    if (!offered || type !== "draft/multiline") {
      return this.#net.labeled(connection, label, () => fail(`UNKNOWN_TYPE ${name} ${type}`));
    }
    connection.batch = { reference: name, target, label, tags: clientTags(message), lines: [] };
  }

  /** Somebody who has no link says something in a channel that they are in. */
  sayAs(nick: string, channel: Channel, text: string, tags: Said["tags"]): void {
    const said = this.#said("PRIVMSG", maskOf(nick), channel.name, [{ text, concat: false }], tags);
    this.#deliver(said, nick, { target: channel.name, others: this.#net.heardBy(channel) });
  }

  /** Somebody has come into a channel, and is told how far they have read. */
  joined(connection: Connection, channel: Channel): void {
    if (connection.capabilities.has("draft/read-marker")) this.#tellRead(connection, channel.name);
  }

  /** A channel has another name. */
  renamed(from: string, to: string): void {
    this.#history.renamed(from, to);
  }

  #say(connection: Connection, message: IrcMessage): void {
    const { command } = message;
    const [targets = "", text = ""] = message.params;
    const { batch } = connection;
    if (batch !== undefined && message.tag("batch") === batch.reference) {
      const concat = message.tag("draft/multiline-concat") !== undefined;
      return void batch.lines.push({ message, concat });
    }
    if (command === "TAGMSG" && !connection.capabilities.has("message-tags")) {
      return this.#net.numeric(connection, "421", [command, "Unknown command"]);
    }
    if (text === "" && command !== "TAGMSG") {
      if (command === "PRIVMSG") this.#net.numeric(connection, "412", ["No text to send"]);
      return;
    }
    const lines = command === "TAGMSG" ? [] : [{ text, concat: false }];
    for (const target of targets.split(",")) {
      this.#sayTo(connection, command, target, lines, clientTags(message));
    }
  }

  #sayLines(connection: Connection, { target, lines, tags }: ClientBatch): void {
    const [first] = lines;
    const elsewhere = lines.find(({ message }) => message.param(0) !== target);
    if (elsewhere !== undefined) {
      const what = `MULTILINE_INVALID_TARGET ${target} ${elsewhere.message.param(0)}`;
      return this.#failBatch(connection, what);
    }
    const said = lines.map(({ message, concat }) => ({ text: message.param(1), concat }));
    const isMixed = lines.some(({ message }) => message.command !== first?.message.command);
    const isBlank = said.every(({ text }) => text === "");
    if (first === undefined || isMixed || isBlank || said.some(({ text, concat }) => text === "" && concat)) {
      return this.#failBatch(connection, "MULTILINE_INVALID");
    }
    if (new TextEncoder().encode(wholeOf(said)).length > MULTILINE.bytes) {
      return this.#failBatch(connection, `MULTILINE_MAX_BYTES ${MULTILINE.bytes}`);
    }
    if (said.length > MULTILINE.lines) {
      return this.#failBatch(connection, `MULTILINE_MAX_LINES ${MULTILINE.lines}`);
    }
    this.#sayTo(connection, first.message.command, target, said, tags);
  }

  #failBatch(connection: Connection, what: string): void {
    this.#net.send(connection, `:${this.#net.name} FAIL BATCH ${what} :The batch is not accepted`);
  }

  #sayTo(
    connection: Connection,
    command: string,
    target: string,
    lines: readonly SaidLine[],
    tags: Said["tags"],
  ): void {
    const reach = this.#reach(connection, target);
    if (reach === undefined) return;
    const { mask, account, isBot, nick } = connection;
    this.#deliver(
      this.#said(command, mask, reach.target, lines, tags, { account, isBot }),
      nick,
      reach,
      connection,
    );
  }

  #said(
    command: string,
    source: string,
    target: string,
    lines: readonly SaidLine[],
    tags: Said["tags"],
    { account = "", isBot = false } = {},
  ): Said {
    const { now } = this.#net;
    return { id: this.#net.nextId(), at: now, source, account, isBot, command, target, lines, tags };
  }

  #deliver(said: Said, from: string, { others }: Reach, self?: Connection): void {
    this.#history.keep(said, from);
    for (const other of others) {
      // Who says something to themselves gets it twice, and the label with the echo alone.
      if (other === self) this.#net.unlabeled(other, () => this.#send(other, said));
      else this.#send(other, said);
    }
    if (self?.capabilities.has("echo-message")) this.#send(self, said);
  }

  /** Whom a text to a target reaches; undefined, and told, if that is nobody. */
  #reach(connection: Connection, target: string): Reach | undefined {
    const net = this.#net;
    const [, status = "", name = target] = /^([@+]?)(#.*)$/.exec(target) ?? [];
    const channel = net.channels.get(net.fold(name));
    const folded = net.fold(connection.nick);
    if (channel !== undefined) {
      const isHeard = channel.members.has(folded) &&
        (!channel.modes.has("m") || channel.operators.has(folded) || channel.voiced.has(folded));
      if (!isHeard) {
        net.numeric(connection, "404", [target, "Cannot send to channel"]);
        return undefined;
      }
      const others = net.heardBy(channel, status).filter((other) => other !== connection);
      return { target: status + channel.name, others };
    }
    const other = net.connections.holder(target);
    if (other?.registered) return { target, others: [other] };
    net.numeric(connection, target.startsWith("#") ? "403" : "401", [target, "No such nick/channel"]);
    return undefined;
  }

  #playBack(connection: Connection, kept: Kept, batch: string): void {
    if ("lines" in kept) return this.#send(connection, kept, batch);
    const isTimed = connection.capabilities.has("server-time");
    const time: [string, string][] = isTimed ? [["time", new Date(kept.at).toISOString()]] : [];
    this.#net.send(connection, tagged(kept.line, [["batch", batch], ...time]));
  }

  /** Sends what was said as far as the client takes it. */
  #send(connection: Connection, said: Said, batch?: string): void {
    const { capabilities } = connection;
    if (said.command === "TAGMSG" && !capabilities.has("message-tags")) return;
    const within: [string, string][] = batch === undefined ? [] : [["batch", batch]];
    const tags = [...within, ...tagsFor(connection, said)];
    const line = ({ text }: SaidLine) =>
      `:${said.source} ${formatMessage({ command: said.command, params: [said.target, text] })}`;
    const [first] = said.lines;
    if (first === undefined) {
      return this.#net.send(connection, tagged(`:${said.source} ${said.command} ${said.target}`, tags));
    }
    if (said.lines.length > 1 && capabilities.has("draft/multiline") && capabilities.has("batch")) {
      const began = tagged(`:${said.source} BATCH`, tags);
      return this.#net.inBatch(connection, `draft/multiline ${said.target}`, (reference) => {
        for (const one of said.lines) {
          const concat: [string, string][] = one.concat ? [["draft/multiline-concat", ""]] : [];
          this.#net.send(connection, tagged(line(one), [["batch", reference], ...concat]));
        }
      }, began);
    }
    // "Servers MUST NOT send blank lines to clients that have not negotiated the multiline capability."
    said.lines.filter(({ text }) => text !== "").forEach((one, index) => {
      this.#net.send(connection, tagged(line(one), index === 0 ? tags : within));
    });
  }

  #redact(connection: Connection, message: IrcMessage): void {
    const net = this.#net;
    const [target = "", id = "", reason] = message.params;
    const reach = this.#reach(connection, target);
    if (reach === undefined) return;
    const fail = (code: string, why: string) =>
      net.send(connection, `:${net.name} FAIL REDACT ${code} :${why}`);
    const said = this.#history.find(target, connection.nick, id);
    if (said === undefined) return fail(`UNKNOWN_MSGID ${target} ${id}`, "This message does not exist");
    const isOperator = net.channels.get(net.fold(target))?.operators.has(net.fold(connection.nick));
    if (!isOperator && said.source !== connection.mask) {
      return fail(`REDACT_FORBIDDEN ${target} ${id}`, "You are not authorised to delete this message");
    }
    this.#history.forget(target, connection.nick, said);
    const line = `:${connection.mask} REDACT ${reach.target} ${id}${
      reason === undefined ? "" : ` :${reason}`
    }`;
    for (const other of [...reach.others, connection]) {
      if (other.capabilities.has("draft/message-redaction")) net.deliver(other, line);
    }
  }

  #markRead(connection: Connection, message: IrcMessage): void {
    const [target = "", timestamp] = message.params;
    const fail = (what: string) => this.#net.send(connection, `:${this.#net.name} FAIL MARKREAD ${what}`);
    if (target === "") return fail("NEED_MORE_PARAMS :Missing parameters");
    if (timestamp === undefined) return this.#tellRead(connection, target);
    const time = Date.parse(timestamp.replace(/^timestamp=/, ""));
    if (!timestamp.startsWith("timestamp=") || Number.isNaN(time)) {
      return fail(`INVALID_PARAMS ${timestamp} :Invalid parameters`);
    }
    const read = this.#readBy(connection);
    const folded = this.#net.fold(target);
    // "The last read timestamp of a target MUST only ever increase."
    if (time <= (read.get(folded) ?? -Infinity)) return this.#tellRead(connection, target);
    read.set(folded, time);
    for (const other of this.#net.connections.registered()) {
      const isSame = other === connection || this.#readBy(other) === read;
      if (isSame && other.capabilities.has("draft/read-marker")) this.#tellRead(other, target);
    }
  }

  #tellRead(connection: Connection, target: string): void {
    const time = this.#readBy(connection).get(this.#net.fold(target));
    const marker = time === undefined ? "*" : `timestamp=${new Date(time).toISOString()}`;
    this.#net.send(connection, `:${this.#net.name} MARKREAD ${target} ${marker}`);
  }

  /** What a user has read, on whatever link. */
  #readBy({ account, nick }: Connection): Map<string, number> {
    const user = account === "" ? `${this.#net.fold(nick)} ` : account;
    const read = this.#read.get(user) ?? new Map<string, number>();
    this.#read.set(user, read);
    return read;
  }
}

function wholeOf(lines: readonly SaidLine[]): string {
  return lines.map(({ text, concat }, index) => index === 0 || concat ? text : `\n${text}`).join("");
}

/** "Client-only tags MUST be relayed": those with a plus. */
function clientTags(message: IrcMessage): Said["tags"] {
  return [...message.tags].filter(([key]) => key.startsWith("+"));
}

/** The tags of something that was said, as far as a client takes them; the client's own come last. */
function tagsFor({ capabilities }: Connection, said: Said): readonly (readonly [string, string])[] {
  const tags: (readonly [string, string])[] = [];
  const all = capabilities.has("message-tags");
  if (all) tags.push(["msgid", said.id]);
  if (capabilities.has("server-time")) tags.push(["time", new Date(said.at).toISOString()]);
  if (capabilities.has("account-tag") && said.account !== "") tags.push(["account", said.account]);
  if (all && said.isBot) tags.push(["bot", ""]);
  return all ? [...tags, ...said.tags] : tags;
}
