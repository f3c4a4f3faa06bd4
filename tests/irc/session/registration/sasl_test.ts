import { createECDH, createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { describe, it, test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import type { SaslOptions } from "../../../../src/irc/session/registration/sasl.ts";
import { LONGEST_CHALLENGE, MOST_LOGINS } from "../../../../src/irc/wire/bounds.ts";
import { AuthenticationError, TimeoutError } from "../../../../src/protocol/errors.ts";
import { IrcHand } from "../../_registering.ts";

/** Where the server has acknowledged SASL; what was sent before is out of the way. */
function offered(sasl: SaslOptions, value = ""): IrcHand {
  const hand = new IrcHand({ sasl, capabilities: [] }).start().offers(
    value === "" ? "sasl" : `sasl=${value}`,
  );
  hand.sent();
  return hand.lines(":s CAP * ACK :sasl");
}

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString("base64");
const payloads = (lines: string[]) => lines.map((line) => line.replace(/^AUTHENTICATE /, ""));

describe("PLAIN", () => {
  const plain = (password: string) =>
    offered({ username: "foo", password, mechanisms: ["PLAIN"] }).lines("AUTHENTICATE +");

  it("Sasl by PLAIN: splits a long payload into pieces of 400 bytes", () => {
    const password = "é".repeat(300);
    const whole = base64(`foo\0foo\0${password}`);
    const sent = payloads(plain(password).sent());
    assertEquals(sent, ["PLAIN", whole.slice(0, 400), whole.slice(400, 800), whole.slice(800)]);
  });

  it("Sasl by PLAIN: ends a payload of a multiple of 400 bytes with a lone +", () => {
    const sent = payloads(plain("x".repeat(292)).sent());
    assertEquals(sent.slice(1).map((piece) => piece.length), [400, 1]);
    assertEquals(sent.at(-1), "+");
  });

  it("Sasl by PLAIN: puts a payload together from pieces of whatever number", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 1_200, unit: "grapheme-ascii" }), (password) => {
        const sent = payloads(plain(password).sent()).slice(1);
        assertEquals(sent.filter((piece) => piece !== "+").join(""), base64(`foo\0foo\0${password}`));
        assert(sent.slice(0, -1).every((piece) => piece.length === 400));
        assert((sent.at(-1) ?? "").length < 400);
      }),
    );
  });
});

describe("EXTERNAL", () => {
  it("Sasl by EXTERNAL: says nothing, or whom to act as", () => {
    assertEquals(offered({}, "EXTERNAL").lines("AUTHENTICATE +").sent(), [
      "AUTHENTICATE EXTERNAL",
      "AUTHENTICATE +",
    ]);
    const named = offered({ username: "jilles", mechanisms: ["EXTERNAL"] }).lines("AUTHENTICATE :+");
    assertEquals(named.sent(), ["AUTHENTICATE EXTERNAL", "AUTHENTICATE amlsbGVz"]);
  });
});

