import { CommandError, ProtocolError } from "../../../protocol/errors.ts";
import { LazyRecord } from "../../../protocol/data/lazy_record.ts";
import { quote } from "../../../protocol/data/quote.ts";
import { escapeTag, parseTags, TagPlaces } from "./message_tags.ts";

/**
 * Who sent a message: a server by its name, or a user by nick and, where the server tells them, user and
 * host. ([Modern IRC, Source](https://modern.ircdocs.horse/#source))
 *
 * @example
 * ```ts
 * import { IrcSource } from "@parley/parley/irc";
 *
 * const source = new IrcSource("dan!d@example.org");
 * source.nick; // "dan"
 * source.host; // "example.org"
 * new IrcSource("irc.example.org").nick; // undefined: a server
 * ```
 */
export class IrcSource extends LazyRecord {
  readonly #line: string;
  readonly #start: number;
  readonly #end: number;

  /** Takes the text between the colon and the space, or a line and where in it that begins and ends. */
  constructor(line: string, start = 0, end: number = line.length) {
    super();
    this.#line = line;
    this.#start = start;
    this.#end = end;
  }

  /** As it stood on the wire, without the colon. */
  get raw(): string {
    return this.#line.slice(this.#start, this.#end);
  }

  /** The nick, or the server's name: what to call the sender. */
  get name(): string {
    return this.#line.slice(this.#start, this.#nameEnd());
  }

  /** The nick; undefined for a server, which has dots in its name, and no user or host. */
  get nick(): string | undefined {
    const end = this.#nameEnd();
    const name = this.#line.slice(this.#start, end);
    return end === this.#end && name.includes(".") ? undefined : name;
  }

  /** The user name, if told. */
  get user(): string | undefined {
    const { raw } = this;
    const bang = raw.indexOf("!");
    if (bang < 0) return undefined;
    const at = raw.indexOf("@", bang);
    return raw.slice(bang + 1, at < 0 ? undefined : at);
  }

  /** The host name, address or cloak, if told. */
  get host(): string | undefined {
    const { raw } = this;
    const at = raw.indexOf("@", raw.indexOf("!") + 1);
    return at < 0 ? undefined : raw.slice(at + 1);
  }

  /** As it stood on the wire. */
  override toString(): string {
    return this.raw;
  }

  #nameEnd(): number {
    const bang = this.#line.indexOf("!", this.#start);
    if (bang >= 0 && bang < this.#end) return bang;
    const at = this.#line.indexOf("@", this.#start);
    return at >= 0 && at < this.#end ? at : this.#end;
  }
}

const SPACE = 0x20;
const COLON = 0x3a;
const AT = 0x40;
const CR = 0x0d;
const LF = 0x0a;
const UPPER_Z = 0x5a;
const SAID = "PRIVMSG ";

/** Where the tags of the line are that was last asked for one. */
const places = new TagPlaces();

/**
 * One IRC line. It keeps its raw text and finds its parts when they are read, so that a line nobody looks
 * into costs next to nothing.
 * ([RFC 1459 section 2.3](https://www.rfc-editor.org/rfc/rfc1459#section-2.3),
 * [IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags))
 *
 * Get one from {@linkcode parseMessage}.
 */
export class IrcMessage extends LazyRecord {
  /** The line as it came, without its line ending. */
  readonly raw: string;
  /** The command in upper case, or a three-digit numeric. */
  readonly command: string;
  // Where the tags end and where source and parameters begin and end, as offsets into raw.
  readonly #tagsEnd: number;
  readonly #sourceStart: number;
  readonly #sourceEnd: number;
  readonly #paramsStart: number;
  #tags: ReadonlyMap<string, string> | undefined;
  #source: IrcSource | undefined;
  #params: readonly string[] | undefined;

  /** Takes the line and where its parts are; for {@linkcode parseMessage}. */
  constructor(
    raw: string,
    command: string,
    tagsEnd: number,
    sourceStart: number,
    sourceEnd: number,
    paramsStart: number,
  ) {
    super();
    this.raw = raw;
    this.command = command;
    this.#tagsEnd = tagsEnd;
    this.#sourceStart = sourceStart;
    this.#sourceEnd = sourceEnd;
    this.#paramsStart = paramsStart;
    this.#tags = undefined;
    this.#source = undefined;
    this.#params = undefined;
  }

