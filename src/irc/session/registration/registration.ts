import {
  AuthenticationError,
  ConnectionError,
  OptionError,
  type ParleyError,
  TimeoutError,
} from "../../../protocol/errors.ts";
import { LONGEST_SAID, quote } from "../../../protocol/data/quote.ts";
import { MOST_CAPABILITIES, MOST_LOGINS } from "../../wire/bounds.ts";
import { checkLength, checkName, whyUnsendable } from "../../wire/commands/command.ts";
import { formatMessage, type IrcMessage } from "../../wire/messages/message.ts";
import { withoutSecrets } from "../../wire/commands/secrecy.ts";
import { Capabilities } from "./capabilities.ts";
import { type AlternativeNicks, NickChoice } from "./nicks.ts";
import { checkSasl, Sasl, type SaslAnswer, type SaslAsk, type SaslOptions, type SaslStep } from "./sasl.ts";
import { parseSts } from "./sts.ts";

/** On whose behalf a gateway connects. ([IRCv3 WEBIRC](https://ircv3.net/specs/extensions/webirc)) */
export interface WebircOptions {
  /** What the gateway and the server have agreed on, never shown again. */
  readonly password: string;
  /** The gateway's name. */
  readonly gateway: string;
  /** The user's host name; the address again if there is none. */
  readonly hostname: string;
  /** The user's IPv4 or IPv6 address. */
  readonly ip: string;
  /** More about the user's connection, such as `secure` or `remote-port=1234`. @default {[]} */
  readonly options?: readonly string[];
}

/** Who we are to a server. */
export interface Identity {
  /** The nick to ask for. */
  readonly nick: string;
  /**
   * What to ask for if that is taken: nicks to try in turn, after them the first with underscores; or a function
   * that tells the next. @default {[]}
   */
  readonly alternativeNicks?: AlternativeNicks;
  /** The user name. @default the nick */
  readonly user?: string;
  /** The real name, or what the bot is for. @default the nick */
  readonly realname?: string;
  /** The server's password, never shown again. @default none */
  readonly password?: string;
  /** The account to log in to. @default none */
  readonly sasl?: SaslOptions;
  /** On whose behalf we connect, if we are a gateway. @default none */
  readonly webirc?: WebircOptions;
}

/** What is known at the start of a registration. */
export interface RegistrationContext {
  /** The capabilities wanted where the server has them. */
  readonly capabilities: Iterable<string>;
  /** Whether nobody can listen in, and who the server is was verified. */
  readonly encrypted: boolean;
  /** Whether STS has a say here: it has none over a WebSocket. */
  readonly sts: boolean;
  /** The nick to ask for, if not the identity's. */
  readonly nick?: string;
  /** How long a nick may be, if the server has told. */
  readonly nickLength?: number | undefined;
}

/** What comes of a message during registration, or after it. */
export type RegistrationStep =
  | { readonly kind: "send"; readonly lines: readonly string[]; readonly secret: boolean }
  | { readonly kind: "ask"; readonly ask: SaslAsk }
  | { readonly kind: "registered"; readonly nick: string }
  /** The server is to be reached by TLS, on this port, and by nothing else. */
  | { readonly kind: "upgrade"; readonly port: number }
  /** For how many seconds the server is to be reached by TLS only; 0: no more. */
  | { readonly kind: "policy"; readonly duration: number }
  /** We could not log in, and are or will be there without an account. */
  | { readonly kind: "login_failed"; readonly error: AuthenticationError }
  /** The server says more than there is room for. */
  | { readonly kind: "malformed"; readonly reason: string }
  /**
   * There is no way in. `leave`: to be told to the server. `temporary`: there may be one later, if there was one
   * before.
   */
  | {
    readonly kind: "failed";
    readonly error: ParleyError;
    readonly leave: boolean;
    readonly temporary: boolean;
  }
  /** There is no way in now: to be tried again. */
  | { readonly kind: "drop"; readonly reason: string };

/** What must not be shown of who we are, though a server repeats it. */
export function secretsOf({ password, sasl, webirc }: Identity): readonly (string | undefined)[] {
  return [password, sasl?.password, webirc?.password];
}

/**
 * Throws where an identity cannot be sent.
 *
 * @throws {OptionError} if something is missing for SASL.
 * @throws {CommandError} if something cannot stand in a line.
 */
