import type { HostCrypto } from "../../../protocol/host_crypto.ts";
import { AuthenticationError, OptionError } from "../../../protocol/errors.ts";
import { LONGEST_SAID, quote } from "../../../protocol/data/quote.ts";
import { LONGEST_CHALLENGE } from "../../wire/bounds.ts";
import type { IrcMessage } from "../../wire/messages/message.ts";
import { withoutSecrets } from "../../wire/commands/secrecy.ts";
import {
  type DeriveAnswer,
  type DeriveAsk,
  fromBase64,
  type NonceAnswer,
  type NonceAsk,
  ScramClient,
  type ScramHash,
  toBase64,
} from "./scram.ts";

/** The SASL mechanisms parley speaks. */
export type SaslMechanism =
  | "EXTERNAL"
  | "ECDSA-NIST256P-CHALLENGE"
  | "SCRAM-SHA-512"
  | "SCRAM-SHA-256"
  | "PLAIN";

/** How to log in to an account. ([IRCv3 sasl](https://ircv3.net/specs/extensions/sasl-3.2)) */
export interface SaslOptions {
  /** The account. EXTERNAL needs none, where the certificate tells. */
  readonly username?: string;
  /** Its password, never shown again: for SCRAM and PLAIN. */
  readonly password?: string;
  /**
   * Signs a challenge of the server's with the account's NIST P-256 key, without hashing it first, as DER: for
   * ECDSA-NIST256P-CHALLENGE. `ecdsaSigner` makes one. It is given the host's cryptography, too.
   */
  readonly sign?: (challenge: Uint8Array, source: HostCrypto) => Uint8Array | Promise<Uint8Array>;
  /**
   * What to log in with, best first. One that the server does not offer is passed over, and if one fails the
   * next is tried. PLAIN shows the password to the server, and without TLS to whoever listens.
   *
   * @default what there are credentials for, of ECDSA-NIST256P-CHALLENGE, SCRAM-SHA-512, SCRAM-SHA-256 and, over
   * TLS only, PLAIN; without a password and `sign` EXTERNAL, which takes the certificate of `tls`
   */
  readonly mechanisms?: readonly SaslMechanism[];
  /** Whether to stay away if we cannot log in. @default {true} */
  readonly required?: boolean;
}

/** Asks for a signature of the account's key. */
export interface SignAsk {
  readonly kind: "sign";
  /** What the server wants signed. */
  readonly challenge: Uint8Array;
}

/** Answers a {@linkcode SignAsk}. */
export interface SignAnswer {
  readonly kind: "signature";
  /** What is sent to the server. */
  readonly signature: Uint8Array;
}

/** What logging in needs of the outside. */
export type SaslAsk = NonceAsk | DeriveAsk | SignAsk;

/** What answers that. */
export type SaslAnswer = NonceAnswer | DeriveAnswer | SignAnswer;

/** What comes next in logging in. */
export type SaslStep =
  /** `secret`: no recording may hold these lines. */
  | { readonly kind: "send"; readonly lines: readonly string[]; readonly secret: boolean }
  | { readonly kind: "ask"; readonly ask: SaslAsk }
  | { readonly kind: "done" }
  | {
    readonly kind: "failed";
    readonly lines: readonly string[];
    readonly error: AuthenticationError;
    /** True if the server is not who it should be: it must not be spoken to any further. */
    readonly impostor: boolean;
  };

/** A payload is sent in pieces of so many bytes of Base64. */
const CHUNK = 400;
const NOT_IN_THE_CLEAR =
  ", and PLAIN is not tried in the clear: connect by TLS, or name it in sasl.mechanisms";

const encoder = new TextEncoder();

/** The mechanisms to try, best first. `encrypted`: nobody can listen in. */
function mechanismsOf(options: SaslOptions, encrypted: boolean): readonly SaslMechanism[] {
  if (options.mechanisms !== undefined) return options.mechanisms;
  const signing: SaslMechanism[] = options.sign === undefined ? [] : ["ECDSA-NIST256P-CHALLENGE"];
  const knowing: SaslMechanism[] = options.password === undefined ? [] : ["SCRAM-SHA-512", "SCRAM-SHA-256"];
  const showing: SaslMechanism[] = leavesOutPlain(options, encrypted) || knowing.length === 0
    ? []
    : ["PLAIN"];
  const all = [...signing, ...knowing, ...showing];
  return all.length > 0 ? all : ["EXTERNAL"];
}

/** Whether the password is not shown as it is, since nobody has asked for that on a link where others may listen. */
function leavesOutPlain({ mechanisms, password }: SaslOptions, encrypted: boolean): boolean {
  return mechanisms === undefined && password !== undefined && !encrypted;
}

/**
 * Throws where a mechanism lacks what it needs.
 *
 * @throws {OptionError} with nothing of the password in it.
 */