  /** All tags, unescaped. A tag without a value has an empty one; of repeated tags the last counts. */
  get tags(): ReadonlyMap<string, string> {
    return this.#tags ??= parseTags(this.raw, this.#tagsEnd);
  }

  /** One tag's value, unescaped, found without parsing the others; undefined if it is not there. */
  tag(name: string): string | undefined {
    return this.#tagsEnd === 0 ? undefined : places.find(this, this.raw, this.#tagsEnd, name);
  }

  /** Who sent it; undefined: the server at the other end. */
  get source(): IrcSource | undefined {
    if (this.#sourceEnd === this.#sourceStart) return undefined;
    return this.#source ??= new IrcSource(this.raw, this.#sourceStart, this.#sourceEnd);
  }

  /** The parameters, the last one without its colon. */
  get params(): readonly string[] {
    return this.#params ??= parseParams(this.raw, this.#paramsStart);
  }

  /** One parameter, or an empty string if there are not so many. */
  param(index: number): string {
    if (this.#params !== undefined) return this.#params[index] ?? "";
    // Mostly one or two are asked for: all of them would cost an array.
    const { raw } = this;
    let at = this.#paramsStart;
    for (let left = index; at < raw.length; left--) {
      if (raw.charCodeAt(at) === COLON) return left === 0 ? raw.slice(at + 1) : "";
      const end = paramEnd(raw, at);
      if (left === 0) return raw.slice(at, end);
      at = skipSpaces(raw, end);
    }
    return "";
  }

  /** The last parameter, which holds the text of what has one; an empty string if there is none. */
  get text(): string {
    const { raw } = this;
    const start = this.#paramsStart;
    if (this.#params === undefined) {
      // A colon after a space begins the last parameter, and the first such colon is the one.
      if (raw.charCodeAt(start) === COLON) return raw.slice(start + 1);
      const colon = raw.indexOf(" :", start);
      if (colon >= 0) return raw.slice(colon + 2);
    }
    return this.params.at(-1) ?? "";
  }

  /** The raw line. */
  override toString(): string {
    return this.raw;
  }
}

/**
 * Parses one line, with or without its line ending.
 * ([Modern IRC, message format](https://modern.ircdocs.horse/#message-format))
 *
 * @throws {ProtocolError} if the line is empty or has no command.
 *
 * @example
 * ```ts
 * import { parseMessage } from "@parley/parley/irc";
 *
 * const message = parseMessage("@id=7 :dan!d@localhost PRIVMSG #chan :Hey what's up!");
 * message.command; // "PRIVMSG"
 * message.source?.nick; // "dan"
 * message.params; // ["#chan", "Hey what's up!"]
 * message.tag("id"); // "7"
 * ```
 */
export function parseMessage(line: string): IrcMessage {
  return parseLine(withoutEnd(line));
}

/** The message that a line says whose ending is cut off; its last parameter may go over several lines. */
export function parseLine(raw: string): IrcMessage {
  let at = 0;
  let tagsEnd = 0;
  if (raw.charCodeAt(0) === AT) {
    tagsEnd = raw.indexOf(" ");
    if (tagsEnd < 0) fail(raw, "there is no command after the tags");
    at = tagsEnd;
  }
  at = skipSpaces(raw, at);
  let sourceStart = at;
  let sourceEnd = at;
  if (raw.charCodeAt(at) === COLON) {
    sourceStart = at + 1;
    sourceEnd = raw.indexOf(" ", at);
    if (sourceEnd < 0) fail(raw, "there is no command after the source");
    at = skipSpaces(raw, sourceEnd);
  }
  const end = paramEnd(raw, at);
  if (end === at) fail(raw, "there is no command");
  // Nearly every line says something: a command that is not cut out costs nothing to compare.
  const command = raw.startsWith(SAID, at) ? "PRIVMSG" : raw.slice(at, end);
  while (at < end && raw.charCodeAt(at) <= UPPER_Z) at++;
  return new IrcMessage(
    raw,
    at === end ? command : command.toUpperCase(),
    tagsEnd,
    sourceStart,
    sourceEnd,
    skipSpaces(raw, end),
  );
}

/** What {@linkcode formatMessage} makes a line of. */
export interface IrcMessageParts {
  /** Tags with their unescaped values; an empty value leaves the equals sign out. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The source, without a colon. Clients send none. */
  readonly source?: string;
  /** The command: letters, or three digits. */
  readonly command: string;
  /** The parameters; only the last may hold spaces, be empty or begin with a colon. */
  readonly params?: readonly string[];
}

/**
 * Makes a line, without its line ending. Parsing it gives back the same parts.
 *
 * @throws {CommandError} if a part cannot stand where it is to stand: CR, LF or NUL anywhere, a space or a
 * leading colon in any parameter but the last, a command or a tag's key that is none.
 *
 * @example
 * ```ts
 * import { formatMessage } from "@parley/parley/irc";
 *
 * formatMessage({ command: "PRIVMSG", params: ["#deno", "good morning"] }); // "PRIVMSG #deno :good morning"
 * ```
 */
export function formatMessage(parts: IrcMessageParts): string {
  const { tags, source, command, params = [] } = parts;
  const fail = (what: string) => {
    throw new CommandError("invalid_command", `Cannot send ${quote(command)}: ${what}`);
  };
  if (!/^(?:[A-Za-z]+|[0-9]{3})$/.test(command)) fail("a command is letters or three digits");
  let line = "";
  if (tags !== undefined) {
    const written = Object.entries(tags).map(([key, value]) => {
      if (!/^\+?(?:[A-Za-z0-9.-]+\/)?[A-Za-z0-9-]+$/.test(key)) fail(`${quote(key)} is not the key of a tag`);
      if (typeof value !== "string") fail(`the value of tag ${quote(key)} is no string`);
      if (/\0/.test(value)) fail(`the value of tag ${quote(key)} contains NUL`);
      return value === "" ? key : `${key}=${escapeTag(value)}`;
    });
    if (written.length > 0) line += `@${written.join(";")} `;
  }
  if (source !== undefined) {
    if (source === "" || /[\0\r\n ]/.test(source)) {
      fail("the source is empty or contains a space, CR, LF or NUL");
    }
    line += `:${source} `;
  }
  line += command;
  params.forEach((param, index) => {
    if (typeof param !== "string") fail(`parameter ${index + 1} is no string`);
    if (/[\0\r\n]/.test(param)) fail(`parameter ${index + 1} contains CR, LF or NUL`);
    const needsColon = param === "" || param.includes(" ") || param.startsWith(":");
    if (needsColon && index < params.length - 1) {
      fail(
        `parameter ${index + 1} is empty, contains a space or begins with a colon, which only the last may`,
      );
    }
    line += needsColon ? ` :${param}` : ` ${param}`;
  });
  return line;
}

function withoutEnd(line: string): string {
  let end = line.length;
  while (line.charCodeAt(end - 1) === LF || line.charCodeAt(end - 1) === CR) end--;
  return line.slice(0, end);
}

function fail(raw: string, why: string): never {
  throw new ProtocolError(`Cannot parse ${quote(raw)}: ${why}`);
}

function skipSpaces(raw: string, at: number): number {
  while (raw.charCodeAt(at) === SPACE) at++;
  return at;
}

/** Where a parameter ends that is not the last. */
function paramEnd(raw: string, at: number): number {
  const end = raw.indexOf(" ", at);
  return end < 0 ? raw.length : end;
}

function parseParams(raw: string, at: number): readonly string[] {
  const params: string[] = [];
  while (at < raw.length) {
    if (raw.charCodeAt(at) === COLON) {
      params.push(raw.slice(at + 1));
      break;
    }
    const end = paramEnd(raw, at);
    params.push(raw.slice(at, end));
    at = skipSpaces(raw, end);
  }
  return params;
}
