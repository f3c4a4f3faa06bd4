import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { answerIrc } from "../../../../src/irc/host/answers.ts";
import { MemoryStsStore } from "../../../../src/irc/host/sts_store.ts";
import { OptionError } from "../../../../src/protocol/errors.ts";
import { parseSts } from "../../../../src/irc/session/registration/sts.ts";
import { IrcHand } from "../../_registering.ts";

const PLAIN = { url: "irc://IRC.test:6667" };
const HOUR = 3_600_000;

/** Started, with the store asked. */
async function started(options: ConstructorParameters<typeof IrcHand>[0] = PLAIN): Promise<IrcHand> {
  const hand = new IrcHand(options);
  await hand.start().answerAll();
  return hand;
}

function dials(hand: IrcHand): string[] {
  return hand.actions.flatMap((action) => action.kind === "dial" ? [action.url] : []);
}

test("parseSts: takes a port and a duration, whatever else there is", () => {
  assertEquals(parseSts("port=6697,duration=300"), { port: 6697, duration: 300 });
  assertEquals(parseSts("unknown,duration=0,foo=bar,preload"), { port: undefined, duration: 0 });
  assertEquals(parseSts("duration=99999999999999").duration, 315_360_000);
});

test("parseSts: a value that is none, out of range, or there twice counts as missing", () => {
  for (
    const value of [
      "",
      "port",
      "port=",
      "port=0",
      "port=65536",
      "port=+1",
      "port=1e3",
      "port=6697 ",
      "port=a",
    ]
  ) {
    assertEquals(parseSts(value).port, undefined, value);
  }
  assertEquals(parseSts("port=1,port=2").port, undefined);
  for (const value of ["duration", "duration=-1", "duration=1.5", "duration=x", "duration=1,duration=1"]) {
    assertEquals(parseSts(value).duration, undefined, value);
  }
});

test("IrcSession: moves to TLS at once when a server without it asks for that, and never comes back", async () => {
  const hand = await started();
  assertEquals(dials(hand), ["irc://IRC.test:6667"]);
  hand.offers("sts=port=7000,duration=300 server-time");
  assertEquals(hand.sent(), []);
  assertEquals(hand.actions.slice(-2), [
    { kind: "abort", link: 1 },
    { kind: "dial", link: 2, url: "ircs://irc.test:7000" },
  ]);
  // An insecure link's duration is not heeded, and nothing is remembered yet.
  assertEquals(hand.sts.load("irc.test"), undefined);
  hand.close({ cause: "tls", reason: "self-signed certificate" });
  hand.pass(2_000);
  assertEquals(dials(hand).slice(2), ["ircs://irc.test:7000"]);
});

test("IrcSession: remembers from a secure link that a host wants TLS, with the port of that link", async () => {
  const hand = await started();
  hand.offers("sts=port=7000").offers("sts=duration=3600,port=12345,preload=x");
  await hand.answerAll();
  assertEquals(hand.sts.load("irc.test"), { port: 7000, duration: 3600, expires: HOUR });
  // Later, by another session.
  const next = new IrcHand(PLAIN);
  next.sts.save("irc.test", hand.sts.load("irc.test"));
  next.pass(HOUR - 1);
  await next.start().answerAll();
  assertEquals(dials(next), ["ircs://irc.test:7000"]);
});

test("IrcSession: a policy that has expired, or was withdrawn, lets it connect in the clear", async () => {
  const hand = new IrcHand(PLAIN);
  hand.sts.save("irc.test", { port: 7000, duration: 3600, expires: 1_000 });
  hand.pass(1_000);
  await hand.start().answerAll();
  assertEquals(dials(hand), ["irc://IRC.test:6667"]);
  const secure = new IrcHand({ url: "ircs://irc.test:7000" });
  secure.sts.save("irc.test", { port: 7000, duration: 3600, expires: HOUR });
  await secure.start().offers("sts=duration=0").answerAll();
  assertEquals(secure.sts.load("irc.test"), undefined);
});

test("IrcSession: a server that wants TLS once we are in loses what is under way, and no session ends twice", async () => {
  const hand = await started(PLAIN);
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  const ticket = hand.command({ kind: "PRIVMSG", target: "#a", text: "x" });
  hand.lines(":s CAP bot NEW :sts=port=7000");
  assertEquals([hand.outcome(ticket), dials(hand).at(-1)], ["lost", "ircs://IRC.test:7000".toLowerCase()]);
  hand.told();
  hand.offers("").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  assertEquals(hand.kinds(), ["CAP", "RPL_WELCOME", "ERR_NOMOTD", "ready", "gap"]);
});