export function checkSasl(options: SaslOptions): void {
  const { username, password, sign } = options;
  const mechanisms = mechanismsOf(options, true);
  if (mechanisms.length === 0) throw new OptionError("Cannot log in: sasl.mechanisms is empty");
  if (username?.includes("\0") || password?.includes("\0")) {
    throw new OptionError("Cannot log in: sasl.username or sasl.password contains NUL");
  }
  for (const mechanism of mechanisms) {
    const missing = mechanism === "EXTERNAL"
      ? undefined
      : !username
      ? "username"
      : mechanism === "ECDSA-NIST256P-CHALLENGE"
      ? sign === undefined ? "sign" : undefined
      : !password
      ? "password"
      : undefined;
    if (missing !== undefined) throw new OptionError(`Cannot log in by ${mechanism}: give sasl.${missing}`);
  }
}

/** One mechanism at work: what it answers to each challenge. */
interface Exchange {
  challenge(bytes: Uint8Array): ExchangeStep;
  answered?(answer: SaslAnswer): ExchangeStep;
  /** Whether the server proves that it knows the password: it never does, has yet to, or has. */
  readonly proof: "none" | "owed" | "given";
}

type ExchangeStep =
  | { readonly kind: "respond"; readonly bytes: Uint8Array }
  | { readonly kind: "ask"; readonly ask: SaslAsk }
  | { readonly kind: "wrong"; readonly why: string; readonly impostor: boolean };

/**
 * Logs in on one connection: mechanism after mechanism, until one succeeds or none is left.
 *
 * A server that turns out not to know the password is not given it in another way.
 */
export class Sasl {
  readonly #options: SaslOptions;
  #left: SaslMechanism[];
  #mechanism: SaslMechanism | undefined;
  #exchange: Exchange | undefined;
  /** What has come of a challenge that comes in pieces. */
  #pieces = "";
  #why = "the server offers none of the mechanisms";
  /** Whether PLAIN is left out, though the server may have it. */
  #withoutPlain: boolean;
  #over = false;

  /**
   * Takes how to log in, the value the server offers `sasl` with (its mechanisms, or nothing), and whether nobody
   * can listen in.
   */
  constructor(options: SaslOptions, offered: string, encrypted: boolean) {
    this.#options = options;
    this.#left = [...mechanismsOf(options, encrypted)];
    this.#withoutPlain = leavesOutPlain(options, encrypted);
    if (offered !== "") this.#only(offered);
  }

  /** Begins, or goes on with the next mechanism. */
  next(): SaslStep {
    const mechanism = this.#left.shift();
    if (mechanism === undefined) {
      return this.#fail(this.#withoutPlain ? this.#why + NOT_IN_THE_CLEAR : this.#why);
    }
    this.#mechanism = mechanism;
    this.#exchange = exchangeOf(mechanism, this.#options);
    this.#pieces = "";
    return { kind: "send", lines: [`AUTHENTICATE ${mechanism}`], secret: false };
  }

  /** Takes a message; undefined: it is none of ours, or nothing comes of it. */
  takeMessage(message: IrcMessage): SaslStep | undefined {
    if (this.#over) return undefined;
    switch (message.command) {
      case "AUTHENTICATE":
        return this.#challenge(message.param(0));
      case "903": // RPL_SASLSUCCESS
        return this.#exchange?.proof === "owed" ? this.#impostor() : this.#done();
      case "907": // ERR_SASLALREADY
        return this.#already();
      case "908": // RPL_SASLMECHS, ahead of the 904
        this.#only(message.param(1));
        return undefined;
      case "902": // ERR_NICKLOCKED
      case "904": // ERR_SASLFAIL
      case "905": // ERR_SASLTOOLONG
      case "906": // ERR_SASLABORTED
        return this.#refused(message.text);
      case "421": // ERR_UNKNOWNCOMMAND
        return message.param(1).toUpperCase() === "AUTHENTICATE" ? this.#refused(message.text) : undefined;
      default:
        return undefined;
    }
  }

  /** Takes what was asked for. */
  askAnswered(answer: SaslAnswer): SaslStep | undefined {
    const step = this.#over ? undefined : this.#exchange?.answered?.(answer);
    return step && this.#do(step);
  }

  /** What was asked for cannot be had. */
  askFailed(error: Error): SaslStep | undefined {
    return this.#over ? undefined : this.#abort(error.message);
  }

  /** Whether what failed was a signer, which may be well again the next time. */
  get signs(): boolean {
    return this.#exchange instanceof EcdsaExchange;
  }

  /** The server takes too long, or offers it no more. */
  give(why: string): SaslStep {
    return this.#abort(why);
  }

  /** "The response is encoded in Base64, then split to 400-byte chunks": one that is shorter is the last. */
  #challenge(piece: string): SaslStep | undefined {
    if (piece !== "+") this.#pieces += piece;
    if (this.#pieces.length > LONGEST_CHALLENGE) return this.#abort("its challenge is too long");
    if (piece.length === CHUNK) return undefined;
    const bytes = fromBase64(this.#pieces);
    this.#pieces = "";
    if (bytes === undefined) return this.#abort("its challenge is not Base64");
    return this.#exchange && this.#do(this.#exchange.challenge(bytes));
  }

  #do(step: ExchangeStep): SaslStep {
    switch (step.kind) {
      case "ask":
        return step;
      case "respond":
        return { kind: "send", lines: chunks(step.bytes), secret: true };
      case "wrong":
        return step.impostor ? this.#impostor() : this.#abort(step.why);
    }
  }

  #done(): SaslStep {
    this.#over = true;
    return { kind: "done" };
  }

