import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { test } from "node:test";
import { checkBotOptions } from "../../../src/discord/gateway/session/options.ts";
import { spacingOf } from "../../../src/discord/gateway/shards/shard_plan.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { inspect } from "node:util";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";
import type { CloseInfo } from "../../../src/protocol/protocol.ts";
import type { GatewaySessionOptions, Presence } from "../../../src/discord/gateway/mod.ts";
import { GatewaySession, Intents } from "../../../src/discord/gateway/mod.ts";
import { FIRST_URL, Hand, RESUME_URL } from "./_drive.ts";

/** The payloads of an opcode that were sent since the last look. */
function sent(hand: Hand, op: number): { op: number; d: unknown }[] {
  return hand.outputs.flatMap((output) => output.kind === "send" ? [JSON.parse(String(output.data))] : [])
    .filter((payload) => payload.op === op);
}

test("GatewaySession: from dial to READY, lost, resumed", () => {
  const hand = new Hand().start();
  assertEquals(hand.took(), [`dial ${FIRST_URL}`]);
  assertEquals(hand.open().took(), []);
  assertEquals(hand.hello().took(), ["ask", "send 2 secretly"]);
  assertEquals(hand.readyEvent().took(), ["release used", "ready"]);
  assertEquals(hand.message(2).message(3).took(), ["MESSAGE_CREATE 2", "MESSAGE_CREATE 3"]);
  assertEquals(hand.lost().took(), ["reconnecting lost"]);
  assertEquals(hand.wait(1_000).took(), [`dial ${RESUME_URL}`]);
  assertEquals(hand.open().took(), []);
  assertEquals(hand.hello().took(), ["send 6 secretly"]);
  assertEquals(hand.message(4).took(), ["MESSAGE_CREATE 4"]);
  assertEquals(hand.dispatch(5, "RESUMED").took(), ["resumed", "gap resumed"]);
  assertEquals(hand.session.state, "ready");
});

test("GatewaySession: IDENTIFY and RESUME say what they must", () => {
  const hand = new Hand({ token: "Bot a.token", shard: [1, 4], intents: 5 }).start().open().hello();
  assertEquals(sent(hand, 2)[0]?.d, {
    token: "a.token",
    intents: 5,
    shard: [1, 4],
    large_threshold: 50,
    properties: { os: "unknown", browser: "parley", device: "parley" },
  });
  hand.readyEvent().message(2).lost().wait(1_000).open().hello();
  assertEquals(sent(hand, 6)[0]?.d, { token: "a.token", session_id: "one", seq: 2 });
});

test("GatewaySession: what is given to resume is resumed, and may be refused", () => {
  const resume = {
    sessionId: "old",
    sequence: 41,
    resumeUrl: "wss://gateway-us-east1-b.discord.gg",
    at: -5_000,
  };
  const hand = new Hand({ resume }).start().open().hello();
  assertEquals(hand.took(), [`dial ${RESUME_URL}`, "send 6 secretly"]);
  assertEquals(hand.message(42).dispatch(42, "RESUMED").took(), [
    "MESSAGE_CREATE 42",
    "resumed",
    "gap resumed",
  ]);
  assertEquals(hand.session.resumePoint, {
    sessionId: "old",
    sequence: 42,
    resumeUrl: RESUME_URL,
    at: 0,
  });
  const refused = new Hand({ resume }).start().open().hello().say({ op: 9, d: false }).closed(1000);
  refused.redial().open().hello().readyEvent("new");
  const gap = refused.outputs.find((output) => output.kind === "gap");
  assertEquals(gap, {
    kind: "gap",
    shard: 0,
    from: -5_000,
    to: 3_000,
    resumed: false,
    session: "old",
    sequence: 41,
    next: undefined,
  });
});

const fates: readonly (readonly [code: number, fate: string])[] = [
  [1000, "resume"],
  [1001, "resume"],
  [1006, "resume"],
  [0, "resume"],
  [4000, "resume"],
  [4001, "resume"],
  [4002, "resume"],
  [4003, "resume"],
  [4004, "AuthenticationError"],
  [4005, "resume"],
  [4007, "identify"],
  [4008, "resume"],
  [4009, "identify"],
  [4010, "ShardRefusedError"],
  [4011, "ShardRefusedError"],
  [4012, "ConnectionError"],
  [4013, "ShardRefusedError"],
  [4014, "ShardRefusedError"],
];