describe("ECDSA-NIST256P-CHALLENGE", () => {
  it("Sasl by ECDSA-NIST256P-CHALLENGE: names the account, then has the challenge signed as it is", async () => {
    const challenge = randomBytes(32);
    const seen: Uint8Array[] = [];
    const sign = (bytes: Uint8Array) => {
      seen.push(bytes);
      return new Uint8Array([1, 2, 3]);
    };
    const hand = offered({ username: "jilles", sign }).lines("AUTHENTICATE +");
    assertEquals(hand.sent(), ["AUTHENTICATE ECDSA-NIST256P-CHALLENGE", "AUTHENTICATE amlsbGVz"]);
    hand.lines(`AUTHENTICATE ${base64(challenge)}`);
    await hand.answerAll();
    assertEquals(hand.sent(), ["AUTHENTICATE AQID"]);
    assertEquals(seen.map((bytes) => [...bytes]), [[...challenge]]);
    assertEquals(hand.lines(":s 903 * :ok").sent(), ["CAP END"]);
  });

  it("Sasl by ECDSA-NIST256P-CHALLENGE: is aborted if the signer fails", async () => {
    const sign = () => Promise.reject(new Error("the key is locked away"));
    const hand = offered({ username: "jilles", sign }).lines("AUTHENTICATE +", "AUTHENTICATE AAAA");
    await hand.answerAll();
    assertEquals(hand.sent().slice(-2), ["AUTHENTICATE *", "QUIT"]);
    hand.close();
    assertMatch(hand.failure?.message ?? "", /the key is locked away/);
  });

  it("Sasl by ECDSA-NIST256P-CHALLENGE: takes a challenge up to its bound, and none beyond", () => {
    const hand = offered({ username: "jilles", sign: (bytes) => bytes }).lines("AUTHENTICATE +");
    hand.taken();
    const pieces = new Array<string>(LONGEST_CHALLENGE / 400).fill(`AUTHENTICATE ${"A".repeat(400)}`);
    const asked = hand.lines(...pieces, "AUTHENTICATE +").taken();
    assertEquals(asked.map(({ kind }) => kind), ["ask"]);
    const longer = offered({ username: "jilles", sign: (bytes) => bytes }).lines("AUTHENTICATE +");
    assertEquals(longer.lines(...pieces, "AUTHENTICATE AAAA").sent().slice(-2), ["AUTHENTICATE *", "QUIT"]);
  });

  it("Sasl by ECDSA-NIST256P-CHALLENGE: is tried again if the signer takes too long", () => {
    const hand = offered({ username: "jilles", sign: (bytes) => bytes });
    hand.lines("AUTHENTICATE +", "AUTHENTICATE AAAA");
    hand.sent();
    const ask = hand.actions.findLast((action) => action.kind === "ask");
    hand.answer(ask?.id ?? 0, { kind: "error", error: new TimeoutError("No answer came") });
    assertEquals([hand.kinds().at(-1), hand.ended], ["reconnecting", false]);
    assertEquals(hand.pass(2_000).open().sent(), ["CAP LS 302", "NICK bot", "USER bot 0 * bot"]);
  });
});

/** A server's side of SCRAM, by RFC 5802, made with another library's cryptography. */
class ScramServer {
  readonly hash: string;
  readonly password: string;
  readonly iterations: number;
  readonly #salt = randomBytes(16);
  #auth = "";

  constructor(hash: string, password: string, iterations = 4096) {
    this.hash = hash;
    this.password = password;
    this.iterations = iterations;
  }

  first(clientFirst: string): string {
    assertMatch(clientFirst, /^n,,n=[^,]+,r=[^,]{16,}$/);
    const bare = clientFirst.slice(3);
    const server = `${/r=.*/.exec(bare)?.[0]}server,s=${base64(this.#salt)},i=${this.iterations}`;
    this.#auth = `${bare},${server}`;
    return server;
  }

