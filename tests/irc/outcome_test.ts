import { describe, test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { ScriptedServer } from "./_scripted.ts";

const LABELS = "batch labeled-response";

/** What a server answers a line that has a label. */
function labelOf(message: { tag(name: string): string | undefined }): string {
  return `@label=${message.tag("label")}`;
}

describe("IrcClient: a label proves what was sent", () => {
  test("by ACK, by one message, and by a batch; no PING is sent", async () => {
    const server = new ScriptedServer({
      capabilities: LABELS,
      on: (message, say) => {
        const label = labelOf(message);
        switch (message.command) {
          case "PRIVMSG":
            return say(`${label} :s ACK`), true;
          case "TOPIC":
            return say(`${label} :bot!u@h TOPIC #a :news`), true;
          case "WHOIS":
            return say(
              `${label} :s BATCH +1 labeled-response`,
              "@batch=1 :s 311 bot dan d h * :Dan",
              "@batch=1 :s 318 bot dan :End",
              ":s BATCH -1",
            ),
              true;
        }
      },
    });
    const irc = await server.connected();
    const doing = [irc.privmsg("#a", "x"), irc.topic("#a", "news"), irc.whois("dan")];
    assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), ["done", "done", "done"]);
    assertEquals(server.lines(/^PING/), []);
    assertEquals(server.lines(/TOPIC/), ["@label=parley-2 TOPIC #a news"]);
  });

  test("but a line goes without where its tags leave no room for one", async () => {
    const server = new ScriptedServer({ capabilities: `${LABELS} message-tags` });
    const irc = await server.connected();
    const tags = (length: number) => ({ "+a": "x".repeat(length - "@+a= ".length) });
    const doing = [4_096, 4_000].map((length) => irc.privmsg("#a", "x", { tags: tags(length) }));
    assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), ["done", "done"]);
    const [full = "", other = ""] = server.lines(/PRIVMSG/);
    assertEquals([full.indexOf(" "), full.startsWith("@+a="), other.startsWith("@label=")], [
      4_095,
      true,
      true,
    ]);
  });

  test("and what is refused, in whatever order the answers come", async () => {
    const server = new ScriptedServer({
      capabilities: LABELS,
      on: (message, say, { after }) => {
        const label = labelOf(message);
        if (message.command === "KICK") {
          after.call(server, 300, () =>
            server.say(
              `${label} :s BATCH +k labeled-response`,
              "@batch=k :s 441 bot dan #a :They aren't on that channel",
              ":s BATCH -k",
            ));
          return true;
        }
        if (message.command === "PRIVMSG") {
          return say(message.text === "no" ? `${label} :s 404 bot #a :No` : `${label} :s ACK`), true;
        }
        if (message.command === "REDACT") return say(`${label} FAIL * UNKNOWN_MSGID :No such message`), true;
      },
    });
    const irc = await server.connected();
    const doing = [
      irc.kick("#a", "dan"),
      irc.privmsg("#a", "yes"),
      irc.privmsg("#a", "no"),
      irc.send("REDACT", ["#a", "id"]),
    ];
    assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), [
      "refused 441",
      "done",
      "refused 404",
      "refused FAIL",
    ]);
  });

  test("of a JOIN each channel for itself", async () => {
    const server = new ScriptedServer({
      capabilities: LABELS,
      on: (message, say) => {
        if (message.command !== "JOIN") return;
        const label = labelOf(message);
        say(
          `${label} :s BATCH +j labeled-response`,
          "@batch=j :bot!u@h JOIN #b",
          "@batch=j :s 366 bot #b :End",
          "@batch=j :s 471 bot #c :Cannot join channel (+l)",
          ":s BATCH -j",
        );
        return true;
      },
    });
    const irc = await server.connected();
    const doing = ["#b", "#c", "#d"].map((name, index) => irc.join(index === 0 ? ["#b", "#c", "#d"] : name));
    await server.world.run(1_000);
    assertEquals(irc.channels.names, ["#b"]);
    assertEquals(await server.outcome(doing[1] ?? Promise.resolve()), "refused 471");
    assertEquals(await server.outcome(doing[2] ?? Promise.resolve()), "unconfirmed");
  });

  test("one of the user's own is left as it is, and answered by it", async () => {
    const server = new ScriptedServer({
      capabilities: `${LABELS} message-tags`,
      on: (message, say) =>
        message.command === "TOPIC" && (say(`${labelOf(message)} :s 482 bot #a :No`), true),
    });
    const irc = await server.connected();
    const topic = irc.topic("#a", "x", { tags: { label: "mine" } });
    assertEquals(await server.outcome(topic), "refused 482");
    assertEquals(server.lines(/TOPIC/), ["@label=mine TOPIC #a x"]);
  });
});