for (const [code, fate] of fates) {
  test(`GatewaySession: close code ${code} means ${fate}`, () => {
    const hand = Hand.ready().closed(code).wait(60_000);
    const expected = fate === "resume"
      ? ["reconnecting closed", `dial ${RESUME_URL}`]
      : fate === "identify"
      ? ["reconnecting closed", `dial ${FIRST_URL}`]
      : [`end ${fate}`];
    assertEquals(hand.took().slice(0, expected.length), expected);
    assertEquals(hand.session.state === "ended", expected.length === 1);
  });
}

test("GatewaySession: what is commanded once a link is known to be gone waits for the next", () => {
  const hand = Hand.ready();
  // It has closed, but what it brought has not been looked at.
  const info: CloseInfo = { code: 1006, reason: "", clean: false, cause: "lost" };
  hand.session.closed(hand.link, info, hand.now);
  hand.command({ kind: "send", op: 31, d: {} });
  assertEquals(hand.took(), ["reconnecting lost"]);
  hand.wait(1_000).open().hello().dispatch(2, "RESUMED");
  assertEquals(sent(hand, 31).length, 1);
});

test("GatewaySession: what comes of a link that is gone already counts for nothing", () => {
  const hand = Hand.ready();
  const old = hand.link;
  hand.lost().wait(1_000).open().hello();
  hand.took();
  const late = JSON.stringify({ op: 0, s: 2, t: "MESSAGE_CREATE", d: {} });
  hand.session.receive(old, late, hand.now);
  hand.session.closed(old, { code: 4004, reason: "", clean: true, cause: "peer" }, hand.now);
  assertEquals(hand.drain().took(), []);
  assertEquals(hand.dispatch(2, "RESUMED").took(), ["resumed", "gap resumed"]);
  hand.command({ kind: "send", op: 31, d: {} });
  assertEquals(sent(hand, 31).length, 1);
});

test("GatewaySession: after `end` there is nothing, whatever comes", () => {
  const hand = Hand.ready().closed(4004);
  hand.took();
  hand.open().hello().message(2).wait(600_000).lost().shutdown();
  assertEquals(hand.took(), []);
  assertEquals(hand.session.deadline(), Infinity);
  assertThrows(() => hand.command({ kind: "send", op: 31, d: {} }), CommandError);
});

test("GatewaySession: the first heartbeat is jittered, the next come at the interval, with the last sequence", () => {
  const hand = new Hand({ random: () => 0.25 }).start().open().hello(40_000);
  // The one behind IDENTIFY.
  hand.ack().wait(9_999);
  assertEquals(sent(hand, 1), [{ op: 1, d: null }]);
  hand.wait(1);
  assertEquals(sent(hand, 1), [{ op: 1, d: null }, { op: 1, d: null }]);
  hand.ack().readyEvent().message(2).wait(39_999);
  assertEquals(sent(hand, 1).length, 2);
  hand.wait(1);
  assertEquals(sent(hand, 1)[2], { op: 1, d: 2 });
});

test("GatewaySession: op 1 is answered at once and does not make a zombie", () => {
  const hand = Hand.ready();
  hand.wait(20_000).ack().wait(39_990);
  hand.outputs.length = 0;
  hand.say({ op: 1, d: null });
  assertEquals(sent(hand, 1).length, 1);
  hand.wait(10);
  assertEquals(hand.session.state, "ready");
  assertEquals(sent(hand, 1).length, 2);
});

test("GatewaySession: a heartbeat without acknowledgement is a zombie; one link at a time", () => {
  const hand = Hand.ready().wait(20_000).wait(39_999);
  assertEquals(hand.took(), []);
  assertEquals(hand.wait(1).took(), ["reconnecting zombie", "close 4000"]);
  assertEquals(hand.wait(1_000).took(), ["abort", `dial ${RESUME_URL}`]);
});

test("GatewaySession: a process that stood still is no dead peer", () => {
  const hand = Hand.ready().wait(20_000);
  hand.took();
  hand.sleep(90_000).ack().wait(250);
  assertEquals(hand.session.state, "ready");
  assertEquals(hand.wait(39_000).session.state, "ready");
  hand.took();
  // Unless nothing has arrived.
  assertEquals(hand.sleep(90_000).wait(250).took(), ["reconnecting zombie", "close 4000"]);
});

test("GatewaySession: after its process stood still, the server is known to be there once it acknowledges what was sent since", () => {
  const hand = Hand.ready().wait(20_000);
  const last = hand.now;
  hand.ack();
  const heardAt = () => hand.session.resumePoint?.at;
  assertEquals(heardAt(), last);
  hand.sleep(90_000).message(2);
  assertEquals(heardAt(), last);
  hand.wait(250);
  assertEquals(sent(hand, 1).length, 2);
  assertEquals(hand.ack().message(3).session.resumePoint?.at, hand.now);
});

