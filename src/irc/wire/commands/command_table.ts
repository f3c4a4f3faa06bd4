import { CommandError } from "../../../protocol/errors.ts";
import { quote } from "../../../protocol/data/quote.ts";

/** What is given for a parameter: one, several of one, or none. */
export type ParameterValue = string | number | readonly string[] | undefined;

/**
 * The commands a client may send, and their parameters in order: `name` is a word, `name,` one or more of them
 * with commas between, `name*` one or more of them with spaces between, and `:name` a text, which only the last
 * may be. What ends in `?` may be left out, and then all behind it must be.
 * ([RFC 2812 sections 3 and 4](https://www.rfc-editor.org/rfc/rfc2812#section-3),
 * [IRCv3](https://ircv3.net/irc/))
 */
export const COMMANDS = {
  ADMIN: "target?",
  AUTHENTICATE: "data",
  AWAY: ":message?",
  BATCH: "reference type? parameters*?",
  CAP: "subcommand :capabilities?",
  CHATHISTORY: "subcommand target selectors*",
  CONNECT: "target port remote?",
  DIE: "",
  INFO: "target?",
  INVITE: "nick channel",
  ISON: "nicks*",
  ISUPPORT: "",
  JOIN: "channels, keys,?",
  KICK: "channels, nicks, :reason?",
  KILL: "nick :reason",
  LINKS: "remote? mask?",
  LIST: "channels,? target?",
  LUSERS: "mask? target?",
  MARKREAD: "target timestamp?",
  MODE: "target modes? arguments*?",
  MONITOR: "subcommand nicks,?",
  MOTD: "target?",
  NAMES: "channels,? target?",
  NICK: "nick",
  NOTICE: "targets, :text",
  OPER: "name :password",
  PART: "channels, :reason?",
  PASS: ":password",
  PING: "token target?",
  PONG: ":token?",
  PRIVMSG: "targets, :text",
  QUIT: ":reason?",
  REDACT: "target id :reason?",
  REGISTER: "account email :password",
  REHASH: "",
  RENAME: "channel name :reason?",
  RESTART: "",
  SERVICE: "nick reserved distribution type reserved2 :info",
  SERVLIST: "mask? type?",
  SETNAME: ":realname",
  SQUERY: "service :text",
  SQUIT: "server :reason?",
  STATS: "query? target?",
  SUMMON: "user target? channel?",
  TAGMSG: "targets,",
  TIME: "target?",
  TOPIC: "channel :topic?",
  TRACE: "target?",
  USER: "user mode unused :realname",
  USERHOST: "nicks*",
  USERS: "target?",
  VERIFY: "account :code",
  VERSION: "target?",
  WALLOPS: ":text",
  WEBIRC: "password gateway hostname address :options?",
  WHO: "mask? fields?",
  WHOIS: "target? masks,",
  WHOWAS: "nicks, count? target?",
} as const;

/** A command whose parameters are known. */
export type KnownCommand = keyof typeof COMMANDS;

/** Commands with parameters that nobody may see. */
const SECRET: ReadonlySet<string> = new Set<KnownCommand>([
  "AUTHENTICATE",
  "OPER",
  "PASS",
  "WEBIRC",
]);

/** Whether what goes with a command must appear in no error, event or record. */
export function isSecretCommand(command: string): boolean {
  return SECRET.has(command.toUpperCase());
}

/**
 * Checks what is given for a command's parameters, and writes them one by one as they stand in its line.
 *
 * @throws {CommandError} that names the first one that cannot stand where it is to stand.
 */
export function writeParameters(command: KnownCommand, values: readonly ParameterValue[]): readonly string[] {
  const written: string[] = [];
  let left: string | undefined;
  COMMANDS[command].split(" ").forEach((parameter, index) => {
    const [, text, name = "", kind, optional] = /^(:?)([a-z0-9]+)([,*]?)(\??)$/.exec(parameter) ?? [];
    const value = values[index];
    if (name === "") return;
    if (value === undefined) {
      if (optional) left ??= name;
      else fail(command, `the ${name} is missing`);
      return;
    }
    // What stands before the last masks of WHOIS and LINKS may be left out, since nothing else is so short.
    if (left !== undefined && command !== "WHOIS" && command !== "LINKS") {
      fail(command, `the ${name} needs the ${left} before it`);
    }
    if (text) {
      const string = String(value);
      checkText(command, name, string);
      if (string === "" && !optional) fail(command, `the ${name} is empty`);
      written.push(string);
      return;
    }
    if (typeof value === "object" && !Array.isArray(value)) {
      fail(command, `the ${name} is no string`);
    }
    const words = typeof value === "object" ? value : [String(value)];
    const one = kind ? name.replace(/s$/, "") : name;
    if (words.length === 0) fail(command, `the ${name} are empty`);
    if (words.length > 1 && !kind) fail(command, `the ${name} must be one`);
    // No nick has a comma, where it stands alone either: what is said to it would go to two.
    for (const word of words) checkWord(command, one, word, kind === "," || one === "nick");
    if (kind === "*") written.push(...words);
    else written.push(words.join(","));
  });
  return written;
}

/** Checks a nick, a channel's name, or a key: what stands alone in a parameter and in lists. */
export function checkName(command: string, what: string, name: string): void {
  checkWord(command, what, name, true);
}

function checkWord(command: string, what: string, word: string, inList: boolean): void {
  if (typeof word !== "string") fail(command, `the ${what} is no string`);
  if (word === "") fail(command, `the ${what} is empty`);
  // What a MODE sets may be a key.
  const isShown = !isSecretCommand(command) && what !== "key" && !(command === "MODE" && what === "argument");
  const shown = isShown ? ` ${quote(word)}` : "";
  if (/[\0-\x20\x7f]/.test(word)) {
    fail(command, `the ${what}${shown} contains a space or a control character`);
  }
  if (inList && word.includes(",")) fail(command, `the ${what}${shown} contains a comma`);
  if (word.startsWith(":")) fail(command, `the ${what}${shown} begins with a colon`);
}

/** Checks a text, which may hold anything but what ends or cuts a line. */
export function checkText(command: string, what: string, text: string): void {
  if (/[\0\r\n]/.test(text)) fail(command, `the ${what} contains CR, LF or NUL`);
}

/** Tells why a command cannot be sent. */
export function fail(command: string, why: string): never {
  throw new CommandError("invalid_command", `Cannot send ${command}: ${why}`);
}
