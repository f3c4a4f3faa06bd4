import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AuthenticationError, ConnectionError, OptionError } from "../../../../src/protocol/errors.ts";
import { IrcHand } from "../../_registering.ts";

const SASL = { username: "jilles", password: "sesame", mechanisms: ["PLAIN"] } as const;

test("Registration: WEBIRC comes before all else, then CAP LS 302, and neither password is recorded", () => {
  const webirc = { password: "gate", gateway: "web", hostname: "::1", ip: "::1", options: ["secure"] };
  const hand = new IrcHand({ webirc, password: "pass", user: "u", realname: "a bot" }).start().open();
  assertEquals(hand.sent(), [
    "WEBIRC gate web 0::1 0::1 secure",
    "CAP LS 302",
    "PASS pass",
    "NICK bot",
    "USER u 0 * :a bot",
  ]);
  assertEquals(hand.secrets, ["WEBIRC gate web 0::1 0::1 secure", "PASS pass"]);
});

test("Registration: nothing offered ends the negotiation", () => {
  assertEquals(new IrcHand().start().offers("").sent(), ["CAP END"]);
});

test("Registration: values, continuation lines, and requests that fit into a line each", () => {
  const long = Array.from({ length: 40 }, (_, n) => `example.org/capability-${n}`);
  const hand = new IrcHand({ capabilities: long }).start().open();
  hand.sent();
  hand.lines(`:s CAP * LS * :${long.slice(0, 20).map((name) => `${name}=x,y`).join(" ")}`);
  assertEquals(hand.sent(), []);
  hand.lines(`:s CAP * LS :${long.slice(20).join(" ")} unknown`);
  const requests = hand.sent();
  assert(requests.length > 1 && requests.every((line) => line.length <= 510), String(requests.length));
  const asked = requests.flatMap((line) => line.replace(/^CAP REQ :/, "").split(" "));
  assertEquals(asked, long);
  for (const line of requests) hand.lines(`:s CAP * ACK ${line.slice(8)} `);
  assertEquals(hand.sent(), ["CAP END"]);
  assertEquals([...hand.session.capabilities], long);
});

test("Registration: a capability offered later is requested, one withdrawn is no more in force", () => {
  const hand = new IrcHand({ capabilities: ["a", "b"] }).start().offers("a");
  hand.lines(":s CAP * ACK :a", ":s 001 bot :hi", ":s 422 bot :No MOTD").sent();
  hand.lines(":s CAP bot NEW :b=1 c", ":s CAP bot ACK :b");
  assertEquals(hand.sent(), ["CAP REQ b"]);
  assertEquals([...hand.session.capabilities], ["a", "b"]);
  hand.lines(":s CAP bot DEL :a");
  assertEquals([...hand.session.capabilities], ["b"]);
  // What was refused is asked for again only when it is news.
  hand.lines(":s CAP bot DEL :b", ":s CAP bot NEW :b", ":s CAP bot NAK :b", ":s CAP bot NEW :x");
  assertEquals(hand.sent(), ["CAP REQ b"]);
});

test("Registration: services that are silent are waited for no longer for what the server says meanwhile", () => {
  const hand = new IrcHand({ sasl: SASL }).start().offers("sasl=PLAIN").lines(":s CAP * ACK :sasl");
  for (let notices = 0; notices < 3; notices++) hand.pass(5_000).lines(":s NOTICE * :*** Busy");
  const lost = hand.told().find((event) => event.kind === "reconnecting");
  assertEquals(lost?.reason, "SASL timed out");
});

test("Registration: CAP END waits until SASL is settled", () => {
  const hand = new IrcHand({ sasl: SASL }).start().offers("sasl=PLAIN,EXTERNAL server-time");
  assertEquals(hand.sent(), ["CAP REQ :server-time sasl"]);
  hand.lines(":s CAP * ACK :server-time sasl");
  assertEquals(hand.sent(), ["AUTHENTICATE PLAIN"]);
  hand.lines("AUTHENTICATE +");
  assertEquals(hand.sent(), ["AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU="]);
  hand.lines(":s 900 * * jilles :You are now logged in");
  assertEquals(hand.sent(), []);
  hand.lines(":s 903 * :SASL authentication successful");
  assertEquals(hand.sent(), ["CAP END"]);
  assertEquals(hand.secrets, ["AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU="]);
  assertEquals(hand.kinds().includes("AUTHENTICATE"), false);
});