test("GatewaySession: no heartbeat while closing, nor on a link that is not ready for it", () => {
  const hand = Hand.ready({ timeouts: { close: 100_000 } }).say({ op: 7, d: null });
  hand.outputs.length = 0;
  hand.wait(99_000);
  assertEquals(sent(hand, 1), []);
  hand.closed(4000);
  hand.say({ op: 1, d: null });
  assertEquals(sent(hand, 1), []);
});

test("GatewaySession: op 7 reconnects at once, also before and instead of HELLO", () => {
  const hand = Hand.ready().say({ op: 7, d: null });
  assertEquals(hand.took(), ["reconnecting reconnect", "close 4000"]);
  assertEquals(hand.message(2).took(), ["MESSAGE_CREATE 2"]);
  assertEquals(hand.closed(4000).took(), [`dial ${RESUME_URL}`]);
  assertEquals(hand.open().say({ op: 7, d: null }).took(), ["reconnecting reconnect", "close 4000"]);
  assertEquals(hand.closed(4000).wait(3_000).took(), [`dial ${RESUME_URL}`]);
});

test("GatewaySession: op 9 false begins anew after 1 to 5 s, on the first URL", () => {
  const hand = Hand.ready().say({ op: 9, d: false });
  assertEquals(hand.took(), ["invalid_session", "reconnecting invalid_session", "close 1000"]);
  assertEquals(hand.closed(1000).wait(2_999).took(), []);
  assertEquals(hand.wait(1).took(), [`dial ${FIRST_URL}`]);
  assertEquals(hand.open().hello().took(), ["ask", "send 2 secretly"]);
  assertEquals(hand.readyEvent("two").took(), ["release used", "ready", "gap lost"]);
});

test("GatewaySession: op 9 true resumes", () => {
  const hand = Hand.ready().say({ op: 9, d: true }).closed(4000).wait(3_000);
  assertEquals(hand.took(), [
    "invalid_session",
    "reconnecting invalid_session",
    "close 4000",
    `dial ${RESUME_URL}`,
  ]);
});

test("GatewaySession: op 9 is waited for 1 to 5 s, however the links before it ended", () => {
  const hand = new Hand({ random: () => 0.99 }).start();
  for (let refused = 0; refused < 6; refused++) hand.closed(1006, "refused").redial();
  hand.open().hello().readyEvent();
  hand.outputs.length = 0;
  hand.say({ op: 9, d: true });
  const told = hand.outputs.flatMap((output) => output.kind === "reconnecting" ? [output.after] : []);
  assertEquals(told, [4_960]);
});

test("GatewaySession: the permit is released once IDENTIFY is known to have been read, READY or not", () => {
  const hand = new Hand({ grant: false }).start().open().hello();
  const ask = hand.outputs.find((output) => output.kind === "ask");
  hand.wait(20_000);
  // A heartbeat before IDENTIFY and one behind it: the first acknowledgement proves nothing of it.
  hand.answer(ask?.kind === "ask" ? ask.id : 0);
  assertEquals(sent(hand, 1).length, 2);
  hand.took();
  assertEquals(hand.ack().took(), []);
  assertEquals(hand.ack().took(), ["release used"]);
  assertEquals([hand.readyEvent().took(), hand.session.state], [["ready"], "ready"]);
});

test("GatewaySession: the permit is released unused if the link dies before IDENTIFY, used if after", () => {
  const before = new Hand({ grant: false }).start().open().hello();
  before.took();
  assertEquals(before.lost().took(), ["release unused", "reconnecting lost"]);
  const after = new Hand().start().open().hello();
  after.took();
  assertEquals(after.lost().took(), ["release used", "reconnecting lost"]);
  const refused = new Hand().start().open().hello();
  refused.took();
  assertEquals(refused.say({ op: 9, d: false }).took()[0], "release used");
});

test("GatewaySession: a permit is released unused although the one before it was used", () => {
  const hand = new Hand({ grant: false }).start().open().hello();
  const ask = hand.outputs.find((output) => output.kind === "ask");
  hand.answer(ask?.kind === "ask" ? ask.id : 0).took();
  assertEquals(hand.lost().took()[0], "release used");
  hand.redial().open().hello().took();
  assertEquals(hand.lost().took()[0], "release unused");
});

