import { AuthenticationError, ConnectionError, type ParleyError } from "../protocol/errors.ts";
import { formatMessage, type IrcMessage } from "./message.ts";

/** Who we are to a server. */
export interface Identity {
  /** The nick to ask for. */
  readonly nick: string;
  /** Nicks to try in turn if that is taken; after them, the first with underscores. @default {[]} */
  readonly alternativeNicks?: readonly string[];
  /** The user name. @default the nick */
  readonly user?: string;
  /** The real name, or what the bot is for. @default the nick */
  readonly realname?: string;
  /** The server's password, never shown again. @default none */
  readonly password?: string;
}

/** What comes of a message during registration. */
export type RegistrationStep =
  | { readonly kind: "send"; readonly lines: readonly string[] }
  | { readonly kind: "registered"; readonly nick: string }
  | { readonly kind: "failed"; readonly error: ParleyError };

/** A server that calls even these taken is not worth more attempts. */
const MOST_UNDERSCORES = 5;

/**
 * Registration on one connection: CAP negotiation (302), PASS, NICK, USER, until RPL_WELCOME.
 * ([Modern IRC, connection registration](https://modern.ircdocs.horse/#connection-registration),
 * [IRCv3 capability negotiation](https://ircv3.net/specs/extensions/capability-negotiation))
 */
export class Registration {
  readonly #identity: Identity;
  readonly #wanted: ReadonlySet<string>;
  readonly #offered: Set<string> = new Set();
  readonly #capabilities: Set<string> = new Set();
  /** Capabilities that were requested and are neither acknowledged nor refused yet. */
  readonly #requested: Set<string> = new Set();
  #negotiating = true;
  #attempt = 0;

  /** Takes who we are and the capabilities wanted where the server has them. */
  constructor(identity: Identity, capabilities: Iterable<string>) {
    this.#identity = identity;
    this.#wanted = new Set(capabilities);
  }

  /** The capabilities the server has acknowledged. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities;
  }

  /** The lines that begin it; those in `secret` must not be recorded. */
  begin(): { readonly lines: readonly string[]; readonly secret: readonly string[] } {
    const { nick, user = nick, realname = nick, password } = this.#identity;
    const pass = password === undefined ? [] : [formatMessage({ command: "PASS", params: [password] })];
    return {
      secret: pass,
      lines: [
        "CAP LS 302",
        ...pass,
        formatMessage({ command: "NICK", params: [nick] }),
        formatMessage({ command: "USER", params: [user, "0", "*", realname] }),
      ],
    };
  }

  /** Takes one message from the server. */
  take(message: IrcMessage): RegistrationStep | undefined {
    switch (message.command) {
      case "001":
        return { kind: "registered", nick: message.param(0) };
      case "CAP":
        return this.#cap(message);
      case "433": // ERR_NICKNAMEINUSE
      case "436": // ERR_NICKCOLLISION
      case "437": // ERR_UNAVAILRESOURCE
        return this.#nextNick(message);
      case "431": // ERR_NONICKNAMEGIVEN
      case "432": // ERR_ERRONEUSNICKNAME
        return failed(new ConnectionError("not_permitted", said(message, "The server refuses the nick")));
      case "464": // ERR_PASSWDMISMATCH
        return failed(new AuthenticationError(said(message, "The server refuses the password")));
      case "465": // ERR_YOUREBANNEDCREEP
        return failed(new ConnectionError("not_permitted", said(message, "The server has banned us")));
      default:
        return undefined;
    }
  }

  /** "CAP <target> <subcommand> [*] :<capabilities>": an asterisk says that more lines follow. */
  #cap(message: IrcMessage): RegistrationStep | undefined {
    const names = message.text.split(" ").filter((name) => name !== "");
    switch (message.param(1).toUpperCase()) {
      case "LS":
        for (const offered of names) {
          // With 302 a capability may have a value: "sasl=PLAIN,EXTERNAL".
          const name = offered.split("=", 1)[0] ?? offered;
          if (this.#wanted.has(name)) this.#offered.add(name);
        }
        return message.params.length > 3 && message.param(2) === "*" ? undefined : this.#request();
      case "ACK":
        for (const name of names) if (this.#requested.has(name)) this.#capabilities.add(name);
        return this.#answered(names);
      case "NAK":
        return this.#answered(names);
      default:
        return undefined;
    }
  }

  #request(): RegistrationStep | undefined {
    if (!this.#negotiating || this.#requested.size > 0) return undefined;
    const names = [...this.#offered];
    if (names.length === 0) return this.#end();
    // One request each: a NAK refuses a request as a whole.
    for (const name of names) this.#requested.add(name);
    return {
      kind: "send",
      lines: names.map((name) => formatMessage({ command: "CAP", params: ["REQ", name] })),
    };
  }

  #answered(names: readonly string[]): RegistrationStep | undefined {
    for (const name of names) this.#requested.delete(name);
    return this.#requested.size > 0 ? undefined : this.#end();
  }

  #end(): RegistrationStep | undefined {
    if (!this.#negotiating) return undefined;
    this.#negotiating = false;
    return { kind: "send", lines: ["CAP END"] };
  }

  #nextNick(message: IrcMessage): RegistrationStep {
    const { nick, alternativeNicks = [] } = this.#identity;
    const next = alternativeNicks[this.#attempt] ??
      nick + "_".repeat(this.#attempt - alternativeNicks.length + 1);
    this.#attempt++;
    if (this.#attempt > alternativeNicks.length + MOST_UNDERSCORES) {
      return failed(
        new ConnectionError("not_permitted", said(message, "Every nick to choose from is taken")),
      );
    }
    return { kind: "send", lines: [formatMessage({ command: "NICK", params: [next] })] };
  }
}

function failed(error: ParleyError): RegistrationStep {
  return { kind: "failed", error };
}

/** What went wrong, with the server's own words. */
function said(message: IrcMessage, what: string): string {
  return `${what}: ${JSON.stringify(message.text)}`;
}