test("Registration: a capability that comes up during SASL does not end the negotiation", () => {
  const hand = new IrcHand({ sasl: SASL, capabilities: ["a"] }).start().offers("sasl").lines(
    ":s CAP * ACK :sasl",
  );
  assertEquals(hand.sent(), ["CAP REQ sasl", "AUTHENTICATE PLAIN"]);
  hand.lines(":s CAP * NEW :a", ":s CAP * ACK :a", ":s CAP * LS :sasl a");
  assertEquals(hand.sent(), ["CAP REQ a"]);
  assertEquals(hand.lines("AUTHENTICATE +", ":s 903 * :ok").sent().at(-1), "CAP END");
});

test("Registration: SASL that must succeed and is not to be had ends it with QUIT and AuthenticationError", () => {
  for (const offered of ["", "sasl=EXTERNAL", "sasl"]) {
    const hand = new IrcHand({ sasl: SASL }).start().offers(offered);
    if (offered !== "") hand.lines(":s CAP * ACK :sasl");
    if (offered === "sasl") hand.lines(":s 908 * EXTERNAL :are available", ":s 904 * :SASL failed");
    assertEquals(hand.sent().at(-1), "QUIT", offered);
    hand.lines("ERROR :Closing Link").close({ cause: "peer" });
    assert(hand.failure instanceof AuthenticationError);
    assertMatch(hand.failure.message, /^Cannot log in/);
    assert(!hand.failure.message.includes("sesame"));
  }
});

test("Registration: SASL that may fail does not keep us out", () => {
  const sasl = { ...SASL, required: false };
  assertEquals(new IrcHand({ sasl }).start().offers("").sent(), ["CAP END"]);
  const hand = new IrcHand({ sasl }).start().offers("sasl=EXTERNAL").lines(":s CAP * ACK :sasl");
  assertEquals(hand.sent(), ["CAP REQ sasl", "CAP END"]);
  const refused = new IrcHand({ sasl }).start().offers("sasl").lines(":s CAP * ACK :sasl", ":s 904 * :No");
  assertEquals(refused.sent(), ["CAP REQ sasl", "AUTHENTICATE PLAIN", "CAP END"]);
});

test("Registration: services that are down are waited for, but only by who has been there before", () => {
  const hand = new IrcHand({ sasl: SASL }).start().offers("sasl").lines(":s CAP * ACK :sasl", ":s 903 * :ok");
  hand.lines(":s 001 bot :hi", ":s 422 bot :No MOTD").close().pass(1_000);
  hand.offers("");
  const told = hand.told().at(-1);
  assert(told?.kind === "reconnecting", told?.kind);
  assertMatch(told.reason, /offers no SASL/);
  assertEquals(hand.ended, false);
});

test("Registration: a login that nobody answers is given up after 15 s", () => {
  const required = new IrcHand({ sasl: SASL }).start().offers("sasl").lines(":s CAP * ACK :sasl").pass(
    15_000,
  );
  const told = required.told().at(-1);
  assert(told?.kind === "reconnecting");
  assertEquals(told.reason, "SASL timed out");
  const sasl = { ...SASL, required: false };
  const optional = new IrcHand({ sasl }).start().offers("sasl").lines(":s CAP * ACK :sasl").pass(15_000);
  assertEquals(optional.sent().slice(-2), ["AUTHENTICATE *", "CAP END"]);
});

test("Registration: services that come back are logged in to, if that was not done", () => {
  const sasl = { ...SASL, required: false };
  const hand = new IrcHand({ sasl }).start().offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  hand.sent();
  hand.lines(":s CAP bot NEW :sasl=PLAIN", ":s CAP bot ACK :sasl", "AUTHENTICATE +", ":s 903 bot :ok");
  assertEquals(hand.sent(), [
    "CAP REQ sasl",
    "AUTHENTICATE PLAIN",
    "AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=",
  ]);
  hand.lines(":s CAP bot DEL :sasl", ":s CAP bot NEW :sasl=PLAIN", ":s CAP bot ACK :sasl");
  assertEquals(hand.sent(), ["CAP REQ sasl"]);
});

test("Registration: a server that lets us in without SASL is left, if that must succeed", () => {
  const hand = new IrcHand({ sasl: SASL }).start().open().lines(
    ":s 421 bot CAP :Unknown",
    ":s 001 bot :hi",
    ":s 422 bot :No MOTD",
  );
  assertEquals(hand.sent().at(-1), "QUIT");
  hand.close();
  assert(hand.failure instanceof AuthenticationError);
  assertEquals(hand.kinds().includes("ready"), false);
});