test("GatewaySession: a permit that comes too late, or fails, sends no IDENTIFY", () => {
  const late = new Hand({ grant: false }).start().open().hello().lost();
  late.took();
  assertEquals(late.answer(1).took(), []);
  const failed = new Hand({ grant: false }).start().open().hello();
  failed.took();
  assertEquals(failed.answer(1, new Error("none left")).took(), ["reconnecting permit", "close 1000"]);
});

test("GatewaySession: IDENTIFYs that fail get ever rarer", () => {
  const hand = new Hand().start();
  const times: number[] = [];
  for (let round = 0; round < 40; round++) {
    hand.open().hello();
    times.push(hand.now);
    hand.say({ op: 9, d: false }).closed(1000);
    hand.wait(hand.session.deadline() - hand.now);
  }
  const day = times.filter((time) => time <= 86_400_000);
  assertEquals(day.length, 40);
  const last = (times[39] ?? 0) - (times[38] ?? 0);
  assertEquals(last >= 150_000, true);
});

test("GatewaySession: a resume URL that cannot be dialled keeps the session and tries the first URL", () => {
  const hand = Hand.ready().lost().wait(1_000);
  hand.took();
  assertEquals(hand.closed(0, "refused").wait(10_000).took(), ["reconnecting refused", `dial ${FIRST_URL}`]);
  assertEquals(hand.open().hello().took(), ["send 6 secretly"]);
  assertEquals(hand.dispatch(2, "RESUMED").took(), ["resumed", "gap resumed"]);
});

test("GatewaySession: a resume URL on which nobody says HELLO is left for the first URL, too", () => {
  const silent = Hand.ready().lost().redial().open();
  silent.took();
  assertEquals(silent.wait(27_000).took(), [
    "reconnecting timeout",
    "close 4000",
    "abort",
    `dial ${FIRST_URL}`,
  ]);
  const cut = Hand.ready().lost().redial().open();
  cut.took();
  assertEquals(cut.lost().redial().took(), ["reconnecting lost", `dial ${FIRST_URL}`]);
  // And back again: either may be the one that is down.
  assertEquals(cut.open().lost().redial().took(), ["reconnecting lost", `dial ${RESUME_URL}`]);
  // Whoever asks to come back, on whatever URL, is there.
  const asked = Hand.ready().lost().redial().open();
  asked.took();
  assertEquals(asked.say({ op: 7 }).closed(4000).redial().took(), [
    "reconnecting reconnect",
    "close 4000",
    `dial ${RESUME_URL}`,
  ]);
});

test("GatewaySession: after three resumes in vain it identifies", () => {
  const hand = Hand.ready().lost();
  for (let round = 0; round < 3; round++) {
    hand.redial().took();
    assertEquals(hand.open().hello().took(), ["send 6 secretly"]);
    hand.lost();
  }
  assertEquals(hand.redial().open().hello().took().includes("send 2 secretly"), true);
});

test("GatewaySession: a resume that brings something is not in vain", () => {
  const hand = Hand.ready().lost();
  for (let round = 0; round < 10; round++) {
    hand.redial().open().hello().message(2 + round).lost();
  }
  hand.took();
  assertEquals(hand.redial().open().hello().took(), [`dial ${RESUME_URL}`, "send 6 secretly"]);
  // Nor does it count among those that are.
  hand.message(12);
  for (let round = 0; round < 3; round++) {
    hand.lost().took();
    assertEquals(hand.redial().open().hello().took().at(-1), "send 6 secretly");
  }
});

test("GatewaySession: each step has its deadline", () => {
  const timeouts = { dial: 10, hello: 20, ready: 30, resumed: 40, close: 50 };
  const hand = new Hand({ timeouts }).start();
  hand.took();
  assertEquals(hand.wait(10).took(), ["reconnecting timeout", "abort"]);
  assertEquals(hand.redial().open().wait(20).took().slice(1), ["reconnecting timeout", "close 1000"]);
  assertEquals(hand.wait(50).took(), ["abort"]);
  hand.redial().open().hello().took();
  assertEquals(hand.wait(30).took(), ["release used", "reconnecting timeout", "close 1000"]);
  const resuming = Hand.ready({ timeouts }).lost().redial().open().hello();
  resuming.took();
  assertEquals(resuming.wait(39).message(2).wait(39).took(), ["MESSAGE_CREATE 2"]);
  assertEquals(resuming.wait(1).took(), ["reconnecting timeout", "close 4000"]);
});

test("GatewaySession: a link whose session stood and is lost after 20 s is no failure of the server", () => {
  const hand = Hand.ready();
  for (let n = 0; n < 6; n++) hand.wait(20_000).lost().redial().open().hello().dispatch(n + 2, "RESUMED");
  const waits = hand.outputs.flatMap((output) => output.kind === "reconnecting" ? [output.after] : []);
  assertEquals(waits, [750, 750, 750, 750, 750, 750]);
});

