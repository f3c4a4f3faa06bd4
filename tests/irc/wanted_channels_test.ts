import { describe, test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { IrcJoinFailedEvent } from "../../src/irc/wire/events/event.ts";
import { IrcRefusedError } from "../../src/irc/wire/outcomes/refusal.ts";
import { ScriptedServer } from "./_scripted.ts";

const HOUR = 3_600_000;

describe("IrcClient: a channel that is refused is tried again, and told with the numeric", () => {
  for (
    const line of [
      ":s 471 bot #a :full",
      ":s 437 bot #a :temporarily unavailable",
      ":s 477 bot #a :need to be identified",
      ":s 480 bot #a :throttled, try again later",
      ":s 473 bot #a :invite only",
      ":s 474 bot #a :banned",
      ":s 263 bot JOIN :try again",
      "FAIL JOIN CHANNEL_FULL #a :full",
    ]
  ) {
    test(line, async () => {
      let closed = false;
      const server = new ScriptedServer({
        on: ({ command }, say) => command === "JOIN" && closed && (say(line), true),
      });
      const irc = await server.connected({ channels: ["#a"] });
      const told: IrcJoinFailedEvent[] = [];
      irc.on("join_failed", (event) => void told.push(event));
      closed = true;
      server.cut();
      await server.world.run(HOUR);
      const [first] = told;
      assert(first?.error instanceof IrcRefusedError);
      assertEquals([first.channel, first.error.numeric, first.awaited], [
        "#a",
        line.split(" ")[line.startsWith(":") ? 1 : 0],
        false,
      ]);
      assert(first.after !== undefined && first.after <= 15_000);
      // Ever slower: ten minutes apart at last.
      assert(told.length >= 8 && told.length <= 20, String(told.length));
      closed = false;
      await server.world.run(600_000);
      assertEquals(irc.channels.names, ["#a"]);
    });
  }
});

test("IrcClient: a channel of the options that is refused at first is let in later, with what was missed told", async () => {
  let refused = 0;
  const server = new ScriptedServer({
    on: ({ command }, say) =>
      command === "JOIN" && refused++ < 2 && (say(":s 437 bot #k :unavailable"), true),
  });
  const irc = await server.connected({ channels: [{ name: "#k", key: "sesame" }] });
  await server.world.run(120_000);
  assertEquals([irc.channels.names, server.lines(/^JOIN/)], [["#k"], Array(3).fill("JOIN #k sesame")]);
});

test("IrcClient: a channel that there can never be is given up", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) => command === "JOIN" && (say(":s 403 bot #a :No such channel"), true),
  });
  const irc = await server.connected();
  const told: IrcJoinFailedEvent[] = [];
  irc.on("join_failed", (event) => void told.push(event));
  assertEquals(await server.outcome(irc.join("#a")), "refused 403");
  await server.world.run(HOUR);
  assertEquals([told.length, told[0]?.after, server.lines(/^JOIN/).length], [1, undefined, 1]);
});

test("IrcClient: a channel that is parted while it is refused is not tried again", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) => command === "JOIN" && (say(":s 471 bot #a :full"), true),
  });
  const irc = await server.connected();
  assertEquals(await server.outcome(irc.join("#a")), "refused 471");
  const part = server.outcome(irc.part("#a"));
  server.say(":s 442 bot #a :You're not on that channel");
  await part;
  await server.world.run(HOUR);
  assertEquals(server.lines(/^JOIN/).length, 1);
});

test("IrcClient: the key is kept through a KICK, and rejoinOnKick comes back by it", async () => {
  for (const rejoinOnKick of [false, true]) {
    const server = new ScriptedServer();
    const irc = await server.connected({ rejoinOnKick, channels: [{ name: "#k", key: "sesame" }] });
    server.say(":op!o@h KICK #k bot :out");
    await server.world.run(60_000);
    assertEquals(server.lines(/^JOIN/).length, rejoinOnKick ? 2 : 1);
    if (!rejoinOnKick) assertEquals(await server.outcome(irc.join("#k")), "done");
    assertEquals([server.lines(/^JOIN/)[1], irc.channels.names], ["JOIN #k sesame", ["#k"]]);
  }
});

test("IrcClient: who is kicked again and again comes back ever slower", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) =>
      command === "JOIN" && (say(":bot!u@h JOIN #a", ":op!o@h KICK #a bot :out"), true),
  });
  await server.connected({ rejoinOnKick: true, channels: ["#a"] });
  await server.world.run(HOUR);
  const joins = server.lines(/^JOIN/).length;
  assert(joins >= 6 && joins <= 20, String(joins));
});