  /** The last message, or undefined if the client does not know the password. */
  final(clientFinal: string): string | undefined {
    const [, bare, proof = ""] = /^(c=biws,r=[^,]+),p=(.+)$/.exec(clientFinal) ?? [];
    const auth = `${this.#auth},${bare}`;
    const bits = this.hash === "sha256" ? 32 : 64;
    const salted = pbkdf2Sync(this.password, this.#salt, this.iterations, bits, this.hash);
    const hmac = (key: Uint8Array, text: string) => createHmac(this.hash, key).update(text).digest();
    const stored = createHash(this.hash).update(hmac(salted, "Client Key")).digest();
    const signature = hmac(stored, auth);
    const key = Buffer.from(proof, "base64").map((byte, at) => byte ^ (signature[at] ?? 0));
    if (!createHash(this.hash).update(key).digest().equals(stored)) return undefined;
    return `v=${base64(hmac(hmac(salted, "Server Key"), auth))}`;
  }
}

/** The payload of the last line sent. */
function said(hand: IrcHand): string {
  return Buffer.from(payloads(hand.sent()).at(-1) ?? "", "base64").toString();
}

/** Speaks up to the client's proof. */
async function proven(hand: IrcHand, server: ScramServer): Promise<string> {
  await hand.lines("AUTHENTICATE +").answerAll();
  hand.lines(`AUTHENTICATE ${base64(server.first(said(hand)))}`);
  await hand.answerAll();
  return said(hand);
}

for (const [mechanism, hash] of [["SCRAM-SHA-256", "sha256"], ["SCRAM-SHA-512", "sha512"]] as const) {
  describe(mechanism, () => {
    const options = (password: string) => ({ username: "a=b,c", password, mechanisms: [mechanism] });

    it(`Sasl by ${mechanism}: proves that it knows the password, and has the server prove it, too`, async () => {
      const hand = offered(options("sésame"));
      const server = new ScramServer(hash, "sésame");
      const final = server.final(await proven(hand, server));
      assert(final !== undefined, "the server does not accept the proof");
      hand.lines(`AUTHENTICATE ${base64(final)}`);
      assertEquals(hand.sent(), ["AUTHENTICATE +"]);
      assertEquals(hand.lines(":s 903 * :ok").sent(), ["CAP END"]);
    });

    it(`Sasl by ${mechanism}: proves nothing with the wrong password`, async () => {
      const hand = offered(options("sesame"));
      const server = new ScramServer(hash, "open barley");
      assertEquals(server.final(await proven(hand, server)), undefined);
      hand.lines(":s 904 * :SASL authentication failed");
      assertEquals(hand.sent(), ["QUIT"]);
      hand.close();
      assert(hand.failure instanceof AuthenticationError);
    });
  });
}

describe("SCRAM", () => {
  it("Sasl by SCRAM: aborts, and offers its password in no other way, where the server does not prove that it knows it", async () => {
    for (
      const last of [
        "",
        "AAAA",
        base64("e=other-error"),
        base64(`v=${base64("no signature of ours")}`),
        "!!!",
      ]
    ) {
      for (const required of [true, false]) {
        const hand = offered({ username: "jilles", password: "sesame", required }, "PLAIN,SCRAM-SHA-256");
        await proven(hand, new ScramServer("sha256", "sesame"));
        hand.lines(`AUTHENTICATE :${last}`);
        assertEquals(hand.sent()[0], "AUTHENTICATE *", last);
        hand.lines(":s 906 * :aborted").close();
        if (required) assert(hand.failure instanceof AuthenticationError);
      }
    }
  });

  it("Sasl by SCRAM: does not believe a success without proof", async () => {
    const hand = offered({ username: "jilles", password: "sesame", required: false });
    await proven(hand, new ScramServer("sha512", "sesame"));
    hand.lines(":s 903 * :SASL authentication successful");
    assertEquals(hand.sent(), ["AUTHENTICATE *", "QUIT"]);
  });

  it("Sasl by SCRAM: a wrong password is told as that, where the server says so", async () => {
    const said = [
      ["invalid-proof", 'the server says that the password is wrong ("invalid-proof")'],
      ["unknown-user", 'the server does not know the account ("unknown-user")'],
      ["other-error", 'the server says "other-error"'],
    ] as const;
    for (const [error, why] of said) {
      const hand = offered({ username: "jilles", password: "open barley" }, "SCRAM-SHA-256");
      await proven(hand, new ScramServer("sha256", "sesame"));
      hand.lines(`AUTHENTICATE ${base64(`e=${error}`)}`).close();
      assert(hand.failure instanceof AuthenticationError);
      assertEquals(hand.failure.message, `Cannot log in as "jilles": SCRAM-SHA-256 failed: ${why}`);
    }
  });

  it("Sasl by SCRAM: aborts where the server's first message is not one, or asks for too little or too much", async () => {
    const bad = (nonce: string) => [
      "",
      "e=no",
      `r=${nonce},s=AAAA,i=4096`,
      `r=other,s=AAAA,i=4096`,
      `r=${nonce}x,s=AAAA,i=4095`,
      `r=${nonce}x,s=AAAA,i=1000001`,
      `r=${nonce}x,s=AAAA,i=99999999999999999999`,
      `r=${nonce}x,s=A*A,i=4096`,
      `m=ext,r=${nonce}x,s=AAAA,i=4096`,
    ];
    for (let index = 0; index < bad("").length; index++) {
      const hand = offered({ username: "jilles", password: "sesame", mechanisms: ["SCRAM-SHA-256"] });
      await hand.lines("AUTHENTICATE +").answerAll();
      const nonce = /r=(.*)$/.exec(said(hand))?.[1] ?? "";
      hand.lines(`AUTHENTICATE ${base64(bad(nonce)[index] ?? "")}`);
      assertEquals(hand.sent(), ["AUTHENTICATE *", "QUIT"], bad(nonce)[index]);
    }
  });

  it("Sasl by SCRAM: takes a challenge in pieces, and none without end", async () => {
    const hand = offered({ username: "jilles", password: "sesame", mechanisms: ["SCRAM-SHA-256"] });
    await hand.lines("AUTHENTICATE +").answerAll();
    const nonce = /r=(.*)$/.exec(said(hand))?.[1] ?? "";
    const first = base64(`r=${nonce}${"x".repeat(600 - nonce.length - 2 - 14)},s=AAAA,i=4096`);
    assertEquals(first.length, 800);
    hand.lines(`AUTHENTICATE ${first.slice(0, 400)}`, `AUTHENTICATE ${first.slice(400)}`);
    assertEquals(hand.sent(), []);
    await hand.lines("AUTHENTICATE +").answerAll();
    const answer = payloads(hand.sent()).join("");
    assertMatch(Buffer.from(answer, "base64").toString(), /^c=biws,r=.*,p=/);
    const endless = offered({ username: "jilles", password: "sesame", mechanisms: ["SCRAM-SHA-256"] });
    for (let n = 0; n < 50; n++) endless.lines(`AUTHENTICATE ${"A".repeat(400)}`);
    assertEquals(endless.sent().filter((line) => line === "AUTHENTICATE *").length, 1);
  });
});

test("Sasl: tries what it has credentials for, best first, of what the server offers", () => {
  const knows = { username: "a", password: "b" };
  const begins = (sasl: SaslOptions, value: string) => offered(sasl, value).sent()[0];
  assertEquals(begins(knows, "PLAIN,SCRAM-SHA-256,EXTERNAL"), "AUTHENTICATE SCRAM-SHA-256");
  assertEquals(begins(knows, "PLAIN,scram-sha-512"), "AUTHENTICATE SCRAM-SHA-512");
  assertEquals(begins(knows, ""), "AUTHENTICATE SCRAM-SHA-512");
  assertEquals(
    begins({ ...knows, mechanisms: ["PLAIN", "SCRAM-SHA-256"] }, "SCRAM-SHA-256,PLAIN"),
    "AUTHENTICATE PLAIN",
  );
  assertEquals(
    begins({ username: "a", sign: (bytes) => bytes }, ""),
    "AUTHENTICATE ECDSA-NIST256P-CHALLENGE",
  );
});

test("Sasl: goes on to the next mechanism when one fails, as far as the server has it", () => {
  const hand = offered({ username: "a", password: "b" });
  hand.lines(":s 908 * PLAIN,EXTERNAL :are available", ":s 904 * :SASL failed");
  assertEquals(hand.sent(), ["AUTHENTICATE SCRAM-SHA-512", "AUTHENTICATE PLAIN"]);
  hand.lines("AUTHENTICATE +", ":s 903 * :ok");
  assertEquals(hand.sent().at(-1), "CAP END");
});

/** Where the server at this URL has acknowledged SASL. */
async function offeredAt(url: string, sasl: SaslOptions, value = ""): Promise<IrcHand> {
  const hand = await new IrcHand({ url, sasl, capabilities: [] }).start().answerAll();
  hand.offers(value === "" ? "sasl" : `sasl=${value}`).sent();
  return hand.lines(":s CAP * ACK :sasl");
}

const knows = { username: "a", password: "hunter2" };
const IN_THE_CLEAR = ["irc://irc.test", "ws://irc.test", "irc://127.0.0.1:6667", "ws://localhost"];

test("Sasl by PLAIN: shows no password in the clear by itself, not even after SCRAM was refused", async () => {
  for (const url of IN_THE_CLEAR) {
    for (const [value, refusals] of [["PLAIN", 0], ["SCRAM-SHA-256,PLAIN", 1], ["", 2]] as const) {
      for (const required of [true, false]) {
        const hand = await offeredAt(url, { ...knows, required }, value);
        for (let n = 0; n < refusals; n++) hand.lines(":s 904 * :no", "AUTHENTICATE +");
        const what = `${url} ${value}`;
        assertEquals(payloads(hand.sent()).includes("PLAIN"), false, what);
        assertEquals(hand.secrets, [], what);
        hand.close();
        const told = hand.events.find((event) => event.kind === "login_failed");
        const error = required ? hand.failure : told?.kind === "login_failed" ? told.error : undefined;
        assert(error instanceof AuthenticationError, what);
        assertMatch(
          error.message,
          /PLAIN is not tried in the clear: connect by TLS, or name it in sasl\.mechanisms$/,
        );
        assertEquals(required, told === undefined);
      }
    }
  }
});

test("Sasl by PLAIN: goes over TLS, and in the clear to who is named PLAIN", async () => {
  for (const url of ["ircs://irc.test", "wss://irc.test"]) {
    const hand = await offeredAt(url, knows, "PLAIN");
    assertEquals(hand.lines("AUTHENTICATE +").sent().at(-1), `AUTHENTICATE ${base64("a\0a\0hunter2")}`);
  }
  for (const url of IN_THE_CLEAR) {
    const hand = await offeredAt(url, { ...knows, mechanisms: ["SCRAM-SHA-256", "PLAIN"] });
    hand.lines(":s 904 * :no", "AUTHENTICATE +");
    assertEquals(hand.sent().at(-1), `AUTHENTICATE ${base64("a\0a\0hunter2")}`);
  }
});

test("Sasl by PLAIN: nothing is said of PLAIN where the server has not got it, or who logs in no password", async () => {
  for (const [sasl, value] of [[knows, "EXTERNAL"], [{}, "PLAIN"]] as const) {
    const hand = await offeredAt("irc://irc.test", sasl, value);
    hand.close();
    assertMatch(hand.failure?.message ?? "", /offers none of the mechanisms$/);
  }
});

test("Sasl: 907 is no login: who is logged in, and by whom, nobody has proven", () => {
  for (const required of [true, false]) {
    const scram = offered({ ...knows, required, mechanisms: ["SCRAM-SHA-256"] }).lines(":s 907 * :already");
    assertEquals(scram.sent().slice(-2), ["AUTHENTICATE *", "QUIT"]);
    assertMatch(scram.close().failure?.message ?? "", /does not prove/);
    const plain = offered({ ...knows, required, mechanisms: ["PLAIN"] }).lines(":s 907 * :already");
    assertEquals(plain.sent().at(-1), required ? "QUIT" : "CAP END");
    assertEquals(plain.kinds().includes("login_failed"), !required);
    if (required) assertMatch(plain.close().failure?.message ?? "", /logged in already/);
  }
});

test("Sasl by SCRAM: does not take 907 for a success before the proof, and does behind it", async () => {
  const begun = offered({ username: "jilles", password: "sesame", required: false });
  await proven(begun, new ScramServer("sha512", "sesame"));
  assertEquals(begun.lines(":s 907 * :already").sent(), ["AUTHENTICATE *", "QUIT"]);
  const done = offered({ username: "jilles", password: "sesame" });
  const server = new ScramServer("sha512", "sesame");
  done.lines(`AUTHENTICATE ${base64(server.final(await proven(done, server)) ?? "")}`);
  assertEquals(done.lines(":s 907 * :already").sent(), ["AUTHENTICATE +", "CAP END"]);
});

test("Sasl: a login that fails, and need not succeed, is told with its reason", () => {
  const hand = offered({ ...knows, mechanisms: ["PLAIN"], required: false }).lines(":s 904 * :wrong");
  const told = hand.told().find((event) => event.kind === "login_failed");
  assertMatch(told?.kind === "login_failed" ? told.error.message : "", /refuses PLAIN: "wrong"$/);
  const none = new IrcHand({ sasl: { ...knows, required: false } }).start().offers("");
  assertEquals(none.kinds(), ["CAP", "login_failed"]);
});

test("Sasl: a server that lets logins fail again and again is not logged in to without end", () => {
  const hand = offered({ ...knows, mechanisms: ["SCRAM-SHA-256"], required: false });
  hand.lines(":s 904 * :no", ":s 001 bot :hi", ":s 422 bot :No MOTD");
  for (let n = 0; n < 100; n++) hand.lines(":s CAP bot NEW :sasl", ":s CAP bot ACK :sasl", ":s 904 bot :no");
  assertEquals(hand.sent().filter((line) => line === "AUTHENTICATE SCRAM-SHA-256").length, MOST_LOGINS);
  assertEquals(hand.kinds().filter((kind) => kind === "malformed").length, 101 - MOST_LOGINS);
});

test("Sasl: what the server says of a failure cannot show the password", () => {
  const hand = offered({ username: "a", password: "hunter2", mechanisms: ["PLAIN"] });
  hand.lines("AUTHENTICATE +", ":s 904 * :hunter2 is wrong").close();
  assert(hand.failure !== undefined && !hand.failure.message.includes("hunter2"));
});

test("Sasl: nothing the server says makes it throw", async () => {
  const line = fc.oneof(
    fc.constantFrom(
      "AUTHENTICATE",
      "AUTHENTICATE +",
      "AUTHENTICATE :",
      "AUTHENTICATE ====",
      "AUTHENTICATE *",
    ),
    fc.constantFrom(
      "903",
      "904",
      "905",
      "906",
      "907",
      "908 * PLAIN :x",
      "900",
      "902",
      "421 x AUTHENTICATE :no",
    ),
    fc.constantFrom(
      "CAP * DEL :sasl",
      "CAP * NEW :sasl=PLAIN",
      "CAP * ACK :sasl",
      "CAP * NAK :sasl",
      "001 bot :x",
    ),
    fc.base64String().map((text) => `AUTHENTICATE ${text}`),
  );
  const key = createECDH("prime256v1");
  const mechanism = fc.constantFrom("PLAIN", "EXTERNAL", "SCRAM-SHA-256", "ECDSA-NIST256P-CHALLENGE");
  await fc.assert(
    fc.asyncProperty(
      mechanism,
      fc.boolean(),
      fc.array(line, { maxLength: 12 }),
      async (name, required, lines) => {
        const sign = () => key.generateKeys();
        const hand = offered({ username: "a", password: "b", sign, mechanisms: [name], required });
        for (const text of lines) await hand.lines(`:s ${text}`).answerAll();
      },
    ),
    { numRuns: 60 },
  );
});

test("Sasl: a server that does not know AUTHENTICATE has refused, and whatever else it does not know says nothing", () => {
  const hand = offered({ username: "foo", password: "bar", mechanisms: ["PLAIN"] });
  hand.sent();
  assertEquals(hand.lines(":s 421 * OTHER :Unknown command").sent(), []);
  assertEquals(hand.lines(":s 421 * authenticate :Unknown command").sent().at(-1), "QUIT");
  assert(hand.close().failure instanceof AuthenticationError);
});

test("Sasl by SCRAM: who does not prove that it knows the password is left, even where nobody must log in", async () => {
  const hand = offered({ username: "foo", password: "bar", mechanisms: ["SCRAM-SHA-256"], required: false });
  await proven(hand, new ScramServer("sha256", "bar"));
  hand.lines(`AUTHENTICATE ${base64(`v=${base64("not its signature")}`)}`);
  assertEquals(hand.sent().slice(-2), ["AUTHENTICATE *", "QUIT"]);
  assert(hand.close().failure instanceof AuthenticationError);
});

test("Sasl by ECDSA-NIST256P-CHALLENGE: an answer without a signature ends it", () => {
  const hand = offered({ username: "jilles", sign: (bytes) => bytes });
  hand.lines("AUTHENTICATE +", "AUTHENTICATE AAAA").sent();
  const ask = hand.actions.findLast((action) => action.kind === "ask");
  hand.answer(ask?.id ?? 0, { kind: "nonce", nonce: "abc" });
  assertEquals(hand.sent()[0], "AUTHENTICATE *");
});
