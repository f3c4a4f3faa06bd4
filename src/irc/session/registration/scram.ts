import { quote } from "../../../protocol/data/quote.ts";

/** The hashes SCRAM is used with on IRC. */
export type ScramHash = "SHA-256" | "SHA-512";

/** Asks for a nonce: printable ASCII without commas that nobody can guess. */
export interface NonceAsk {
  readonly kind: "nonce";
}

/** Asks for what only slow cryptography can tell (RFC 5802 section 3). */
export interface DeriveAsk {
  readonly kind: "derive";
  /** Which hash the mechanism is of. */
  readonly hash: ScramHash;
  /** Never to be shown or recorded. */
  readonly password: string;
  /** The server's salt for this account. */
  readonly salt: Uint8Array;
  /** How many times the hash is applied, as the server says. */
  readonly iterations: number;
  /** What both sides sign. */
  readonly authMessage: string;
}

/** Answers a {@linkcode NonceAsk}. */
export interface NonceAnswer {
  readonly kind: "nonce";
  /** Printable characters that nobody can guess. */
  readonly nonce: string;
}

/** Answers a {@linkcode DeriveAsk}. */
export interface DeriveAnswer {
  readonly kind: "derived";
  /** Proves to the server that we know the password. */
  readonly proof: Uint8Array;
  /** What the server must send to prove that it does. */
  readonly signature: Uint8Array;
}

/** What a SCRAM client does next. */
export type ScramStep =
  | { readonly kind: "ask"; readonly ask: NonceAsk | DeriveAsk }
  | { readonly kind: "respond"; readonly text: string }
  /** What the server sent is wrong: the exchange must be aborted. `impostor`: it does not know the password. */
  | { readonly kind: "wrong"; readonly why: string; readonly impostor: boolean };

// RFC 7677 section 4: "the iteration-count be such that […] at least 4096". Fewer would make the password
// cheap to guess for whoever asked for so few.
const FEWEST_ITERATIONS = 4096;
// Some seconds of work: a server must not keep us busy for as long as it likes.
const MOST_ITERATIONS = 1_000_000;
/** The GS2 header: no channel binding, and no other identity to act as. */
const GS2_HEADER = "n,,";

/**
 * The client's side of SCRAM, without the cryptography.
 * ([RFC 5802](https://www.rfc-editor.org/rfc/rfc5802), [RFC 7677](https://www.rfc-editor.org/rfc/rfc7677))
 */
export class ScramClient {
  readonly #hash: ScramHash;
  readonly #username: string;
  readonly #password: string;
  #state: "new" | "nonce" | "first" | "deriving" | "final" | "done" = "new";
  #nonce = "";
  #clientFirstBare = "";
  #clientFinalBare = "";
  #signature: Uint8Array | undefined;

  /** Takes who logs in. */
  constructor(hash: ScramHash, username: string, password: string) {
    this.#hash = hash;
    this.#username = saslPrep(username);
    this.#password = saslPrep(password);
  }

  /** Whether the server has proven that it knows the password. */
  get verified(): boolean {
    return this.#state === "done";
  }

  /** Takes what the server sent. */
  challenge(bytes: Uint8Array): ScramStep {
    const text = new TextDecoder().decode(bytes);
    switch (this.#state) {
      case "new":
        this.#state = "nonce";
        return { kind: "ask", ask: { kind: "nonce" } };
      case "first":
        return this.#serverFirst(text);
      case "final":
        return this.#serverFinal(text);
      default:
        return wrong("it says something out of turn");
    }
  }

  /** Takes what was asked for. */
  answered(answer: NonceAnswer | DeriveAnswer): ScramStep {
    if (this.#state === "nonce" && answer.kind === "nonce") {
      this.#state = "first";
      this.#nonce = answer.nonce;
      const name = this.#username.replaceAll("=", "=3D").replaceAll(",", "=2C");
      this.#clientFirstBare = `n=${name},r=${this.#nonce}`;
      return { kind: "respond", text: GS2_HEADER + this.#clientFirstBare };
    }
    if (this.#state === "deriving" && answer.kind === "derived") {
      this.#state = "final";
      this.#signature = answer.signature;
      return { kind: "respond", text: `${this.#clientFinalBare},p=${toBase64(answer.proof)}` };
    }
    return wrong("an answer came that nobody asked for");
  }

  /** "r=<nonce>,s=<salt>,i=<iterations>", perhaps with extensions, of which those before the nonce are mandatory. */
  #serverFirst(text: string): ScramStep {
    const [, nonce, salt, iterations] =
      /^r=([\x21-\x2b\x2d-\x7e]+),s=([^,]+),i=([1-9][0-9]{0,9})(?:,|$)/.exec(text) ??
        [];
    if (nonce === undefined || salt === undefined) return wrong("its first message is not one of SCRAM");
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      return wrong("its nonce does not continue ours");
    }
    const saltBytes = fromBase64(salt);
    if (saltBytes === undefined) return wrong("its salt is not Base64");
    const count = Number(iterations);
    if (count < FEWEST_ITERATIONS || count > MOST_ITERATIONS) {
      return wrong(`it asks for ${count} iterations, need ${FEWEST_ITERATIONS} to ${MOST_ITERATIONS}`);
    }
    this.#state = "deriving";
    this.#clientFinalBare = `c=${btoa(GS2_HEADER)},r=${nonce}`;
    const authMessage = `${this.#clientFirstBare},${text},${this.#clientFinalBare}`;
    return {
      kind: "ask",
      ask: {
        kind: "derive",
        hash: this.#hash,
        password: this.#password,
        salt: saltBytes,
        iterations: count,
        authMessage,
      },
    };
  }

  /** "v=<signature>", or "e=<error>". */
  #serverFinal(text: string): ScramStep {
    const [, refused] = /^e=([^,]+)(?:,|$)/.exec(text) ?? [];
    if (refused !== undefined) return wrong(whyRefused(refused));
    const [, verifier] = /^v=([^,]+)(?:,|$)/.exec(text) ?? [];
    const signature = verifier === undefined ? undefined : fromBase64(verifier);
    if (signature === undefined || this.#signature === undefined || !equal(signature, this.#signature)) {
      return { kind: "wrong", why: "it does not prove that it knows the password", impostor: true };
    }
    this.#state = "done";
    return { kind: "respond", text: "" };
  }
}

/** "server-error-value = …" (RFC 5802 section 7) */
function whyRefused(error: string): string {
  const said = quote(error);
  if (error === "invalid-proof") return `the server says that the password is wrong (${said})`;
  if (error === "unknown-user") return `the server does not know the account (${said})`;
  return `the server says ${said}`;
}

function wrong(why: string): ScramStep {
  return { kind: "wrong", why, impostor: false };
}

/** Compares without telling by the time it takes where the difference is. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}

/**
 * The mapping and normalisation of SASLprep (RFC 4013 sections 2.1 and 2.2), which lets one password be one
 * however it was typed.
 */
function saslPrep(text: string): string {
  return text
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, " ")
    .replace(/[\u00AD\u034F\u1806\u180B-\u180D\u200C\u200D\u2060\uFE00-\uFE0F\uFEFF]/g, "")
    .normalize("NFKC");
}

/** Bytes as Base64. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** The bytes of a Base64 text; undefined if it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
