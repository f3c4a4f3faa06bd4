import { createHash } from "node:crypto";
import { type ScramHash, toBase64 } from "../../src/irc/session/registration/scram.ts";
import { Sasl, type SaslStep } from "../../src/irc/session/registration/sasl.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

const PASSWORD = "sesame";
const NONCE = "fyko+d2lbbFgONRv9qkxdawL";

/** Whatever a server says while SCRAM logs in: that has succeeded if and only if the server's signature is right. */
export const scramFuzzer: Fuzzer = {
  name: "scram",
  inSuite: 2_000,
  feed(draw) {
    const hash: ScramHash = draw.chance(0.5) ? "SHA-256" : "SHA-512";
    const client = new Client(hash);
    const server = new Server(hash);
    const lines = draw.chance(0.7) ? straight(draw) : draw.list(draw.integer(1, 10), () => draw.pick(SAYS));
    for (const says of lines) {
      // An exchange that is over has nothing to hear.
      if (client.outcome !== "under way") break;
      for (const line of server.says(draw, says, client)) client.hear(line, server);
    }
    const { outcome, proven } = client;
    if ((outcome === "done") !== proven) throw new Error(`Logging in is ${outcome}, proven: ${proven}`);
  },
};

const SAYS = ["begin", "first", "final", "success", "already", "account", "refused", "noise"] as const;
type Says = (typeof SAYS)[number];

/** As a server should speak, but for what is changed in a message, or in their order. */
function straight(draw: Draw): Says[] {
  const says: Says[] = ["begin", "first", "final", draw.chance(0.8) ? "success" : "already"];
  if (draw.chance(0.2)) says.splice(draw.integer(0, says.length), 0, draw.pick(SAYS));
  if (draw.chance(0.1)) says.splice(draw.integer(0, says.length - 1), 1);
  return says;
}

/** The client's side, and whether by rights it is logged in: judged by what went over the wire. */
class Client {
  readonly #sasl: Sasl;
  /** What it has said, decoded. */
  readonly said: string[] = [];
  outcome: SaslStep["kind"] | "under way" = "under way";
  /** Whether the server has told the right signature in its turn, and then that we are logged in. */
  proven = false;
  #signed = false;
  #pieces = "";

  constructor(hash: ScramHash) {
    const options = { username: "bot", password: PASSWORD, mechanisms: [`SCRAM-${hash}` as const] };
    this.#sasl = new Sasl(options, "", true);
    this.#do(this.#sasl.next());
  }

  hear(line: string, server: Server): void {
    const message = parseMessage(line);
    const turns = this.said.length;
    if (message.command === "AUTHENTICATE") {
      const piece = message.param(0);
      if (piece !== "+") this.#pieces += piece;
      if (piece.length !== 400) {
        // Only what answers the client's proof, and is all of a verifier, proves anything.
        this.#signed ||= turns === 2 && server.isVerifier(decoded(this.#pieces), this.said);
        this.#pieces = "";
      }
    }
    if (/^90[37]$/.test(message.command)) this.proven = this.outcome === "under way" && this.#signed;
    this.#do(this.#sasl.takeMessage(message));
  }

  #do(step: SaslStep | undefined): void {
    if (step === undefined) return;
    if (step.kind === "done" || step.kind === "failed") this.outcome = step.kind;
    if (step.kind === "send" && step.secret) {
      this.said.push(
        decoded(step.lines.map((line) => line.slice("AUTHENTICATE ".length)).join("").replace("+", "")) ?? "",
      );
    }
    if (step.kind !== "ask") return;
    const { ask } = step;
    if (ask.kind === "nonce") return this.#do(this.#sasl.askAnswered({ kind: "nonce", nonce: NONCE }));
    if (ask.kind !== "derive") throw new Error(`There is no "${ask.kind}" in SCRAM`);
    const { hash, password, salt, iterations, authMessage } = ask;
    const key = (label: string) => digest(hash, label, password, toBase64(salt), iterations, authMessage);
    this.#do(this.#sasl.askAnswered({ kind: "derived", proof: key("proof"), signature: key("signature") }));
  }
}

