import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Batches } from "../../../src/irc/session/batches.ts";
import { MOST_BATCHED, MOST_BATCHES } from "../../../src/irc/wire/bounds.ts";
import { type IrcEvent, plainEvent } from "../../../src/irc/wire/events/event.ts";
import { parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { ScriptedServer } from "../_scripted.ts";

const BATCH = "batch message-tags echo-message labeled-response";

/** What an event is, in a line. */
function shown(event: IrcEvent): string {
  if (event.kind === "batch") return `batch ${event.type} (${event.events.map(shown).join(", ")})`;
  if (event.kind === "playback") return `playback ${shown(event.event)}`;
  return "text" in event ? `${event.kind} ${JSON.stringify(event.text)}` : event.kind;
}

/** A client in a channel, and all that it is told of texts and batches. */
async function listening(capabilities = BATCH) {
  const server = new ScriptedServer({ capabilities });
  const irc = await server.connected({ channels: ["#a"] });
  const told: string[] = [];
  const texts = ["PRIVMSG", "NOTICE", "echo", "history", "ctcp"] as const;
  for (const kind of [...texts, "batch", "playback", "malformed", "JOIN", "QUIT"] as const) {
    irc.on(kind, (event) => void told.push(shown(event)));
  }
  return { server, irc, told };
}

test("IrcClient: what is in a batch is told as it comes, and once more together at its end", async () => {
  const { server, irc } = await listening();
  const batches: unknown[] = [];
  irc.on("batch", ({ type, args, label, isWhole, events }) => {
    batches.push([type, args, label, isWhole, events.map(shown)]);
  });
  server.say(
    ":s BATCH +split netsplit a.test b.test",
    "@batch=split :ann!a@h QUIT :a.test b.test",
    ":cyd!c@h PRIVMSG #a :aside",
    "@batch=split :ben!b@h QUIT :a.test b.test",
    ":s BATCH -split",
    ":s BATCH +empty netjoin a.test b.test",
    ":s BATCH -empty",
  );
  await server.world.run(1_000);
  const quit = 'QUIT "a.test b.test"';
  assertEquals(batches, [
    ["netsplit", ["a.test", "b.test"], undefined, true, [quit, quit]],
    ["netjoin", ["a.test", "b.test"], undefined, true, []],
  ]);
});

test("IrcClient: a batch within another is among its events, and is told before it", async () => {
  const { server, told } = await listening();
  server.say(
    ":s BATCH +outer example.com/foo",
    "@batch=outer :s BATCH +inner example.com/bar",
    "@batch=inner :ann!a@h PRIVMSG #a :within",
    "@batch=outer :s BATCH -inner",
    "@batch=outer :ann!a@h PRIVMSG #a :without",
    ":s BATCH -outer",
    ":s BATCH +first example.com/foo",
    "@batch=first :s BATCH +second example.com/bar",
    ":s BATCH -first",
    "@batch=second :ann!a@h PRIVMSG #a :late",
    ":s BATCH -second",
  );
  await server.world.run(1_000);
  assertEquals(told, [
    'PRIVMSG "within"',
    'batch example.com/bar (PRIVMSG "within")',
    'PRIVMSG "without"',
    'batch example.com/foo (batch example.com/bar (PRIVMSG "within"), PRIVMSG "without")',
    "batch example.com/foo ()",
    'PRIVMSG "late"',
    'batch example.com/bar (PRIVMSG "late")',
  ]);
});

test("IrcClient: what answers a command is one batch, with the label that the command had", async () => {
  const server = new ScriptedServer({
    capabilities: BATCH,
    on: (message, say) => {
      if (message.command !== "WHO") return false;
      say(
        `@label=${message.tag("label")} :s BATCH +1 labeled-response`,
        "@batch=1 :s 352 bot #a a h s ann H :0 Ann",
        "@batch=1 :s 315 bot #a :End",
        ":s BATCH -1",
      );
      return true;
    },
  });
  const irc = await server.connected();
  const batches: unknown[] = [];
  irc.on("batch", ({ label, events }) => void batches.push([label, events.map(({ kind }) => kind)]));
  await server.world.until(irc.who("#a", { tags: { label: "mine" } }));
  assertEquals(batches, [["mine", ["RPL_WHOREPLY", "RPL_ENDOFWHO"]]]);
});

test("IrcClient: a text of several lines is told as one, as its batch says who, when and by what id", async () => {
  const { server, irc, told } = await listening();
  const texts: unknown[] = [];
  irc.on("PRIVMSG", ({ id, account, nick, channel, text }) => {
    texts.push([id, account, nick, channel, text]);
  });
  server.say(
    "@msgid=xxx;account=ann :ann!a@h BATCH +123 draft/multiline #a",
    "@batch=123 :ann!a@h PRIVMSG #a hello",
    "@batch=123 :ann!a@h PRIVMSG #a :",
    ":ben!b@h PRIVMSG #a :aside",
    "@batch=123 :ann!a@h privmsg #a :how is ",
    "@batch=123;draft/multiline-concat :ann!a@h PRIVMSG #a :everyone?",
    "@batch=123 :eve!e@h PRIVMSG #b :elsewhere",
    "BATCH -123",
    ":bot!u@h BATCH +own draft/multiline #a",
    "@batch=own :bot!u@h NOTICE #a :one",
    "@batch=own :bot!u@h NOTICE #a :two",
    "BATCH -own",
    ":ann!a@h BATCH +empty draft/multiline #a",
    "BATCH -empty",
  );
  await server.world.run(1_000);
  assertEquals(texts, [
    [undefined, undefined, "ben", "#a", "aside"],
    [undefined, undefined, "eve", "#b", "elsewhere"],
    ["xxx", "ann", "ann", "#a", "hello\n\nhow is everyone?"],
  ]);
  assertEquals(told.at(-1), 'echo "one\\ntwo"');
});

test("IrcClient: a text of several lines whose link is lost before its end is told as malformed", async () => {
  const { server, told } = await listening();
  server.say(":ann!a@h BATCH +1 draft/multiline #a", "@batch=1 :ann!a@h PRIVMSG #a :half of it");
  await server.world.run(1_000);
  assertEquals(told, []);
  server.cut();
  await server.world.run(30_000);
  // The last is our own JOIN on the next link.
  assertEquals(told.slice(0, 1), ['malformed "@batch=1 :ann!a@h PRIVMSG #a :half of it"']);
});

test("IrcClient: what is played back changes nothing, and is told as that", async () => {
  const { server, irc, told } = await listening();
  server.say(
    ":s BATCH +1 chathistory #b",
    "@batch=1 :bot!u@old.host JOIN #b",
    "@batch=1 :ann!a@h PRIVMSG #b :hello",
    "@batch=1 :bot!u@h NICK other",
    "@batch=1 :ann!a@h BATCH +2 draft/multiline #b",
    "@batch=2 :ann!a@h PRIVMSG #b :one",
    "@batch=2 :ann!a@h PRIVMSG #b :two",
    "@batch=1 BATCH -2",
    "@batch=1 :ann!a@h PRIVMSG bot :\x01VERSION\x01",
    ":s BATCH -1",
  );
  await server.world.run(10_000);
  assertEquals([irc.channels.names, irc.nick, server.lines(/^NOTICE/)], [["#a"], "bot", []]);
  assertEquals(told.slice(0, -1), [
    "playback JOIN",
    'history "hello"',
    "playback NICK",
    'history "one\\ntwo"',
    'history "\\u0001VERSION\\u0001"',
  ]);
});

test("Batches: keeps no more open than that, and holds no more than that, and says so", () => {
  const batches = new Batches(plainEvent);
  const take = (line: string) => {
    const message = parseMessage(line);
    return batches.take(message, plainEvent(message));
  };
  for (let n = 0; n < MOST_BATCHES; n++) assertEquals(take(`BATCH +${n} x`), []);
  assertEquals(take("BATCH +more x").map(({ kind }) => kind), ["malformed"]);
  assertEquals(take("BATCH +1 x").map(({ kind }) => kind), ["malformed"]);
  const text = "x".repeat(8_000);
  const held = () => {
    for (let n = 0; n < MOST_BATCHED / text.length; n++) take(`@batch=1 :ann PRIVMSG #a :${text}`);
    const [event] = take("BATCH -1");
    assert(event?.kind === "batch");
    assertEquals(event.isWhole, false);
    return event.events.length;
  };
  const most = held();
  assert(most > 900 && most * text.length < MOST_BATCHED, `${most} lines`);
  // What has ended is held no more.
  take("BATCH +1 x");
  assertEquals(held(), most);
});

test("Batches: a text that is too long has no end, which is told", () => {
  const batches = new Batches(plainEvent);
  const start = parseMessage(":ann!a@h BATCH +1 draft/multiline #a");
  batches.take(start, plainEvent(start));
  const line = parseMessage(`@batch=1 :ann!a@h PRIVMSG #a :${"x".repeat(8_000)}`);
  for (let n = 0; n < 2_000; n++) assert(batches.withholds(line));
  const end = parseMessage("BATCH -1");
  const told = batches.take(end, plainEvent(end));
  assertEquals(told.map(({ kind }) => kind), ["unknown", "malformed"]);
});