test("GatewaySession: a thousand shards that are cut at once come back over ten seconds", () => {
  const random = seededRandom(1, "shards");
  const options = { token: "a.token", intents: 513, random };
  const bot = checkBotOptions(
    options,
    spacingOf({ count: 1_000, ids: Array.from({ length: 1_000 }, (_, id) => id) }),
  );
  const back = Array.from({ length: 1_000 }, (_, id) => {
    const session = new GatewaySession({ ...options, shard: [id, 1_000] }, bot);
    const drain = () => {
      let after = 0;
      for (let output = session.poll(); output !== undefined; output = session.poll()) {
        if (output.kind === "event" && output.event.kind === "reconnecting") after = output.event.after;
      }
      return after;
    };
    session.start(0);
    drain();
    session.closed(1, { code: 1006, reason: "", clean: false, cause: "refused" }, 1_000);
    return drain();
  }).sort((a, b) => a - b);
  const most = Math.max(...back.map((from) => back.filter((at) => at >= from && at < from + 500).length));
  assertEquals([most <= 100, (back[0] ?? 0) >= 500, (back[999] ?? 0) <= 11_000], [true, true, true]);
});

test("GatewaySession: gives up after as many attempts as were allowed", () => {
  const hand = new Hand({ backoff: { attempts: 2 } }).start().closed(0, "refused").redial();
  hand.took();
  assertEquals(hand.closed(0, "refused").took(), ["end ConnectionError"]);
});

test("GatewaySession: who gives up in time drops the link that has not opened", () => {
  const hand = new Hand({ connectTimeout: 5_000 }).start();
  hand.took();
  assertEquals(hand.wait(5_000).took(), ["abort", "end ConnectionError"]);
});

test("GatewaySession: waits grow while links come to nothing, and never spin", () => {
  const hand = new Hand({ connectTimeout: Infinity }).start();
  const waits: number[] = [];
  for (let round = 0; round < 20; round++) {
    hand.closed(0, "refused");
    const next = hand.outputs.findLast((output) => output.kind === "reconnecting");
    if (next?.kind === "reconnecting") waits.push(next.after);
    hand.redial();
  }
  assertEquals(waits.slice(0, 3), [750, 1_031.25, 1_417.968_75]);
  assertEquals(waits.at(-1), 45_000);
});

test("GatewaySession: a repeat is dropped; a hole is asked for again, once", () => {
  const hand = Hand.ready().message(2).message(2);
  assertEquals(hand.took(), ["MESSAGE_CREATE 2"]);
  assertEquals(hand.message(4).took(), ["reconnecting skipped", "close 4000"]);
  assertEquals(hand.message(5).closed(4000).took(), [`dial ${RESUME_URL}`]);
  hand.open().hello().message(3).message(4).message(5).dispatch(5, "RESUMED");
  assertEquals(hand.took(), [
    "send 6 secretly",
    "MESSAGE_CREATE 3",
    "MESSAGE_CREATE 4",
    "MESSAGE_CREATE 5",
    "resumed",
    "gap resumed",
  ]);
});

test("GatewaySession: a hole that the server does not fill is told, and the session goes on", () => {
  const hand = Hand.ready().message(3).closed(4000).open().hello();
  hand.took();
  assertEquals(hand.message(3).took(), ["gap lost", "MESSAGE_CREATE 3"]);
  assertEquals(hand.dispatch(3, "RESUMED").took(), ["resumed", "gap resumed"]);
});

test("GatewaySession: commands are held until ready, sent in order, and survive a reconnect", () => {
  const hand = new Hand().start();
  for (const guild of ["1", "2"]) hand.command({ kind: "send", op: 31, d: { guild_ids: [guild] } });
  hand.open().hello();
  assertEquals(hand.took().includes("send 31"), false);
  assertEquals(hand.readyEvent().took(), [
    "release used",
    "ready",
    "send 31",
    "settle 1 done",
    "send 31",
    "settle 2 done",
  ]);
  hand.lost();
  hand.command({ kind: "presence", data: { since: null, activities: [], status: "idle", afk: false } });
  hand.wait(1_000).open().hello().took();
  assertEquals(hand.dispatch(2, "RESUMED").took(), ["resumed", "gap resumed", "send 3", "settle 3 done"]);
  // A new session begins with the presence that was set.
  hand.say({ op: 9, d: false }).closed(1000).redial().open().hello();
  assertMatch(JSON.stringify(sent(hand, 2)), /"status":"idle"/);
});