test("Registration: a nick is cut to what the server allows, as it tells by 433, before it gets underscores", () => {
  const hand = new IrcHand({ nick: "averylongnick" }).start().offers("");
  hand.sent();
  hand.lines(":s 433 * averylong :in use", ":s 433 * averylon_ :in use");
  assertEquals(hand.sent(), ["NICK averylon_", "NICK averylo__"]);
});

test("Registration: NICKLEN of the link before limits the nicks of the next", () => {
  const hand = new IrcHand({ nick: "ninechars" }).start().offers("");
  hand.lines(":s 001 ninechars :hi", ":s 005 ninechars NICKLEN=9 :are supported").close().pass(1_000);
  hand.offers("").sent();
  hand.lines(":s 433 * ninechars :in use");
  assertEquals(hand.sent(), ["NICK ninechar_"]);
});

test("Registration: a function may choose the next nick, or give up", () => {
  const alternativeNicks = (taken: string, attempt: number) =>
    attempt < 2 ? `${taken}${attempt}` : attempt === 2 ? "not a nick" : undefined;
  const hand = new IrcHand({ alternativeNicks }).start().offers("");
  hand.sent();
  hand.lines(":s 433 * bot :in use", ":s 432 * bot0 :erroneous");
  assertEquals(hand.sent(), ["NICK bot0", "NICK bot01"]);
  hand.lines(":s 433 * bot01 :in use");
  assert(hand.failure instanceof OptionError);
  const none = new IrcHand({ alternativeNicks: () => undefined }).start().offers("").lines(
    ":s 433 * bot :in use",
  );
  assert(none.failure instanceof ConnectionError && none.failure.code === "not_permitted");
});

test("Registration: a user name that the server refuses ends it, for nothing would change with another attempt", () => {
  const hand = new IrcHand().start().offers("").lines(":s 468 * :Your username is not valid");
  assert(hand.failure instanceof ConnectionError && hand.failure.code === "not_permitted");
  assertEquals(hand.failure.message, 'The server refuses the user name: "Your username is not valid"');
});

test("Registration: options that cannot be sent are refused at once", () => {
  const webirc = { password: "x", gateway: "a b", hostname: "h", ip: "1.2.3.4" };
  for (
    const options of [
      { webirc },
      { sasl: { username: "a", mechanisms: ["PLAIN"] as const } },
      { sasl: { username: "a", mechanisms: [] } },
      { sasl: { password: "p" } },
      { sasl: { username: "a\0b", password: "p" } },
      { sasl: { username: "a", mechanisms: ["ECDSA-NIST256P-CHALLENGE"] as const } },
      { url: [] },
      { flood: { line: 0 } },
      { flood: { line: 1_000, ahead: 1_500 } },
    ]
  ) {
    assertThrows(() => new IrcHand(options), OptionError);
  }
});

test("Registration: any re-splitting of the same bytes gives the same events and the same lines", () => {
  const line = fc.constantFrom(
    ":s CAP * LS * :a=1 b",
    ":s CAP * LS :sasl=PLAIN,EXTERNAL server-time sts=duration=5",
    ":s CAP * ACK :server-time sasl",
    ":s CAP * NAK :sasl",
    ":s CAP * NEW :sasl=PLAIN",
    ":s CAP * DEL :sasl",
    "AUTHENTICATE +",
    `AUTHENTICATE ${"A".repeat(400)}`,
    ":s 433 * bot :in use",
    ":s 470 bot #a #b :forwarded",
    ":s 903 * :ok",
    ":s 904 * :no",
    ":s 001 bot :hi",
    ":s 422 bot :No MOTD",
    ":s 005 bot MONITOR=5 NICKLEN=9 :x",
    ":s 731 bot :bot",
    ":x!y@z QUIT :é🦕",
    "PING :x",
    "ERROR :Closing Link: (K-Lined)",
  );
  const run = (pieces: readonly Uint8Array[]) => {
    const sasl = { ...SASL, required: false };
    const hand = new IrcHand({ sasl, alternativeNicks: ["robot"], channels: ["#a"] }).start().open();
    for (const piece of pieces) hand.receive(piece, 1);
    const kinds = hand.events.map((event) => "message" in event ? event.message.raw : event.kind);
    return [kinds, hand.sent()];
  };
  fc.assert(fc.property(fc.array(line), fc.array(fc.nat(), { maxLength: 10 }), (lines, cuts) => {
    const whole = new TextEncoder().encode(lines.map((text) => `${text}\r\n`).join(""));
    const at = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b);
    assertEquals(run(at.slice(1).map((end, index) => whole.subarray(at[index], end))), run([whole]));
  }));
});