test("IrcSession: the expiry is reckoned anew when the link ends, and when the policy changes", async () => {
  const hand = await started({ url: "ircs://irc.test", timeouts: { idle: HOUR } });
  hand.offers("sts=duration=60").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  await hand.answerAll();
  assertEquals(hand.sts.load("irc.test")?.expires, 60_000);
  hand.pass(50_000).lines(":s CAP bot NEW :sts=duration=120", ":s CAP bot DEL :sts");
  await hand.answerAll();
  assertEquals(hand.sts.load("irc.test"), { port: 6697, duration: 120, expires: 170_000 });
  hand.pass(50_000).close();
  await hand.answerAll();
  assertEquals(hand.sts.load("irc.test")?.expires, 220_000);
});

test("answerIrc: a policy holds by the wall clock, whatever the clock of its session says", async () => {
  let wall = 1_000_000;
  const sts = new MemoryStsStore();
  const answer = answerIrc({ sts, wall: () => wall });
  await answer({ kind: "sts_save", host: "irc.test", policy: { port: 6697, duration: 60 } });
  assertEquals(sts.load("irc.test")?.expires, 1_060_000);
  const loaded = [];
  for (wall of [1_059_000, 1_060_000]) loaded.push(await answer({ kind: "sts_load", host: "irc.test" }));
  assertEquals(loaded, [
    { kind: "sts_policy", policy: { port: 6697, duration: 1 } },
    { kind: "sts_policy", policy: undefined },
  ]);
});

test("IrcSession: a policy is saved once when it is told and once when its link ends, however that ends", async () => {
  for (const end of [(hand: IrcHand) => hand.close(), (hand: IrcHand) => hand.pass(200_000)]) {
    const hand = await started({ url: "ircs://irc.test", backoff: { attempts: 1 } });
    end(hand.offers("sts=duration=60").lines(":s 001 bot :hi", ":s 422 bot :No MOTD"));
    const saves = hand.actions.filter((action) => action.kind === "ask" && action.ask.kind === "sts_save");
    assertEquals(saves.length, 2);
  }
});

test("IrcSession: is not moved by a value without a port, nor asked for sts, nor over a WebSocket", async () => {
  for (
    const [url, value] of [["irc://a", "sts=duration=5"], ["irc://a", "sts=port=0"], ["ws://a", "sts=port=1"]]
  ) {
    const hand = await started({ url: url ?? "" });
    hand.offers(value ?? "");
    assertEquals([hand.sent(), hand.link], [["CAP END"], 1], value);
  }
});

test("IrcSession: goes nowhere in the clear while it cannot be known whether that is forbidden, and asks again", () => {
  const hand = new IrcHand(PLAIN).start();
  const ask = hand.actions.at(-1);
  assert(ask?.kind === "ask");
  hand.answer(ask.id, { kind: "error", error: new Error("the disk is gone") });
  const told = hand.told().at(-1);
  assertEquals([dials(hand), told?.kind, hand.failure], [[], "reconnecting", undefined]);
  assertMatch(told?.kind === "reconnecting" ? told.reason : "", /the disk is gone/);
  const again = hand.pass(2_000).actions.at(-1);
  assert(again?.kind === "ask");
  hand.answer(again.id, { kind: "sts_policy", policy: { port: 7_000, duration: 1e9 } });
  assertEquals(dials(hand), ["ircs://irc.test:7000"]);
});

test("IrcSession: goes by what it knows of a host while the store fails", async () => {
  const hand = (await started(PLAIN)).open().lines(":s 001 bot :hi", ":s 422 bot :No MOTD").close().pass(
    2_000,
  );
  const ask = hand.actions.at(-1);
  assert(ask?.kind === "ask");
  hand.answer(ask.id, { kind: "error", error: new Error("the disk is gone") });
  assertEquals(dials(hand), ["irc://IRC.test:6667", "irc://IRC.test:6667"]);
});

test("IrcSession: a store that holds something else ends it", () => {
  const hand = new IrcHand(PLAIN).start();
  const ask = hand.actions.at(-1);
  assert(ask?.kind === "ask");
  hand.answer(ask.id, { kind: "error", error: new OptionError("the file holds something else") });
  assertEquals(dials(hand), []);
  assertMatch(hand.failure?.message ?? "", /something else/);
});

const WITH_PASS = { ...PLAIN, password: "hunter2" };
const HELLO = ["PASS hunter2", "NICK bot", "USER bot 0 * bot"];

