import { fromBase64, toBase64 } from "../irc/registration/scram.ts";
import type { Connection } from "./_irc_state.ts";

/** The mechanisms an IRC server for tests speaks. */
export type ServerMechanism = "PLAIN" | "SCRAM-SHA-256";

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
  accounts: ReadonlyMap<string, string>,
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

const ITERATIONS = 4096;
const CHUNK = 400;
const FAILURE: SaslAnswer = { kind: "failure" };

/** One client's login, from its AUTHENTICATE on. Nothing in it is random, and nothing of it is safe. */
export class SaslConversation {
  readonly #accounts: ReadonlyMap<string, string>;
  readonly #mechanism: ServerMechanism;
  #pieces = "";
  #state: "begun" | "first" | "proven" = "begun";
  #account = "";
  #auth = "";
  #nonce = "";

  /** Takes the passwords of the accounts. */
  constructor(mechanism: ServerMechanism, accounts: ReadonlyMap<string, string>) {
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
    const text = new TextDecoder().decode(bytes);
    return this.#mechanism === "PLAIN" ? this.#plain(text) : this.#scram(text);
  }

  #plain(text: string): SaslAnswer {
    const [, account = "", password] = text.split("\0");
    return this.#accounts.get(account) === password && password !== undefined
      ? { kind: "success", account }
      : FAILURE;
  }

  #scram(text: string): SaslAnswer {
    switch (this.#state) {
      case "begun":
        return this.#first(text);
      case "first":
        return this.#final(text);
      case "proven":
        return text === "" ? { kind: "success", account: this.#account } : FAILURE;
    }
  }

  #first(text: string): SaslAnswer {
    const [, bare, account, nonce] = /^n,,(n=([^,]+),r=([^,]+))$/.exec(text) ?? [];
    if (bare === undefined || account === undefined || !this.#accounts.has(account)) return FAILURE;
    this.#state = "first";
    this.#account = account;
    this.#nonce = `${nonce}.irc.test`;
    const first = `r=${this.#nonce},s=${btoa(`salt of ${account}`)},i=${ITERATIONS}`;
    this.#auth = `${bare},${first}`;
    return { kind: "challenge", payload: btoa(first) };
  }

  #final(text: string): SaslAnswer {
    const [, bare, nonce, proof = ""] = /^(c=biws,r=([^,]+)),p=(.+)$/.exec(text) ?? [];
    if (nonce !== this.#nonce) return FAILURE;
    const password = this.#accounts.get(this.#account) ?? "";
    const expected = scramProof(password, `salt of ${this.#account}`, `${this.#auth},${bare}`);
    if (toBase64(expected.proof) !== proof) return FAILURE;
    this.#state = "proven";
    return { kind: "challenge", payload: btoa(`v=${toBase64(expected.signature)}`) };
  }
}

const salted = new Map<string, Uint8Array>();

/** What proves to each side of SCRAM-SHA-256 that the other knows the password (RFC 5802 section 3). */
function scramProof(
  password: string,
  salt: string,
  authMessage: string,
): { proof: Uint8Array; signature: Uint8Array } {
  const crypto = nodeCrypto();
  const key = `${password} ${salt}`;
  const saltedPassword = salted.get(key) ?? crypto.pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  salted.set(key, saltedPassword);
  const hmac = (hmacKey: Uint8Array, text: string) =>
    new Uint8Array(crypto.createHmac("sha256", hmacKey).update(text).digest());
  const clientKey = hmac(saltedPassword, "Client Key");
  const storedKey = crypto.createHash("sha256").update(clientKey).digest();
  const clientSignature = hmac(storedKey, authMessage);
  return {
    proof: clientKey.map((byte, at) => byte ^ (clientSignature[at] ?? 0)),
    signature: hmac(hmac(saltedPassword, "Server Key"), authMessage),
  };
}

/** WebCrypto would keep the server waiting, which a core cannot. */
function nodeCrypto(): typeof import("node:crypto") {
  const process: unknown = Reflect.get(globalThis, "process");
  if (!loadsBuiltins(process)) throw new Error("Cannot speak SCRAM: this runtime has no node:crypto");
  return process.getBuiltinModule("node:crypto");
}

function loadsBuiltins(
  process: unknown,
): process is { getBuiltinModule(id: "node:crypto"): typeof import("node:crypto") } {
  return typeof process === "object" && process !== null && "getBuiltinModule" in process;
}