test("IrcClient: an echo proves what was said, and all before it", async () => {
  const server = new ScriptedServer({
    capabilities: "echo-message",
    on: ({ command, params }, say) => {
      if (command !== "PRIVMSG") return;
      if (params[1] === "no") say(":s 404 bot #a :No");
      else if (params[1] !== "unheard") say(`:bot!u@h PRIVMSG ${params[0]} :${params[1]}`);
      return true;
    },
  });
  const irc = await server.connected({ capabilities: ["echo-message"] });
  const doing = ["one", "no", "unheard", "two"].map((text) => irc.privmsg("#a", text));
  assertEquals(await Promise.all(doing.map((one) => server.outcome(one))), [
    "done",
    "refused 404",
    "done",
    "done",
  ]);
  assertEquals(server.lines(/^PING/), []);
});

test("IrcClient: a command that changes nothing is proven by a PING, and its own end needs none", async () => {
  const server = new ScriptedServer({
    on: ({ command, params }, say) => command === "MODE" && params[1] === "+n" && say(":bot!u@h MODE #a +n"),
  });
  const irc = await server.connected({ channels: ["#a"] });
  assertEquals(await server.outcome(irc.mode("#a", "+n")), "done");
  assertEquals(server.lines(/^PING/), []);
  const before = server.world.clock.now();
  assertEquals(await server.outcome(irc.mode("#a", "+t")), "done");
  assertEquals(server.lines(/^PING/).length, 1);
  assert(server.world.clock.now() - before < 3_000);
});

/** The network is 150 ms behind a bouncer, which answers PING at once. */
function bouncer(from: string, capabilities = "") {
  const server: ScriptedServer = new ScriptedServer({
    capabilities,
    on: ({ command, params, text }, say) => {
      if (command === "PING") return say(`:${from} PONG ${from} :${text}`), true;
      const keys = params[1]?.split(",") ?? [];
      const answers = {
        JOIN: () =>
          params[0]?.split(",").map((name, i) =>
            name === "#k" && keys[i] !== "sesame"
              ? ":s 475 bot #k :Cannot join channel (+k)"
              : `:bot!u@h JOIN ${name}`
          ),
        PRIVMSG: () => params[1] === "x" ? [`:s 404 bot ${params[0]} :Cannot send to channel`] : [],
        KICK: () => [`:s 482 bot ${params[0]} :You're not a channel operator`],
        WHO: () => [`:s 315 bot ${params[0]} :End of WHO list`],
      };
      const answer = Reflect.get(answers, command) as undefined | (() => string[]);
      if (answer === undefined) return;
      server.after(800, () => server.say(...answer()));
      return true;
    },
  });
  return server;
}

for (
  const [from, capabilities] of [["irc.znc.in", ""], ["s", "znc.in/self-message"], [
    "s",
    "soju.im/no-implicit-names",
  ]] as const
) {
  test(`IrcClient: behind a bouncer whose PONGs come from ${from} (${capabilities}) outcomes are the network's`, async () => {
    const server = bouncer(from, capabilities);
    const irc = await server.connected({ channels: [{ name: "#k", key: "sesame" }] });
    assertEquals(irc.channels.names, ["#k"]);
    // What is not known yet is known by the first PONG.
    await server.outcome(irc.privmsg("#a", "fine"));
    assertEquals(await server.outcome(irc.join("#a")), "done");
    assertEquals(await server.outcome(irc.privmsg("#a", "x")), "refused 404");
    assertEquals(await server.outcome(irc.privmsg("#a", "y")), "done");
    assertEquals(await server.outcome(irc.kick("#a", "dan")), "refused 482");
    for (let n = 0; n < 2; n++) {
      server.cut();
      await server.world.run(20_000);
    }
    assertEquals(irc.channels.names, ["#k", "#a"]);
    assertEquals(server.lines(/^JOIN #k/).at(-1), "JOIN #k,#a sesame");
  });
}

test("IrcClient: what a bouncer never answers is unconfirmed, and not done", async () => {
  const server = new ScriptedServer({
    capabilities: "znc.in/self-message",
    on: ({ command }) => ["PRIVMSG", "WHO", "JOIN"].includes(command),
  });
  const irc = await server.connected();
  assertEquals(await server.outcome(irc.privmsg("#a", "x")), "unconfirmed");
  assertEquals(await server.outcome(irc.join("#a")), "unconfirmed");
});

test("IrcClient: the late answer to a JOIN that was given up proves nothing of what was said since", async () => {
  let silent = false;
  const server = new ScriptedServer({
    capabilities: "echo-message",
    on: ({ command }, say, { got }) => {
      if (command === "JOIN" && got.filter(({ line }) => line === "JOIN #late").length > 1) {
        say(":bot!u@h JOIN #late");
        server.after(100, () => server.cut());
      }
      return silent || command === "JOIN";
    },
  });
  const irc = await server.connected({ timeouts: { idle: Infinity, ping: Infinity, pong: 600_000 } });
  silent = true;
  irc.join("#late").catch(() => {});
  await server.world.run(31_000);
  const said = server.outcome(irc.privmsg("#a", "hello"));
  assertEquals(await said, "lost");
});
