import type { IrcMessage } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import type { Net } from "../network/_net.ts";
import type { Connection } from "../network/_state.ts";

/** A line of what was said. */
export interface SaidLine {
  readonly text: string;
  /** Whether it goes on where the one before it has ended. */
  readonly concat: boolean;
}

/** Something that was said, by PRIVMSG or NOTICE, or by TAGMSG, which has no lines. */
export interface Said {
  readonly id: string;
  readonly at: Instant;
  readonly source: string;
  readonly account: string;
  readonly isBot: boolean;
  readonly command: string;
  readonly target: string;
  readonly lines: readonly SaidLine[];
  /** What the sender has put to it, for clients alone. */
  readonly tags: readonly (readonly [key: string, value: string])[];
}

/** Something that came to pass in a channel, as it was told. */
export interface Happened {
  readonly id: "";
  readonly at: Instant;
  readonly command: "";
  readonly line: string;
}

/** What is kept of each channel, and of what two have said to each other. */
const MOST_KEPT = 1_000;

/** What a channel's history is made of. */
export type Kept = Said | Happened;
type Select = (kept: readonly Kept[], limit: number) => readonly Kept[];

/** What was said, and what answers CHATHISTORY ([IRCv3](https://ircv3.net/specs/extensions/chathistory)). */
export class History {
  readonly #net: Net;
  readonly #limit: number;
  readonly #send: (connection: Connection, kept: Kept, batch: string) => void;
  /** By the folded channel, or the folded nicks of two. */
  readonly #kept = new Map<string, Kept[]>();

  /** Takes how many a client may ask for, and what sends it one of them. */
  constructor(net: Net, limit: number, send: (connection: Connection, kept: Kept, batch: string) => void) {
    this.#net = net;
    this.#limit = limit;
    this.#send = send;
  }

  /** Keeps what was said in a channel, or by one to another. */
  keep(said: Said, from: string): void {
    this.#add(this.#buffer(said.target, from), said);
  }

  /** Keeps what came to pass in a channel, for those who take that ([IRCv3 chathistory](https://ircv3.net/specs/extensions/chathistory#event-playback)). */
  happened(channel: string, line: string): void {
    this.#add(this.#net.fold(channel), { id: "", at: this.#net.now, command: "", line });
  }

  #add(buffer: string, one: Kept): void {
    const kept = this.#kept.get(buffer) ?? [];
    this.#kept.set(buffer, kept);
    kept.push(one);
    if (kept.length > MOST_KEPT) kept.shift();
  }

  /** What was said to a target by this id, as far as it is kept. */
  find(target: string, from: string, id: string): Said | undefined {
    const kept = this.#kept.get(this.#buffer(target, from));
    return kept?.find((one): one is Said => "lines" in one && one.id === id);
  }

  /** Keeps it no more. */
  forget(target: string, from: string, said: Said): void {
    const kept = this.#kept.get(this.#buffer(target, from));
    kept?.splice(kept.indexOf(said), 1);
  }

  /** A channel has another name. */
  renamed(from: string, to: string): void {
    const kept = this.#kept.get(this.#net.fold(from));
    if (kept === undefined) return;
    this.#kept.delete(this.#net.fold(from));
    this.#kept.set(this.#net.fold(to), kept.map((one) => "lines" in one ? { ...one, target: to } : one));
  }

  /** Answers CHATHISTORY. */
  answer(connection: Connection, message: IrcMessage): void {
    const [command = "*", target = "", ...rest] = message.params;
    const subcommand = command.toUpperCase();
    if (subcommand === "TARGETS") return this.#targets(connection, [target, ...rest]);
    const limit = this.#limitOf(rest.at(-1));
    const select = limit === undefined ? undefined : selectOf(subcommand, rest.slice(0, -1));
    if (limit === undefined || select === undefined) {
      return this.#fail(connection, `INVALID_PARAMS ${command}`, "Invalid parameters");
    }
    const channel = this.#net.channels.get(this.#net.fold(target));
    if (target.startsWith("#") && (channel === undefined || !this.#net.isIn(channel, connection.nick))) {
      return this.#fail(connection, `INVALID_TARGET ${command} ${target}`, "Messages could not be retrieved");
    }
    const playsAll = connection.capabilities.has("draft/event-playback");
    const kept = this.#kept.get(this.#buffer(target, connection.nick)) ?? [];
    const lines = kept.filter(({ command }) => playsAll || (command !== "TAGMSG" && command !== ""));
    const name = channel?.name ?? target;
    this.#net.inBatch(connection, `chathistory ${name}`, (batch) => {
      for (const one of select(lines, limit)) this.#send(connection, one, batch);
    });
  }

  /** Those who were heard of between two times, by when that was last. */
  #targets(connection: Connection, params: readonly string[]): void {
    const [from, to] = params.map((param) => Date.parse(param.replace(/^timestamp=/, "")));
    const limit = this.#limitOf(params[2]);
    if (from === undefined || to === undefined || Number.isNaN(from + to) || limit === undefined) {
      return this.#fail(connection, "INVALID_PARAMS TARGETS", "Invalid parameters");
    }
    const [early, late] = from < to ? [from, to] : [to, from];
    const found = [...this.#kept].flatMap(([buffer, kept]) => {
      const name = this.#nameFor(connection, buffer);
      const at = kept.findLast(({ command }) => command !== "")?.at;
      return name === undefined || at === undefined || at <= early || at >= late ? [] : [{ name, at }];
    }).sort((a, b) => a.at - b.at);
    this.#net.inBatch(connection, "draft/chathistory-targets", (batch) => {
      for (const { name, at } of from < to ? found.slice(0, limit) : found.slice(-limit)) {
        const line = `CHATHISTORY TARGETS ${name} ${new Date(at).toISOString()}`;
        this.#net.send(connection, `@batch=${batch} :${this.#net.name} ${line}`);
      }
    });
  }

  /** What a client calls a buffer that it may see. */
  #nameFor(connection: Connection, buffer: string): string | undefined {
    const channel = this.#net.channels.get(buffer);
    if (channel !== undefined) return this.#net.isIn(channel, connection.nick) ? channel.name : undefined;
    const nicks = buffer.split(" ");
    const own = this.#net.fold(connection.nick);
    return nicks.includes(own) ? nicks.find((nick) => nick !== own) ?? own : undefined;
  }

  #buffer(target: string, from: string): string {
    const { fold } = this.#net;
    return target.startsWith("#") ? fold(target) : [fold(target), fold(from)].sort().join(" ");
  }

  #limitOf(param = ""): number | undefined {
    return /^[1-9][0-9]{0,6}$/.test(param) ? Math.min(Number(param), this.#limit) : undefined;
  }

  #fail(connection: Connection, what: string, why: string): void {
    this.#net.send(connection, `:${this.#net.name} FAIL CHATHISTORY ${what} :${why}`);
  }
}