test("GatewaySession: a held command can be cancelled, and is settled at the end", () => {
  const hand = new Hand().start();
  for (let n = 0; n < 3; n++) hand.command({ kind: "send", op: 31, d: {} });
  hand.took();
  hand.session.cancel(2, 0);
  hand.session.cancel(2, 0);
  assertEquals(hand.drain().took(), ["settle 2 cancelled"]);
  assertEquals(hand.shutdown().took(), ["settle 1 failed", "settle 3 failed", "abort", "end"]);
});

test("GatewaySession: never more than 120 payloads in 60 s, heartbeats among them", () => {
  const hand = Hand.ready();
  for (let n = 0; n < 500; n++) hand.command({ kind: "send", op: 31, d: { n } });
  const times: number[] = [];
  const numbers: number[] = [];
  for (let at = 0; at < 400_000; at += 250) {
    for (const output of hand.outputs.splice(0)) {
      if (output.kind !== "send") continue;
      times.push(hand.now);
      const { op, d } = JSON.parse(String(output.data));
      if (op === 1) hand.ack();
      else numbers.push(d.n);
    }
    hand.wait(250);
  }
  assertEquals(numbers, Array.from({ length: 500 }, (_, n) => n));
  for (const [index, time] of times.entries()) {
    const within = times.slice(index).filter((other) => other < time + 60_000).length;
    assertEquals(within <= 120, true);
  }
  assertEquals(hand.session.state, "ready");
});

test("GatewaySession: what cannot be sent throws at once", () => {
  const hand = Hand.ready();
  const loop: { self?: unknown } = {};
  loop.self = loop;
  for (
    const command of [
      { kind: "send", op: 2, d: {} },
      { kind: "send", op: 1.5, d: {} },
      { kind: "send", op: 31, d: undefined },
      { kind: "send", op: 31, d: loop },
      { kind: "send", op: 31, d: "é".repeat(2_100) },
      { kind: "request_guild_members", data: { guild_id: "1", query: "a", limit: 1, nonce: "é".repeat(17) } },
      { kind: "request_guild_members", data: { guild_id: "1", query: "", limit: 0 } },
      { kind: "request_guild_members", data: { guild_id: "1", query: "a", limit: 1, presences: true } },
      { kind: "request_guild_members", data: { guild_id: "1", user_ids: Array(101).fill("1") } },
    ] as const
  ) {
    assertThrows(() => hand.command(command), CommandError);
  }
  assertEquals(hand.took(), []);
});

test("GatewaySession: not more commands are held than memory allows", () => {
  const hand = new Hand().start();
  assertThrows(
    () => {
      for (let n = 0; n < 1_000_000; n++) hand.command({ kind: "send", op: 31, d: {} });
    },
    CommandError,
    "Cannot hold more than",
  );
});

test("GatewaySession: shutdown closes with 1000, or with a code that keeps the session", () => {
  const end = Hand.ready().shutdown("end");
  assertEquals(end.took(), ["close 1000"]);
  assertEquals(end.message(2).took(), ["MESSAGE_CREATE 2"]);
  assertEquals(end.closed(1000).took(), ["end"]);
  assertEquals(end.session.resumePoint, undefined);
  const resumable = Hand.ready().shutdown("resumable");
  assertEquals(resumable.message(2).took(), ["close 4000", "MESSAGE_CREATE 2"]);
  assertEquals(resumable.wait(5_000).took(), ["abort", "end"]);
  assertEquals(resumable.session.resumePoint?.sequence, 2);
});

test("GatewaySession: what was received before the end is delivered before it", () => {
  const hand = Hand.ready();
  for (const s of [2, 3]) {
    hand.session.receive(1, JSON.stringify({ op: 0, s, t: "MESSAGE_CREATE", d: {} }), 0);
  }
  hand.session.closed(1, { code: 4004, reason: "", clean: true, cause: "peer" }, 0);
  assertEquals(hand.drain().took(), ["MESSAGE_CREATE 2", "MESSAGE_CREATE 3", "end AuthenticationError"]);
});

test("GatewaySession: events of a name it does not know arrive all the same", () => {
  const hand = Hand.ready().dispatch(2, "NEW_THING", { a: 1 });
  assertEquals(hand.outputs, [
    {
      kind: "unknown",
      name: "NEW_THING",
      data: { a: 1 },
      shard: 0,
      session: "one",
      sequence: 2,
      replayed: false,
    },
  ]);
});