test("IrcClient: a PART by force is not fought", async () => {
  const server = new ScriptedServer();
  const irc = await server.connected({ channels: ["#a", "#b"] });
  server.say(":bot!u@h PART #a :forced");
  await server.world.run(60_000);
  server.cut();
  await server.world.run(60_000);
  assertEquals([irc.channels.names, server.lines(/^JOIN/)], [["#b"], ["JOIN #a,#b", "JOIN #b"]]);
});

test("IrcClient: a channel that is renamed is wanted by its new name, with its key", async () => {
  const server = new ScriptedServer();
  const irc = await server.connected({ channels: [{ name: "#old", key: "sesame" }] });
  server.say(":op!o@h RENAME #old #new :a better name");
  await server.world.run(1_000);
  assertEquals(irc.channels.names, ["#new"]);
  server.cut();
  await server.world.run(60_000);
  assertEquals([irc.channels.names, server.lines(/^JOIN/).at(-1)], [["#new"], "JOIN #new sesame"]);
});

test("IrcClient.beforeJoin: nothing is joined until it is done, on each link anew", async () => {
  const server = new ScriptedServer({
    on: ({ command }, say) => {
      if (command === "PRIVMSG") server.after(2_000, () => say(":s 396 bot cloak :is now your hidden host"));
    },
  });
  const irc = await server.connected({
    channels: ["#a"],
    beforeJoin: async (irc) => {
      irc.privmsg("NickServ", "IDENTIFY sesame").catch(() => {});
      await irc.wait("RPL_VISIBLEHOST");
    },
  });
  assertEquals(irc.channels.names, ["#a"]);
  server.cut();
  await server.world.run(20_000);
  const order = server.lines(/^(?:JOIN|PRIVMSG)/).map((line) => line.split(" ", 1)[0]);
  assertEquals(order, ["PRIVMSG", "JOIN", "PRIVMSG", "JOIN"]);
});

test("IrcClient.beforeJoin: one that fails is called again, and nothing is joined meanwhile", async () => {
  const server = new ScriptedServer();
  let calls = 0;
  const irc = server.client({
    channels: ["#a"],
    beforeJoin: () => {
      if (++calls < 3) throw new Error("not yet");
    },
  });
  const errors: unknown[] = [];
  irc.on("error", ({ error }) => void errors.push(String(error)));
  await server.world.until(irc.connect());
  const joining = irc.join("#b");
  await server.world.run(59_000);
  assertEquals([calls, server.lines(/^JOIN/), errors], [2, [], ["Error: not yet", "Error: not yet"]]);
  await server.world.run(5_000);
  assertEquals([server.lines(/^JOIN/), await server.outcome(joining)], [["JOIN #a,#b"], "done"]);
});

test("IrcClient: is ready, and joins, only once the server has told what it supports", async () => {
  const server = new ScriptedServer({
    support: "CASEMAPPING=ascii CHANTYPES=# TARGMAX=JOIN:2 NETWORK=Test",
  });
  const irc = server.client({ channels: ["#a", "#b", "#c"] });
  const network: unknown[] = [];
  irc.on("ready", () => void network.push(irc.isupport.network));
  await server.world.until(irc.connect());
  await server.world.run(5_000);
  assertEquals([network, server.lines(/^JOIN/)], [["Test"], ["JOIN #a,#b", "JOIN #c"]]);
});

test("IrcClient: a server that lets us in and says nothing more is not waited for for long", async () => {
  const server = new ScriptedServer({
    on: ({ command, params }, say) =>
      command === "CAP" && params[0] === "END" && (say(":s 001 bot :hi"), true),
  });
  await server.world.until(server.client({ channels: ["#a"] }).connect());
  await server.world.run(1_000);
  assertEquals(server.lines(/^JOIN/), ["JOIN #a"]);
});

test("IrcClient: a channel that is parted, joined and parted again at once is wanted no more", async () => {
  for (const channels of [[], ["#a"]]) {
    const server = new ScriptedServer({
      on: ({ command }, say, { got }) => {
        const isFirst = got.filter(({ line }) => line.startsWith("PART")).length === 1;
        return command === "PART" && isFirst && channels.length === 0 &&
          (say(":s 403 bot #a :No such channel"), true);
      },
    });
    const irc = await server.connected({ channels });
    for (const done of [irc.part("#a"), irc.join("#a"), irc.part("#a")]) done.catch(() => {});
    await server.world.run(15_000);
    assertEquals([irc.channels.names, server.lines(/ #a$/).length], [[], 3 + channels.length]);
    server.cut();
    await server.world.run(60_000);
    assertEquals(irc.channels.names, []);
    await server.world.until(irc.close());
  }
});
