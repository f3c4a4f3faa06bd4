import { fromBase64, toBase64 } from "@parley/parley/internal";
import { builtin } from "../../world/_builtin.ts";
import type { IrcServerOptions } from "../_types.ts";
import { wasSigned } from "./_ecdsa.ts";
import type { Connection } from "../network/_state.ts";

/** The mechanisms an IRC server for tests speaks. */
export type ServerMechanism =
  | "PLAIN"
  | "EXTERNAL"
  | "SCRAM-SHA-256"
  | "SCRAM-SHA-512"
  | "ECDSA-NIST256P-CHALLENGE";

/** What the server knows of its accounts. */
export interface ServerAccounts {
  /** Their passwords. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Their private keys, as PEM text. */
  readonly signers: ReadonlyMap<string, string>;
  /** Whose certificate every client shows. */
  readonly certificate: string | undefined;
  /** Whether there are any. */
  readonly any: boolean;
}

/** The accounts that the options name. */
export function accountsOf({ accounts = {}, signers = {}, certificate }: IrcServerOptions): ServerAccounts {
  const passwords = new Map(Object.entries(accounts));
  const keys = new Map(Object.entries(signers));
  const any = passwords.size > 0 || keys.size > 0 || certificate !== undefined;
  return { passwords, signers: keys, certificate, any };
}

/** What the server answers: a payload to send, who has logged in, or nothing, if that has failed. */
type SaslAnswer =
  | { readonly kind: "challenge"; readonly payload: string }
  | { readonly kind: "success"; readonly account: string }
  | { readonly kind: "failure" };

/** What the server sends to a client: a line, or a numeric and its parameters. */
type Reply = string | readonly [numeric: string, params: readonly string[]];

/** What a client's AUTHENTICATE comes to. */
export function authenticate(
  connection: Connection,
  param: string,
  mechanisms: readonly ServerMechanism[],
  accounts: ServerAccounts,
): readonly Reply[] {
  const failed = (): readonly Reply[] => {
    connection.sasl = undefined;
    return [[param === "*" ? "906" : "904", ["SASL authentication failed"]]];
  };
  if (!connection.capabilities.has("sasl")) return failed();
  if (connection.sasl === undefined) {
    const mechanism = mechanisms.find((name) => name === param.toUpperCase());
    if (mechanism === undefined) {
      return [["908", [mechanisms.join(",") || "*", "are available SASL mechanisms"]], ...failed()];
    }
    connection.sasl = new SaslConversation(mechanism, accounts);
    return ["AUTHENTICATE +"];
  }
  const answer = connection.sasl.take(param);
  switch (answer?.kind) {
    case "challenge":
      return [`AUTHENTICATE ${answer.payload}`];
    case "failure":
      return failed();
    case "success":
      connection.sasl = undefined;
      connection.account = answer.account;
      return [
        ["900", [connection.mask, answer.account, "You are now logged in"]],
        ["903", ["SASL authentication successful"]],
      ];
    case undefined:
      return [];
  }
}

type ServerHash = "sha256" | "sha512";

const ITERATIONS = 4096;
const CHUNK = 400;
/** What every key is to sign. */
const CHALLENGE = Uint8Array.from({ length: 32 }, (_, index) => 7 * index);
const FAILURE: SaslAnswer = { kind: "failure" };

/** One client's login, from its AUTHENTICATE on. Nothing in it is random, and nothing of it is safe. */
export class SaslConversation {
  readonly #accounts: ServerAccounts;
  readonly #mechanism: ServerMechanism;
  #pieces = "";
  #state: "begun" | "first" | "proven" = "begun";
  #account = "";
  #auth = "";
  #nonce = "";

  /** Takes what is known of the accounts. */
  constructor(mechanism: ServerMechanism, accounts: ServerAccounts) {
    this.#mechanism = mechanism;
    this.#accounts = accounts;
  }

