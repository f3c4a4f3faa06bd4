import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { MOST_BATCHES } from "../../src/irc/wire/bounds.ts";
import { ScriptedServer } from "./_scripted.ts";

const ECHO = "batch echo-message message-tags";

test("IrcClient: a bot that says again what is said does not talk to itself", async () => {
  const server = new ScriptedServer({
    capabilities: ECHO,
    on: ({ command, raw }, say) => command === "PRIVMSG" && say(`:bot!u@h ${raw}`),
  });
  const irc = await server.connected({ channels: ["#a"] });
  const told: string[] = [];
  irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, event.text));
  irc.on("echo", ({ channel, text }) => void told.push(`${channel} ${text}`));
  server.say(":ann!a@h PRIVMSG #a :hello");
  await server.world.run(600_000);
  assertEquals([server.lines(/^PRIVMSG/), told], [["PRIVMSG #a hello"], ["#a hello"]]);
});

test("IrcClient: what was said before we came is history, by its batch and those in it, and runs no handler of PRIVMSG", async () => {
  const server = new ScriptedServer({ capabilities: ECHO });
  const irc = await server.connected({ channels: ["#a"] });
  const told: string[] = [];
  for (const kind of ["PRIVMSG", "history"] as const) {
    irc.on(kind, (event) => void told.push(`${kind} ${event.text}`));
  }
  server.say(
    "BATCH +1 chathistory #a",
    "@batch=1;time=2020-01-01T00:00:00.000Z :ann!a@h PRIVMSG #a :!deploy prod",
    "@batch=1 BATCH +2 netjoin",
    "@batch=2 :ann!a@h PRIVMSG #a :within",
    "BATCH -2",
    "BATCH -1",
    "BATCH +3 znc.in/playback #a",
    "@batch=3 :ann!a@h PRIVMSG #a :played",
    "BATCH -3",
    "BATCH +4 netsplit",
    "@batch=4;time=2020-01-01T00:00:00.000Z :ann!a@h PRIVMSG #a :late",
    "BATCH -4",
    "@batch=1 :ann!a@h PRIVMSG #a :news",
  );
  await server.world.run(1_000);
  assertEquals(told, [
    "history !deploy prod",
    "history within",
    "history played",
    "PRIVMSG late",
    "PRIVMSG news",
  ]);
});

test("IrcClient: a query by CTCP is no PRIVMSG, and is answered once", async () => {
  const server = new ScriptedServer();
  const irc = await server.connected();
  const told: string[] = [];
  irc.on("PRIVMSG", (event) => irc.privmsg(event.replyTarget, event.text));
  irc.on("ctcp", ({ nick, ctcp }) => void told.push(`${nick} ${ctcp?.command}`));
  server.say(":ann!a@h PRIVMSG bot :\x01VERSION\x01");
  await server.world.run(10_000);
  assertEquals([told, server.lines(/^(?:PRIVMSG|NOTICE)/)], [["ann VERSION"], [
    "NOTICE ann :\x01VERSION parley\x01",
  ]]);
});

test("IrcClient: keeps no more batches open than that, and says so", async () => {
  const server = new ScriptedServer();
  const irc = await server.connected();
  let malformed = 0;
  irc.on("malformed", () => void malformed++);
  for (let n = 0; n < MOST_BATCHES + 5; n++) server.say(`BATCH +${n} chathistory #a`);
  await server.world.run(1_000);
  assertEquals(malformed, 5);
});

test("IrcClient: capabilities adds to those of its own accord, and leaves out what has a minus", async () => {
  const server = new ScriptedServer({ capabilities: "batch echo-message example.org/x server-time other" });
  const irc = await server.connected({ capabilities: ["example.org/x", "-echo-message"] });
  assertEquals([...irc.capabilities].sort(), ["batch", "example.org/x", "server-time"]);
});

test("IrcTextEvent.reply: says several lines where it is told so, and names the message that it replies to", async () => {
  const server = new ScriptedServer({ capabilities: "message-tags" });
  const irc = await server.connected({ channels: ["#a"] });
  irc.on("PRIVMSG", (event) => event.reply("one\ntwo", { lines: true, replyTo: event.id }));
  server.say("@msgid=m1 :ann!a@h PRIVMSG #a :!rules");
  await server.world.run(60_000);
  assertEquals(server.lines(/PRIVMSG/), ["@+reply=m1;+draft/reply=m1 PRIVMSG #a one", "PRIVMSG #a two"]);
});