test("Registration: PASS waits in the clear until it is known that the server does not want TLS", async () => {
  const moved = (await started(WITH_PASS)).open().lines(":s CAP * LS * :a b", ":s CAP * LS :sts=port=7000");
  assertEquals(moved.sent(), ["CAP LS 302"]);
  assertEquals(moved.actions.at(-1), { kind: "dial", link: 2, url: "ircs://irc.test:7000" });
  assertEquals(moved.open().sent(), ["CAP LS 302", ...HELLO]);
  const stays = (await started(WITH_PASS)).open();
  assertEquals(stays.sent(), ["CAP LS 302"]);
  stays.lines(":s CAP * LS :server-time");
  assertEquals(stays.sent(), [...HELLO, "CAP REQ server-time"]);
  assertEquals(stays.secrets, ["PASS hunter2"]);
});

test("Registration: PASS goes out at once over TLS, over a WebSocket, and NICK where there is none", async () => {
  for (const url of ["ircs://irc.test", "wss://irc.test", "ws://irc.test"]) {
    assertEquals((await started({ ...WITH_PASS, url })).open().sent(), ["CAP LS 302", ...HELLO]);
  }
  assertEquals((await started(PLAIN)).open().sent(), ["CAP LS 302", ...HELLO.slice(1)]);
});

test("Registration: PASS goes out in the clear to a server that says it knows no CAP", async () => {
  for (
    const line of [
      ":s 421 * CAP :Unknown command",
      ":s 451 * :You have not registered",
      ":s 451 * CAP :Register first.",
      ":s 461 * CAP :Not enough parameters",
      ":s 410 * LS :Invalid CAP command",
    ]
  ) {
    const hand = (await started(WITH_PASS)).open().lines(
      ":s NOTICE * :*** Looking up your hostname",
      line,
      line,
    );
    assertEquals(hand.sent(), ["CAP LS 302", ...HELLO], line);
    assertEquals(hand.lines(":s 001 bot :hi", ":s 422 bot :No MOTD").kinds().at(-1), "ready");
  }
  const webirc = { password: "gate", gateway: "web", hostname: "h", ip: "1.2.3.4" };
  const gateway = (await started({ ...WITH_PASS, webirc })).open().lines(":s 421 * WEBIRC :Unknown command");
  assertEquals(gateway.sent(), ["WEBIRC gate web h 1.2.3.4", "CAP LS 302"]);
});

test("Registration: PASS goes out in the clear to a server that says nothing to CAP for 10 s, and not in the midst of its list", async () => {
  const silent = (await started(WITH_PASS)).open().lines(":s NOTICE * :*** Looking up your hostname").pass(
    9_999,
  );
  assertEquals(silent.sent(), ["CAP LS 302"]);
  assertEquals(silent.pass(1).sent(), HELLO);
  assertEquals(silent.lines(":s CAP * LS :").sent(), ["CAP END"]);
  const slow = (await started(WITH_PASS)).open().lines(":s CAP * LS * :a b").pass(29_999);
  assertEquals(slow.sent(), ["CAP LS 302"]);
  assertEquals(slow.pass(1).told().at(-1)?.kind, "reconnecting");
});

test("Registration: no NICK overtakes PASS, whatever the server says", async () => {
  const hand = (await started(WITH_PASS)).open().lines(
    ":s 433 * bot :in use",
    ":s 432 * bot :no",
    ":s 437 * bot :no",
  );
  assertEquals(hand.sent(), ["CAP LS 302"]);
  assertEquals(hand.lines(":s CAP * LS :").sent(), [...HELLO, "CAP END"]);
  assertEquals(hand.lines(":s 433 * bot :in use").sent(), ["NICK bot_"]);
});

test("IrcSession: one policy is being saved at a time, however many the server tells, and the last one counts", async () => {
  const hand = await started({ url: "ircs://irc.test" });
  hand.offers("sts=duration=60").lines(":s 001 bot :hi", ":s 422 bot :No MOTD");
  for (let n = 1; n <= 500; n++) hand.lines(`:s CAP bot NEW :sts=duration=${n}`);
  const saves = () =>
    hand.actions.filter((action) => action.kind === "ask" && action.ask.kind === "sts_save").length;
  assertEquals(saves(), 1);
  await hand.answerAll();
  assertEquals([saves(), hand.sts.load("irc.test")?.duration], [2, 500]);
  hand.lines(":s CAP bot NEW :sts=duration=7").close();
  await hand.answerAll();
  assertEquals([saves(), hand.sts.load("irc.test")?.duration], [4, 7]);
});