/** The server's side; what is slow about SCRAM is replaced by one hash on both. */
class Server {
  readonly #hash: ScramHash;
  #first = "";

  constructor(hash: ScramHash) {
    this.#hash = hash;
  }

  says(draw: Draw, what: Says, { said }: Client): string[] {
    switch (what) {
      case "begin":
        return ["AUTHENTICATE +"];
      case "first": {
        const first = `r=${NONCE}3rfcNHYJY1ZVvWVs7j,s=${toBase64(draw.bytes(draw.integer(1, 24)))},i=4096`;
        this.#first = draw.chance(0.3) ? changed(draw, first) : first;
        return authenticate(this.#first);
      }
      case "final": {
        const right = `v=${this.#signature(said)}`;
        const final = draw.pick([
          right,
          right,
          right,
          "v=",
          "e=invalid-proof",
          `v=${toBase64(draw.bytes(32))}`,
        ]);
        return authenticate(draw.chance(0.4) ? changed(draw, final) : final);
      }
      case "success":
        return [":s 903 bot :SASL authentication successful"];
      case "already":
        return [":s 907 bot :You have already authenticated"];
      case "account":
        return [":s 900 bot bot!u@h bot :You are now logged in"];
      case "refused":
        return [`:s ${draw.pick(["902", "904", "905", "906"])} bot :SASL authentication failed`];
      case "noise":
        return [
          draw.pick([
            ":s NOTICE * :hi",
            "PING x",
            ":s 421 bot AUTHENTIC :x",
            "AUTHENTICATE *",
            "AUTHENTICATE",
          ]),
        ];
    }
  }

  /** Whether this is a message that proves that the server knows the password. */
  isVerifier(text: string | undefined, said: readonly string[]): boolean {
    const verifier = text?.startsWith("v=") ? text.slice(2).split(",", 1)[0] : undefined;
    const bytes = verifier === undefined || verifier === "" ? undefined : bytesOf(verifier);
    return bytes !== undefined && toBase64(bytes) === this.#signature(said);
  }

  #signature([hello = "", proof = ""]: readonly string[]): string {
    const [, salt = "", iterations = ""] = /,s=([^,]*),i=([0-9]*)/.exec(this.#first) ?? [];
    const auth = `${hello.slice("n,,".length)},${this.#first},${proof.replace(/,p=.*$/, "")}`;
    const bytes = bytesOf(salt) ?? new Uint8Array();
    return toBase64(digest(this.#hash, "signature", PASSWORD, toBase64(bytes), Number(iterations), auth));
  }
}

function digest(hash: ScramHash, ...parts: readonly (string | number)[]): Uint8Array {
  return createHash(hash.replace("-", "").toLowerCase()).update(JSON.stringify(parts)).digest();
}

function authenticate(text: string): string[] {
  const data = Buffer.from(text).toString("base64");
  const pieces = data.match(/.{1,400}/g) ?? [];
  return [...pieces, ...data.length % 400 === 0 ? ["+"] : []].map((piece) => `AUTHENTICATE ${piece}`);
}

function changed(draw: Draw, text: string): string {
  const at = draw.integer(0, text.length);
  switch (draw.integer(0, 4)) {
    case 0:
      return text.slice(0, at) + draw.pick([..."aZ0+/=,\0\r "]) + text.slice(at + 1);
    case 1:
      return text.slice(0, at);
    case 2:
      return `${text},${draw.pick(["x=1", "v=AAAA", "m=ext", ""])}`;
    case 3:
      return draw.pick(["m=ext,", "e=x,", " ", "v=AAAA,"]) + text;
    default:
      return text + draw.text(draw.integer(1, 500));
  }
}

/** The text in a payload; undefined: it is no Base64. */
function decoded(base64: string): string | undefined {
  const bytes = bytesOf(base64);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** By the letter of RFC 4648, but that padding may be missing. */
function bytesOf(base64: string): Uint8Array | undefined {
  const padded = /^[A-Za-z0-9+/]*={1,2}$/.test(base64);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || (padded && base64.length % 4 !== 0)) return undefined;
  return base64.replace(/=+$/, "").length % 4 === 1 ? undefined : Buffer.from(base64, "base64");
}