  /** It says that we are logged in, which nobody has done on this link: that is worth as much as its proof. */
  #already(): SaslStep {
    switch (this.#exchange?.proof) {
      case "given":
        return this.#done();
      case "owed":
        return this.#impostor();
      default:
        return this.#fail("the server says that we are logged in already, and does not say as whom");
    }
  }

  #refused(said: string): SaslStep {
    const text = withoutSecrets(said, this.#options.password);
    this.#why = `the server refuses ${this.#mechanism}: ${quote(text, LONGEST_SAID)}`;
    return this.next();
  }

  #impostor(): SaslStep {
    return this.#fail("the server does not prove that it knows the password", ["AUTHENTICATE *"], true);
  }

  #abort(why: string): SaslStep {
    return this.#fail(`${this.#mechanism} failed: ${why}`, ["AUTHENTICATE *"]);
  }

  #fail(why: string, lines: readonly string[] = [], impostor = false): SaslStep {
    this.#over = true;
    const { username } = this.#options;
    const who = username === undefined ? "" : ` as ${quote(username)}`;
    return { kind: "failed", lines, impostor, error: new AuthenticationError(`Cannot log in${who}: ${why}`) };
  }

  /** Passes over what the server does not have. */
  #only(offered: string): void {
    const names = offered.toUpperCase().split(",");
    this.#left = this.#left.filter((mechanism) => names.includes(mechanism));
    this.#withoutPlain &&= names.includes("PLAIN");
  }
}

function exchangeOf(mechanism: SaslMechanism, options: SaslOptions): Exchange {
  const { username = "", password = "" } = options;
  switch (mechanism) {
    case "PLAIN": // RFC 4616: whom to act as, who logs in, and the password
      return single(`${username}\0${username}\0${password}`);
    case "EXTERNAL": // RFC 4422 appendix A: whom to act as, if not whom the certificate tells
      return single(username);
    case "ECDSA-NIST256P-CHALLENGE":
      return new EcdsaExchange(username);
    case "SCRAM-SHA-256":
    case "SCRAM-SHA-512":
      return new ScramExchange(mechanism === "SCRAM-SHA-256" ? "SHA-256" : "SHA-512", username, password);
  }
}

function single(text: string): Exchange {
  return { proof: "none", challenge: () => ({ kind: "respond", bytes: encoder.encode(text) }) };
}

/** The account's name, then a signature of what the server sends. */
class EcdsaExchange implements Exchange {
  readonly proof = "none";
  readonly #username: string;
  #named = false;

  constructor(username: string) {
    this.#username = username;
  }

  challenge(bytes: Uint8Array): ExchangeStep {
    if (this.#named) return { kind: "ask", ask: { kind: "sign", challenge: bytes } };
    this.#named = true;
    return { kind: "respond", bytes: encoder.encode(this.#username) };
  }

  answered(answer: SaslAnswer): ExchangeStep {
    if (answer.kind === "signature") return { kind: "respond", bytes: answer.signature };
    return { kind: "wrong", why: "there is no signature", impostor: false };
  }
}

class ScramExchange implements Exchange {
  readonly #scram: ScramClient;

  constructor(hash: ScramHash, username: string, password: string) {
    this.#scram = new ScramClient(hash, username, password);
  }

  get proof(): "owed" | "given" {
    return this.#scram.verified ? "given" : "owed";
  }

  challenge(bytes: Uint8Array): ExchangeStep {
    return encoded(this.#scram.challenge(bytes));
  }

  answered(answer: SaslAnswer): ExchangeStep {
    if (answer.kind !== "signature") return encoded(this.#scram.answered(answer));
    return { kind: "wrong", why: "there is no key", impostor: false };
  }
}

function encoded(step: ReturnType<ScramClient["challenge"]>): ExchangeStep {
  return step.kind === "respond" ? { kind: "respond", bytes: encoder.encode(step.text) } : step;
}

/** "If the last chunk was exactly 400 bytes long, it must also be followed by AUTHENTICATE +". */
function chunks(bytes: Uint8Array): string[] {
  const text = toBase64(bytes);
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += CHUNK) lines.push(`AUTHENTICATE ${text.slice(at, at + CHUNK)}`);
  if (text.length % CHUNK === 0) lines.push("AUTHENTICATE +");
  return lines;
}
