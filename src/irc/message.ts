import { CommandError, ProtocolError } from "../protocol/errors.ts";

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
export class IrcSource {
  /** As it stood on the wire, without the colon. */
  readonly raw: string;

  /** Takes the text between the colon and the space. */
  constructor(raw: string) {
    this.raw = raw;
  }

  /** The nick, or the server's name: what to call the sender. */
  get name(): string {
    const end = this.raw.search(/[!@]/);
    return end < 0 ? this.raw : this.raw.slice(0, end);
  }

  /** The nick; undefined for a server, which has dots in its name, and no user or host. */
  get nick(): string | undefined {
    const name = this.name;
    return name === this.raw && name.includes(".") ? undefined : name;
  }

  /** The user name, if told. */
  get user(): string | undefined {
    const bang = this.raw.indexOf("!");
    if (bang < 0) return undefined;
    const at = this.raw.indexOf("@", bang);
    return this.raw.slice(bang + 1, at < 0 ? undefined : at);
  }

  /** The host name, address or cloak, if told. */
  get host(): string | undefined {
    const at = this.raw.indexOf("@", this.raw.indexOf("!") + 1);
    return at < 0 ? undefined : this.raw.slice(at + 1);
  }
}

const SPACE = 0x20;
const COLON = 0x3a;
const AT = 0x40;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;

/**
 * One IRC line. It keeps its raw text and finds its parts when they are read, so that a line nobody looks
 * into costs next to nothing.
 * ([RFC 1459 section 2.3](https://www.rfc-editor.org/rfc/rfc1459#section-2.3),
 * [IRCv3 message-tags](https://ircv3.net/specs/extensions/message-tags))
 *
 * Get one from {@linkcode parseMessage}.
 */
export class IrcMessage {
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
    if (name === "") return undefined;
    const { raw } = this;
    const end = this.#tagsEnd;
    let value: string | undefined;
    for (let at = raw.indexOf(name, 1); at > 0 && at < end; at = raw.indexOf(name, at + 1)) {
      const before = raw.charCodeAt(at - 1);
      if (at !== 1 && before !== SEMICOLON) continue;
      const after = at + name.length;
      if (after === end || raw.charCodeAt(after) === SEMICOLON) {
        value = "";
      } else if (raw.charCodeAt(after) === EQUALS) {
        const stop = raw.indexOf(";", after);
        value = raw.slice(after + 1, stop < 0 || stop > end ? end : stop);
      }
    }
    return value === undefined ? undefined : unescapeTag(value);
  }

  /** Who sent it; undefined: the server at the other end. */
  get source(): IrcSource | undefined {
    if (this.#sourceEnd === this.#sourceStart) return undefined;
    return this.#source ??= new IrcSource(this.raw.slice(this.#sourceStart, this.#sourceEnd));
  }

  /** The parameters, the last one without its colon. */
  get params(): readonly string[] {
    return this.#params ??= parseParams(this.raw, this.#paramsStart);
  }

  /** One parameter, or an empty string if there are not so many. */
  param(index: number): string {
    return this.params[index] ?? "";
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
  toString(): string {
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
  let end = line.length;
  while (end > 0 && (line[end - 1] === "\n" || line[end - 1] === "\r")) end--;
  const raw = end === line.length ? line : line.slice(0, end);
  let at = 0;
  let tagsEnd = 0;
  if (raw.charCodeAt(0) === AT) {
    tagsEnd = raw.indexOf(" ");
    if (tagsEnd < 0) {
      throw new ProtocolError(`Cannot parse ${quote(raw)}: there is no command after the tags`);
    }
    at = skipSpaces(raw, tagsEnd);
  } else {
    at = skipSpaces(raw, 0);
  }
  let sourceStart = at;
  let sourceEnd = at;
  if (raw.charCodeAt(at) === COLON) {
    sourceStart = at + 1;
    sourceEnd = raw.indexOf(" ", at);
    if (sourceEnd < 0) {
      throw new ProtocolError(`Cannot parse ${quote(raw)}: there is no command after the source`);
    }
    at = skipSpaces(raw, sourceEnd);
  }
  let commandEnd = raw.indexOf(" ", at);
  if (commandEnd < 0) commandEnd = raw.length;
  const command = raw.slice(at, commandEnd);
  if (command === "") throw new ProtocolError(`Cannot parse ${quote(raw)}: there is no command`);
  return new IrcMessage(
    raw,
    command.toUpperCase(),
    tagsEnd,
    sourceStart,
    sourceEnd,
    skipSpaces(raw, commandEnd),
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

function skipSpaces(raw: string, at: number): number {
  while (raw.charCodeAt(at) === SPACE) at++;
  return at;
}

function parseParams(raw: string, at: number): readonly string[] {
  const params: string[] = [];
  while (at < raw.length) {
    if (raw.charCodeAt(at) === COLON) {
      params.push(raw.slice(at + 1));
      break;
    }
    let end = raw.indexOf(" ", at);
    if (end < 0) end = raw.length;
    params.push(raw.slice(at, end));
    at = skipSpaces(raw, end);
  }
  return params;
}

function parseTags(raw: string, end: number): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let at = 1; at < end;) {
    let stop = raw.indexOf(";", at);
    if (stop < 0 || stop > end) stop = end;
    const equals = raw.indexOf("=", at);
    if (equals < 0 || equals > stop) {
      if (stop > at) tags.set(raw.slice(at, stop), "");
    } else if (equals > at) {
      tags.set(raw.slice(at, equals), unescapeTag(raw.slice(equals + 1, stop)));
    }
    at = stop + 1;
  }
  return tags;
}

const UNESCAPED: Readonly<Record<string, string>> = { ":": ";", s: " ", r: "\r", n: "\n" };
const ESCAPED: Readonly<Record<string, string>> = {
  ";": "\\:",
  " ": "\\s",
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
};

function unescapeTag(value: string): string {
  if (!value.includes("\\")) return value;
  // "If a lone \ exists at the end of an escaped value, […] the output contains no trailing \."
  return value.replace(/\\(.?)/gs, (_, character: string) => UNESCAPED[character] ?? character);
}

function escapeTag(value: string): string {
  return value.replace(/[; \\\r\n]/g, (character) => ESCAPED[character] ?? character);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