test("GatewaySession: what makes no sense is told as malformed", () => {
  const hand = Hand.ready();
  hand.raw("nonsense").raw(new Uint8Array([1])).say([]).say({ op: "1" }).say({ op: 99 }).hello();
  hand.say({ op: 0, t: "X", d: {} }).say({ op: 0, s: 2, d: {} }).dispatch(2, "READY");
  assertEquals(hand.took().length, 9);
  assertEquals(hand.session.state, "ready");
});

test("GatewaySession: what comes before READY begins no session, whatever it says", () => {
  const hand = new Hand().start().open().hello();
  hand.took();
  hand.dispatch(1, "MESSAGE_CREATE", { session_id: "one" });
  assertEquals(hand.took()[0], "malformed MESSAGE_CREATE before READY");
  assertEquals(hand.session.resumePoint, undefined);
});

test("GatewaySession: a HELLO without an interval that could be is told as malformed, and sends no heartbeat", () => {
  for (const interval of [0, -1]) {
    const hand = new Hand().start().open();
    hand.took();
    assertEquals(hand.hello(interval).took(), ["malformed HELLO has no heartbeat interval"]);
  }
});

test("GatewaySession: the token never shows, and its sends are marked secret", () => {
  const hand = Hand.ready({ token: "Bot very.secret" });
  assertEquals(/very|secret/.test(inspect(hand.session, { depth: 9, showHidden: true })), false);
  const error = assertThrows(
    () => new GatewaySession({ token: "very secret", intents: 0, random: Math.random }),
    OptionError,
  );
  assertEquals(/very|secret/.test(String(error)), false);
});

test("GatewaySession: options are checked when given", () => {
  const wrong: Partial<GatewaySessionOptions>[] = [
    { token: "" },
    { intents: -1 },
    { intents: 0.5 },
    { shard: [1, 1] },
    { shard: [-1, 1] },
    { url: "https://gateway.discord.gg" },
    { url: "nonsense" },
    { largeThreshold: 49 },
    { largeThreshold: 251 },
    { resume: { sessionId: "", sequence: 0, resumeUrl: "" } },
    { timeouts: { hello: 0 } },
    { backoff: { base: -1 } },
    {
      presence: {
        since: null,
        activities: [{ name: "x".repeat(5_000), type: 0 }],
        status: "dnd",
        afk: false,
      },
    },
  ];
  for (const options of wrong) assertThrows(() => new Hand(options), OptionError);
});

test("GatewaySession: a presence that Discord cannot read is refused at once, for it would be sent again on each link", () => {
  const playing = { name: "chess", type: 0 };
  const faults: readonly (readonly [presence: unknown, fault: string])[] = [
    ["online", "it is no object; give { status, activities }"],
    [{ status: "busy" }, 'its status "busy" is not online, dnd, idle, invisible or offline'],
    [{ activities: playing }, "its activities are no list"],
    [
      { activities: [playing, { name: "chess" }] },
      "each activity wants a name, and as type a number of `ActivityType`",
    ],
    [
      { activities: [{ name: "chess", type: "PLAYING" }] },
      "each activity wants a name, and as type a number of `ActivityType`",
    ],
    [{ activities: [{ type: 0 }] }, "each activity wants a name, and as type a number of `ActivityType`"],
    [{ since: new Date(0) }, "`since` is no time in milliseconds"],
    [{ afk: "no" }, "`afk` is neither true nor false"],
  ];
  const hand = Hand.ready();
  for (const [presence, fault] of faults) {
    const given = { data: presence, presence } as { data: Presence; presence: Presence };
    const command = assertThrows(() => hand.command({ kind: "presence", data: given.data }), CommandError);
    assertEquals(command.message, `Cannot send presence: ${fault}`);
    const option = assertThrows(() => new Hand({ presence: given.presence }), OptionError);
    assertEquals(option.message, `Cannot begin with this presence: ${fault}`);
  }
  assertEquals(hand.took(), []);
  hand.command({ kind: "presence", data: { status: "idle", since: 0, afk: true, activities: [playing] } });
});

test("GatewaySession: a resume URL less safe than the first is not used", () => {
  const hand = new Hand().start().open().hello().readyEvent("one", "ws://gateway-us-east1-b.discord.gg")
    .lost().wait(1_000);
  assertEquals(hand.took().at(-1), `dial ${FIRST_URL}`);
});