  /** Takes one AUTHENTICATE; undefined: more must come. */
  take(piece: string): SaslAnswer | undefined {
    if (piece === "*") return FAILURE;
    if (piece !== "+") this.#pieces += piece;
    if (piece.length === CHUNK) return undefined;
    const bytes = fromBase64(this.#pieces);
    this.#pieces = "";
    if (bytes === undefined) return FAILURE;
    if (this.#mechanism === "ECDSA-NIST256P-CHALLENGE") return this.#ecdsa(bytes);
    const text = new TextDecoder().decode(bytes);
    switch (this.#mechanism) {
      case "PLAIN":
        return this.#plain(text);
      case "EXTERNAL":
        return this.#external(text);
      default:
        return this.#scram(text, this.#mechanism === "SCRAM-SHA-256" ? "sha256" : "sha512");
    }
  }

  #external(text: string): SaslAnswer {
    const { certificate } = this.#accounts;
    const is = certificate !== undefined && (text === "" || text === certificate);
    return is ? { kind: "success", account: certificate } : FAILURE;
  }

  #ecdsa(bytes: Uint8Array): SaslAnswer {
    const pem = this.#accounts.signers.get(this.#account);
    if (pem !== undefined) {
      return wasSigned(pem, CHALLENGE, bytes) ? { kind: "success", account: this.#account } : FAILURE;
    }
    [this.#account = ""] = new TextDecoder().decode(bytes).split("\0");
    return this.#accounts.signers.has(this.#account)
      ? { kind: "challenge", payload: toBase64(CHALLENGE) }
      : FAILURE;
  }

  #plain(text: string): SaslAnswer {
    const [, account = "", password] = text.split("\0");
    return this.#accounts.passwords.get(account) === password && password !== undefined
      ? { kind: "success", account }
      : FAILURE;
  }

  #scram(text: string, hash: ServerHash): SaslAnswer {
    switch (this.#state) {
      case "begun":
        return this.#first(text);
      case "first":
        return this.#final(text, hash);
      case "proven":
        return text === "" ? { kind: "success", account: this.#account } : FAILURE;
    }
  }

  #first(text: string): SaslAnswer {
    const [, bare, account, nonce] = /^n,,(n=([^,]+),r=([^,]+))$/.exec(text) ?? [];
    if (bare === undefined || account === undefined || !this.#accounts.passwords.has(account)) return FAILURE;
    this.#state = "first";
    this.#account = account;
    this.#nonce = `${nonce}.irc.test`;
    const first = `r=${this.#nonce},s=${btoa(`salt of ${account}`)},i=${ITERATIONS}`;
    this.#auth = `${bare},${first}`;
    return { kind: "challenge", payload: btoa(first) };
  }

  #final(text: string, hash: ServerHash): SaslAnswer {
    const [, bare, nonce, proof = ""] = /^(c=biws,r=([^,]+)),p=(.+)$/.exec(text) ?? [];
    if (nonce !== this.#nonce) return FAILURE;
    const password = this.#accounts.passwords.get(this.#account) ?? "";
    const expected = scramProof(hash, password, `salt of ${this.#account}`, `${this.#auth},${bare}`);
    if (toBase64(expected.proof) !== proof) return FAILURE;
    this.#state = "proven";
    return { kind: "challenge", payload: btoa(`v=${toBase64(expected.signature)}`) };
  }
}

const salted = new Map<string, Uint8Array>();

/** What proves to each side of SCRAM that the other knows the password (RFC 5802 section 3). */
function scramProof(
  hash: ServerHash,
  password: string,
  salt: string,
  authMessage: string,
): { proof: Uint8Array; signature: Uint8Array } {
  // WebCrypto would keep the server waiting, which a core cannot.
  const crypto = builtin("node:crypto");
  if (crypto === undefined) throw new Error("Cannot speak SCRAM: this runtime has no node:crypto");
  const key = `${hash} ${password} ${salt}`;
  const saltedPassword = salted.get(key) ??
    crypto.pbkdf2Sync(password, salt, ITERATIONS, hash === "sha256" ? 32 : 64, hash);
  salted.set(key, saltedPassword);
  const hmac = (hmacKey: Uint8Array, text: string) =>
    new Uint8Array(crypto.createHmac(hash, hmacKey).update(text).digest());
  const clientKey = hmac(saltedPassword, "Client Key");
  const storedKey = crypto.createHash(hash).update(clientKey).digest();
  const clientSignature = hmac(storedKey, authMessage);
  return {
    proof: clientKey.map((byte, at) => byte ^ (clientSignature[at] ?? 0)),
    signature: hmac(hmac(saltedPassword, "Server Key"), authMessage),
  };
}