export function checkIdentity(identity: Identity): void {
  const { nick, alternativeNicks = [], sasl } = identity;
  checkName("NICK", "nick", nick);
  if (typeof alternativeNicks !== "function") {
    for (const other of alternativeNicks) checkName("NICK", "nick", other);
  }
  if (sasl !== undefined) checkSasl(sasl);
  for (const step of new Registration(identity, { capabilities: [], encrypted: true, sts: false }).begin()) {
    if (step.kind === "send") {
      for (const line of step.lines) checkLength(line.split(" ", 1)[0] ?? "", line);
    }
  }
}

/**
 * Registration on one connection: WEBIRC, CAP negotiation (302), PASS, NICK, USER and SASL, until RPL_WELCOME;
 * then what servers offer or withdraw later on.
 * ([Modern IRC, connection registration](https://modern.ircdocs.horse/#connection-registration))
 */
export class Registration {
  readonly #identity: Identity;
  readonly #context: RegistrationContext;
  readonly #capabilities: Capabilities;
  readonly #nicks: NickChoice;
  #phase: "negotiating" | "ended" | "registered" = "negotiating";
  #listed = false;
  /** Whether PASS, NICK and USER wait until it is known whether the server wants TLS. */
  #held = false;
  /** Whether the server has shown that it knows CAP. */
  #knowsCap = false;
  /** Logging in, from the first AUTHENTICATE until it is done or has failed. */
  #sasl: Sasl | undefined;
  #loggedIn = false;
  /** Whether a login was tried, so that another follows only news. */
  #tried = false;
  #logins = 0;