/** What of that which is kept a subcommand asks for; undefined: that is none, or not asked as it should be. */
function selectOf(subcommand: string, selectors: readonly string[]): Select | undefined {
  const places = selectors.map(placeOf);
  const [first, second] = places;
  if (subcommand === "LATEST" && selectors[0] === "*" && selectors.length === 1) {
    return (kept, limit) => kept.slice(-limit);
  }
  if (first === undefined || places.includes(undefined)) return undefined;
  if (subcommand === "BETWEEN") {
    if (second === undefined || selectors.length !== 2) return undefined;
    return (kept, limit) => {
      const [from, to] = [first(kept), second(kept)];
      const between = kept.slice(Math.min(from.after, to.after), Math.max(from.before, to.before));
      return from.before <= to.before ? between.slice(0, limit) : between.slice(-limit);
    };
  }
  if (selectors.length !== 1) return undefined;
  switch (subcommand) {
    case "BEFORE":
      return (kept, limit) => kept.slice(0, first(kept).before).slice(-limit);
    case "AFTER":
      return (kept, limit) => kept.slice(first(kept).after, first(kept).after + limit);
    case "LATEST":
      return (kept, limit) => kept.slice(first(kept).after).slice(-limit);
    case "AROUND":
      return (kept, limit) => {
        const start = Math.max(0, first(kept).before - Math.floor(limit / 2));
        return kept.slice(start, start + limit);
      };
    default:
      return undefined;
  }
}

/** Where what is named stands: `before` is how many stand before it, and `after` where those behind it begin. */
function placeOf(
  selector: string,
): ((kept: readonly Kept[]) => { readonly before: number; readonly after: number }) | undefined {
  const [, kind, value = ""] = /^(timestamp|msgid)=(.+)$/.exec(selector) ?? [];
  if (kind === undefined) return undefined;
  if (kind === "msgid") {
    return (kept) => {
      const index = kept.findIndex(({ id }) => id === value);
      return index < 0 ? { before: 0, after: kept.length } : { before: index, after: index + 1 };
    };
  }
  const time = Date.parse(value);
  if (Number.isNaN(time)) return undefined;
  return (kept) => ({
    before: kept.filter(({ at }) => at < time).length,
    after: kept.filter(({ at }) => at <= time).length,
  });
}