test("GatewaySession: what the first URL asks for, the resume URL asks for, too", () => {
  const hand = new Hand({ url: "wss://gateway.test/?through=proxy" }).start().open().hello().readyEvent();
  assertEquals(
    hand.lost().wait(1_000).took().at(-1),
    "dial wss://gateway-us-east1-b.discord.gg/?through=proxy&v=10&encoding=json",
  );
});

test("GatewaySession: a hole before RESUMED reaches as far as RESUMED's own number", () => {
  const hand = Hand.ready().lost().redial().open().hello().dispatch(4, "RESUMED");
  hand.closed(4000).redial().open().hello();
  hand.outputs.length = 0;
  hand.dispatch(4, "RESUMED");
  const gap = hand.outputs.find((output) => output.kind === "gap");
  assertEquals(gap?.kind === "gap" && [gap.sequence, gap.next, gap.resumed], [1, 5, false]);
  assertEquals(hand.message(5).took().at(-1), "MESSAGE_CREATE 5");
});

test("GatewaySession: an event that is not wanted is counted, but neither told nor parsed", () => {
  const hand = Hand.ready({ events: ["MESSAGE_CREATE"] });
  // It could not even be parsed, and nobody notices.
  hand.raw('{"t":"TYPING_START","s":2,"op":0,"d":{oops}}').message(3);
  assertEquals(hand.took(), ["MESSAGE_CREATE 3"]);
  assertEquals(hand.session.resumePoint?.sequence, 3);
});

test("GatewaySession: the wanted events decide the intents, unless these are given", () => {
  const options = { token: "a.token", random: () => 0.5 };
  const identify = (more: Partial<GatewaySessionOptions>) => {
    const session = new GatewaySession({ ...options, ...more });
    session.start(0);
    session.poll();
    session.opened(1, { url: "", protocol: "" }, 0);
    session.receive(1, '{"op":10,"d":{"heartbeat_interval":45000}}', 0);
    const asked = session.poll();
    session.answered(asked?.kind === "ask" ? asked.id : 0, { kind: "permit" }, 0);
    const action = session.poll();
    return action?.kind === "send" ? JSON.parse(String(action.data)).d.intents : undefined;
  };
  assertEquals(identify({ events: { guild: ["MESSAGE_CREATE"] } }), Intents.GuildMessages);
  assertEquals(identify({ events: ["MESSAGE_CREATE"], intents: Intents.Guilds }), Intents.Guilds);
  assertThrows(() => new GatewaySession(options), OptionError, "give intents");
});

test("GatewaySession: knows how many of the guilds that READY has named are still to come", () => {
  const guilds = ["1", "2"].map((id) => ({ id, unavailable: true }));
  const hand = new Hand().start().open().hello().dispatch(1, "READY", { session_id: "one", guilds });
  const left = [hand.session.guildsToCome];
  left.push(hand.message(2).session.guildsToCome);
  for (const [number, id] of ["1", "2", "3"].entries()) {
    left.push(hand.dispatch(number + 3, "GUILD_CREATE", { id }).session.guildsToCome);
  }
  assertEquals(left, [2, 2, 1, 0, 0]);
});

test("GatewaySession: a guild is gone from a session whose READY it has not seen, or from nowhere", () => {
  const resume = { sessionId: "old", sequence: 41, resumeUrl: RESUME_URL, at: 0 };
  const hand = new Hand({ resume }).start().open().hello();
  hand.took();
  hand.dispatch(42, "GUILD_DELETE", { id: "1", unavailable: true }).dispatch(43, "GUILD_DELETE", {});
  assertEquals(hand.took(), ["GUILD_DELETE", "GUILD_DELETE"]);
});

test("GatewaySession: a RESUMED that answers no RESUME says nothing", () => {
  const hand = Hand.ready();
  assertEquals(hand.dispatch(2, "RESUMED").message(3).took(), ["MESSAGE_CREATE 3"]);
});

test("GatewaySession: a READY in the midst of a session ends the link, not the session", () => {
  const hand = Hand.ready().message(2);
  hand.took();
  const took = hand.dispatch(3, "READY", { session_id: "two", guilds: [] }).took();
  assertEquals(took.slice(0, 1), ["malformed READY in the middle of a session"]);
  assertEquals([hand.session.resumePoint?.sessionId, took.includes("ready")], ["one", false]);
});

test("GatewaySession: who is to reconnect while it dials, or has not begun, does not dial for that", () => {
  const hand = new Hand();
  hand.session.command({ kind: "reconnect" }, 1, 0);
  hand.start().session.command({ kind: "reconnect" }, 2, 0);
  assertEquals(hand.took().filter((what) => what.startsWith("dial")), [`dial ${FIRST_URL}`]);
});