  /** Takes who we are, and what is known. */
  constructor(identity: Identity, context: RegistrationContext) {
    this.#identity = identity;
    this.#context = context;
    this.#capabilities = new Capabilities(
      identity.sasl === undefined ? context.capabilities : [...context.capabilities, "sasl"],
    );
    this.#nicks = new NickChoice(
      context.nick ?? identity.nick,
      identity.alternativeNicks,
      context.nickLength,
    );
  }

  /** The capabilities the server has acknowledged. */
  get capabilities(): ReadonlySet<string> {
    return this.#capabilities.enabled;
  }

  /** The value that the server offers a wanted capability with; undefined: it does not offer it. */
  capabilityValue(name: string): string | undefined {
    return this.#capabilities.value(name);
  }

  /** Whether SASL is under way. */
  get authenticating(): boolean {
    return this.#sasl !== undefined;
  }

  /** Whether SASL has succeeded. */
  get loggedIn(): boolean {
    return this.#loggedIn;
  }

  /** What it waits for, if that must not take for ever. */
  get awaits(): "capabilities" | "login" | undefined {
    if (this.authenticating) return "login";
    return this.#held && !this.#knowsCap ? "capabilities" : undefined;
  }

  /** What begins it. */
  begin(): readonly RegistrationStep[] {
    const { password, webirc } = this.#identity;
    const { encrypted, sts } = this.#context;
    // "MUST be the first command sent […] and MUST be sent before capability negotiation."
    const gateway = webirc === undefined ? [] : this.#send([webircLine(webirc)], true);
    const ask = [...gateway, ...this.#send(["CAP LS 302"])];
    this.#held = true;
    // A server that wants TLS says so by its capabilities: who listens shall not have the password before that.
    return sts && !encrypted && password !== undefined ? ask : [...ask, ...this.#introduce()];
  }

  /** PASS, which "MUST be sent before" NICK and USER (RFC 2812 section 3.1.1); once. */
  #introduce(): readonly RegistrationStep[] {
    if (!this.#held) return [];
    this.#held = false;
    const { user, realname, password } = this.#identity;
    const nick = this.#nicks.asked;
    const pass = password === undefined ? [] : [formatMessage({ command: "PASS", params: [password] })];
    return [
      ...this.#send(pass, true),
      ...this.#send([
        formatMessage({ command: "NICK", params: [nick] }),
        formatMessage({ command: "USER", params: [user ?? nick, "0", "*", realname ?? nick] }),
      ]),
    ];
  }

  /** Takes one message from the server. */
  takeMessage(message: IrcMessage): readonly RegistrationStep[] {
    if (message.command === "CAP") return this.#cap(message);
    if (this.#held && this.#phase === "negotiating" && lacksCap(message)) return this.#introduce();
    const sasl = this.#sasl?.takeMessage(message);
    if (sasl !== undefined) return this.#saslStep(sasl);
    return this.#phase === "registered" ? [] : this.#numeric(message);
  }

  /** Takes what was asked for. */
  askAnswered(answer: SaslAnswer): readonly RegistrationStep[] {
    const step = this.#sasl?.askAnswered(answer);
    return step === undefined ? [] : this.#saslStep(step);
  }

  /** What was asked for cannot be had. */
  askFailed(error: Error): readonly RegistrationStep[] {
    const sasl = this.#sasl;
    const step = sasl?.askFailed(error);
    if (sasl === undefined || step === undefined) return [];
    if (!this.#mustLogIn) return this.#saslStep(step);
    if (error instanceof TimeoutError) return [{ kind: "drop", reason: error.message }];
    const temporary = sasl.signs && !(error instanceof OptionError);
    return this.#saslStep(step).map((step) => step.kind === "failed" ? { ...step, temporary } : step);
  }

  /** What it {@linkcode Registration.awaits} has taken too long: goes on without, if it may. */
  timedOut(): readonly RegistrationStep[] {
    // Servers without CAP may well say nothing to it.
    if (this.awaits === "capabilities") return this.#introduce();
    if (this.#sasl === undefined) return [];
    // "Clients SHOULD be prepared for timeouts at all times": services that are down come back.
    if (this.#mustLogIn) return [{ kind: "drop", reason: "SASL timed out" }];
    return this.#saslStep(this.#sasl.give("the server does not answer"));
  }

  /** Whether to stay away rather than be there without an account. */
  get #mustLogIn(): boolean {
    const { sasl } = this.#identity;
    return sasl !== undefined && sasl.required !== false && this.#phase !== "registered";
  }

  #numeric(message: IrcMessage): readonly RegistrationStep[] {
    // No nick was asked for yet, and none goes ahead of PASS.
    if (this.#held && /^43/.test(message.command)) return [];
    switch (message.command) {
      case "001":
        if (this.#mustLogIn && !this.#loggedIn) return [this.#unavailable()];
        this.#phase = "registered";
        this.#held = false;
        return [{ kind: "registered", nick: message.param(0) }];
      case "433": // ERR_NICKNAMEINUSE
      case "436": // ERR_NICKCOLLISION
      case "437": // ERR_UNAVAILRESOURCE
        return this.#nextNick(message);
      case "431": // ERR_NONICKNAMEGIVEN
      case "432": // ERR_ERRONEUSNICKNAME
        if (!this.#nicks.first) return this.#nextNick(message);
        return [
          failed(new ConnectionError("not_permitted", this.#said(message, "The server refuses the nick"))),
        ];
      case "464": // ERR_PASSWDMISMATCH
        return [failed(new AuthenticationError(this.#said(message, "The server refuses the password")))];
      case "468": // ERR_INVALIDUSERNAME, of ircu and InspIRCd
        if (this.#phase === "registered") return [];
        return [
          failed(
            new ConnectionError("not_permitted", this.#said(message, "The server refuses the user name")),
          ),
        ];
      default:
        return [];
    }
  }

  #cap(message: IrcMessage): readonly RegistrationStep[] {
    this.#knowsCap = true;
    const change = this.#capabilities.takeCap(message);
    switch (change?.kind) {
      case "listed": {
        this.#listed = true;
        const policy = this.#sts();
        if (policy?.kind === "upgrade") return [policy];
        return [...policy ? [policy] : [], ...this.#introduce(), ...this.#request()];
      }
      case "new": {
        const policy = change.names.includes("sts") ? this.#sts() : undefined;
        if (change.names.includes("sasl")) this.#tried = false;
        return [...policy ? [policy] : [], ...this.#request()];
      }
      case "deleted": {
        if (this.#sasl === undefined || !change.names.includes("sasl")) return [];
        const withdrawn = this.#saslStep(this.#sasl.give("the server withdraws SASL"));
        return this.#mustLogIn ? [this.#unavailable()] : withdrawn;
      }
      case "answered": {
        const full: RegistrationStep[] = change.isFull
          ? [{ kind: "malformed", reason: `there are ${MOST_CAPABILITIES} capabilities in force already` }]
          : [];
        return [...full, ...this.#send(change.lines), ...this.#proceed()];
      }
      case undefined:
        return [];
    }
  }

  /** "Clients MUST only respect each policy part on the appropriate connection type." */
  #sts(): RegistrationStep | undefined {
    const { port, duration } = parseSts(this.#capabilities.value("sts") ?? "");
    const { encrypted, sts } = this.#context;
    if (sts && encrypted && duration !== undefined) return { kind: "policy", duration };
    if (sts && !encrypted && port !== undefined) return { kind: "upgrade", port };
    return undefined;
  }

  #request(): readonly RegistrationStep[] {
    const lines = this.#capabilities.request();
    return [...this.#send(lines), ...this.#proceed()];
  }

  /** Once all requests are answered, logs in; once that is settled too, ends the negotiation. */
  #proceed(): readonly RegistrationStep[] {
    if (!this.#listed || !this.#capabilities.settled || this.#sasl !== undefined) return [];
    const { sasl } = this.#identity;
    if (sasl === undefined || this.#loggedIn || this.#tried) return this.#end();
    if (!this.#capabilities.enabled.has("sasl")) {
      if (this.#mustLogIn) return [this.#unavailable()];
      if (this.#phase !== "negotiating") return [];
      return [{ kind: "login_failed", error: unavailable() }, ...this.#end()];
    }
    this.#tried = true;
    if (++this.#logins > MOST_LOGINS) {
      const reason = `the server has refused ${MOST_LOGINS} logins on this link`;
      return [{ kind: "malformed", reason }, ...this.#end()];
    }
    this.#sasl = new Sasl(sasl, this.#capabilities.value("sasl") ?? "", this.#context.encrypted);
    return this.#saslStep(this.#sasl.next());
  }

  #saslStep(step: SaslStep): readonly RegistrationStep[] {
    switch (step.kind) {
      case "send":
        return [step];
      case "ask":
        return [step];
      case "done":
        this.#loggedIn = true;
        this.#sasl = undefined;
        return this.#end();
      case "failed": {
        this.#sasl = undefined;
        if (this.#mustLogIn || step.impostor) return [...this.#send(step.lines), failed(step.error, true)];
        return [
          ...this.#send(step.lines),
          { kind: "login_failed", error: step.error },
          ...this.#end(),
        ];
      }
    }
  }

  #end(): readonly RegistrationStep[] {
    if (this.#phase !== "negotiating") return [];
    this.#phase = "ended";
    return this.#send(["CAP END"]);
  }

  #nextNick(message: IrcMessage): readonly RegistrationStep[] {
    const next = this.#nicks.next(message.param(1));
    if (next === undefined) {
      const why = this.#said(message, "Every nick to choose from is taken");
      return [failed(new ConnectionError("not_permitted", why))];
    }
    const unsendable = whyUnsendable({ kind: "NICK", nick: next });
    if (unsendable !== undefined) {
      const why = `The option alternativeNicks gives ${quote(next)}: ${unsendable}`;
      return [failed(new OptionError(why))];
    }
    return this.#send([formatMessage({ command: "NICK", params: [next] })]);
  }

  #send(lines: readonly string[], secret = false): readonly RegistrationStep[] {
    return lines.length === 0 ? [] : [{ kind: "send", lines, secret }];
  }

  /** What went wrong, with the server's own words. */
  #said(message: IrcMessage, what: string): string {
    return `${what}: ${quote(withoutSecrets(message.text, ...secretsOf(this.#identity)), LONGEST_SAID)}`;
  }

  /** "If a client […] is unable to obtain the sasl capability, then the client MUST disconnect and MAY retry". */
  #unavailable(): RegistrationStep {
    return { kind: "failed", error: unavailable(), leave: true, temporary: true };
  }
}

function unavailable(): AuthenticationError {
  return new AuthenticationError("Cannot log in: the server offers no SASL");
}

/** Whether a server says of our CAP LS, all it has heard but WEBIRC, that it knows no such thing. */
function lacksCap({ command, params }: IrcMessage): boolean {
  // ERR_INVALIDCAPCMD, ERR_UNKNOWNCOMMAND, ERR_NOTREGISTERED, ERR_NEEDMOREPARAMS; some name the command.
  if (!["410", "421", "451", "461"].includes(command)) return false;
  return params.length < 3 || /^(?:CAP|LS)$/i.test(params[1] ?? "");
}

function webircLine({ password, gateway, hostname, ip, options = [] }: WebircOptions): string {
  // "If the IP address is an IPv6 address beginning with a colon, it MUST be sent with a […] preceding zero."
  const [host, address] = [hostname, ip].map((text) => text.startsWith(":") ? `0${text}` : text);
  const more = options.length === 0 ? [] : [options.join(" ")];
  return formatMessage({
    command: "WEBIRC",
    params: [password, gateway, host ?? "", address ?? "", ...more],
  });
}

function failed(error: ParleyError, leave = false): RegistrationStep {
  return { kind: "failed", error, leave, temporary: false };
}
