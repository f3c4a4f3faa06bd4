import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { Bouncer } from "../../src/irc/session/bouncer.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { IrcServer, type IrcServerCommand, type IrcServerEvent } from "../../testing/irc/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { ScriptedServer } from "./_scripted.ts";

const LOST = ":*status!znc@znc.in PRIVMSG bot :Disconnected from IRC. Reconnecting...";
const BACK = [":*status!znc@znc.in PRIVMSG bot :Connected!", ":s 001 bot :Welcome"];

/** What is told of the network. */
function heardBy(irc: IrcClient): string[] {
  const heard: string[] = [];
  irc.on("network_lost", ({ reason }) => void heard.push(`lost: ${reason}`));
  irc.on("gap", ({ from, to }) => void heard.push(`gap of ${Math.round((to - from) / 1_000)} s`));
  return heard;
}

test("IrcClient: a bouncer that loses the network is told as that, and what is sent waits until it is back", async () => {
  const server = new ScriptedServer({ capabilities: "znc.in/self-message echo-message" });
  const irc = await server.connected({
    channels: ["#a", { name: "#k", key: "sesame" }],
    state: "names",
    flood: false,
  });
  const heard = heardBy(irc);
  server.say(":s 353 bot = #a :bot dan", ":s 366 bot #a :End");
  await server.world.run(1_000);
  let known: boolean | undefined;
  irc.on("network_lost", () => void (known = irc.users.has("dan")));
  const underWay = server.outcome(irc.privmsg("#a", "under way"));
  server.say(LOST);
  assertEquals(await underWay, "lost");
  await server.world.run(1_000);
  // Handlers still saw who was there.
  assertEquals([known, irc.users.has("dan"), [...irc.channels.names]], [true, false, []]);

  const from = server.got.length;
  const outcomes: string[] = [];
  const say = (text: string) =>
    void irc.privmsg("#a", text).then(() => outcomes.push(text), () => outcomes.push(`not ${text}`));
  say("one");
  say("two");
  void irc.join("#b").then(() => outcomes.push("joined"));
  await irc.part("#k");
  await server.world.run(200_000);
  assertEquals([server.got.slice(from).filter(({ line }) => !/^P[IO]NG/.test(line)), outcomes], [[], []]);

  server.say(...BACK);
  await server.world.run(30_000);
  assertEquals(
    server.got.slice(from).map(({ line }) => line).filter((line) => /^(?:JOIN|PRIVMSG)/.test(line)),
    [
      "JOIN #a,#b",
      "PRIVMSG #a one",
      "PRIVMSG #a two",
    ],
  );
  assertEquals([...irc.channels.names].sort(), ["#a", "#b"]);
  assertEquals(heard, ["lost: Disconnected from IRC. Reconnecting...", "gap of 201 s"]);
  assertEquals(outcomes[0], "joined");
});

test("IrcClient: a bouncer that is back without a word of the loss has lost all the same", async () => {
  const server = new ScriptedServer({ capabilities: "znc.in/self-message" });
  const irc = await server.connected({ channels: ["#a"] });
  const heard = heardBy(irc);
  const from = server.got.length;
  server.say(BACK[1] ?? "");
  await server.world.run(10_000);
  assertEquals(heard, ["lost: the bouncer has connected to it again", "gap of 0 s"]);
  assertEquals(server.got.slice(from).map(({ line }) => line).filter((line) => line.startsWith("JOIN")), [
    "JOIN #a",
  ]);
});

test("IrcClient: a bouncer that has not reached its network yet is not spoken to", async () => {
  const server = new ScriptedServer({
    capabilities: "znc.in/self-message",
    on: ({ command, params }, say) => {
      if (command !== "CAP" || params[0] !== "END") return;
      return say(":irc.znc.in 001 bot :Welcome to ZNC"), true;
    },
  });
  const irc = await server.connected({ channels: ["#a"] });
  assertEquals([server.lines(/^JOIN/), [...irc.channels.names]], [[], []]);
  server.say(...BACK);
  await server.world.run(10_000);
  assertEquals([server.lines(/^JOIN/), [...irc.channels.names]], [["JOIN #a"], ["#a"]]);
});

test("IrcClient: somebody who says the same as a bouncer loses no network", async () => {
  const server = new ScriptedServer({ capabilities: "znc.in/self-message" });
  const irc = await server.connected({ channels: ["#a"] });
  const heard = heardBy(irc);
  server.say(LOST.replace("znc.in", "h"), LOST.replace("*status", "status"));
  await server.world.run(10_000);
  assertEquals([heard, [...irc.channels.names]], [[], ["#a"]]);
});

/** What soju says of one of its networks: that it has bound us to, or another. */
const told = (attributes: string, id = 7) => `:s BOUNCER NETWORK ${id} ${attributes}`;
const SOJU = {
  capabilities: "soju.im/bouncer-networks soju.im/bouncer-networks-notify batch labeled-response",
  support: "CASEMAPPING=ascii CHANTYPES=# PREFIX=(ov)@+ BOUNCER_NETID=7",
};

test("IrcClient: soju that loses the network is told as that, and what is sent waits until it is back", async () => {
  const server = new ScriptedServer({
    ...SOJU,
    on: (message, say) => {
      if (message.param(1) === "later") say(`@label=${message.tag("label")} :s ACK`);
    },
  });
  const irc = await server.connected({ channels: ["#a", { name: "#k", key: "sesame" }], flood: false });
  const heard = heardBy(irc);
  server.say(told("state=disconnected", 8), told("name=Test;state=connected"));
  await server.world.run(1_000);
  assertEquals(heard, []);
  const underWay = server.outcome(irc.privmsg("#a", "now"));
  server.say(told("error=read:\\sEOF"), told("state=disconnected"), told("state=connecting"));
  assertEquals([await underWay, [...irc.channels.names]], ["lost", []]);

  const from = server.got.length;
  const sent = () =>
    server.got.slice(from).map(({ line }) => line.replace(/^@label=\S+ /, ""))
      .filter((line) => !/^P[IO]NG/.test(line));
  const later = server.outcome(irc.privmsg("#a", "later"));
  await server.world.run(200_000);
  assertEquals(sent(), []);
  server.say(told("error=;state=connected"));
  assertEquals(await later, "done");
  assertEquals(sent(), ["JOIN #k,#a sesame", "PRIVMSG #a later"]);
  assertEquals([...irc.channels.names].sort(), ["#a", "#k"]);
  assertEquals(heard, ["lost: read: EOF", "gap of 204 s"]);
});

test("IrcClient: soju that has not reached its network yet is joined to nothing until it has", async () => {
  let isAway = true;
  const server = new ScriptedServer({
    ...SOJU,
    on: ({ command, params: [first] }, say, scripted) => {
      if (command === "CAP" && first === "END") scripted.after(10, () => say(told("state=disconnected")));
      if (command !== "JOIN" || !isAway) return;
      return say(":s 400 bot JOIN :Disconnected from upstream network"), true;
    },
  });
  const irc = await server.connected({ channels: ["#a"] });
  assertEquals([...irc.channels.names], []);
  await server.world.run(60_000);
  const from = server.got.length;
  isAway = false;
  server.say(told("state=connected"));
  await server.world.run(100);
  assertEquals(server.got.slice(from).map(({ line }) => line.replace(/^@label=\S+ /, "")), ["JOIN #a"]);
});

test("IrcClient: behind a bouncer several targets have no label, which soju would give back to none of them", async () => {
  const server = new ScriptedServer({
    ...SOJU,
    on: (message, say) => {
      if (message.command !== "JOIN") return;
      const label = message.tag("label");
      const tags = label === undefined ? "" : `@label=${label} `;
      if (message.param(0) === "#a,#b") say(":bot!u@h JOIN #a");
      return say(`${tags}:s 475 bot #b :Cannot join`), true;
    },
  });
  const irc = server.client();
  const failed: string[] = [];
  irc.on("join_failed", ({ channel, error }) => void failed.push(`${channel} ${error.code}`));
  await server.world.until(irc.connect());
  assertEquals(await server.outcome(irc.join(["#a", "#b"])), "refused 475");
  await server.world.run(60_000);
  assertEquals([server.lines(/JOIN #a,#b/), failed.includes("#b unconfirmed")], [["JOIN #a,#b"], false]);
});

/** How each says that it has lost the network. */
const REASONS = {
  znc: "Disconnected from IRC. Reconnecting...",
  soju: "failed to read IRC command: EOF",
} as const;

for (const bouncerKind of ["znc", "soju"] as const) {
  test(`IrcClient: comes back to who is there when ${bouncerKind} has lost its network`, async () => {
    const world = new Simulation({ seed: 1 });
    const server = new Driver<IrcServerCommand, IrcServerEvent>(
      new IrcServer({ bouncer: 150, bouncerKind }),
      {
        host: world.host("server"),
        label: "irc",
        deliver: () => {},
      },
    );
    server.start();
    world.serve("irc://s", server);
    const irc = await world.until(
      new IrcClient({
        url: "irc://s",
        nick: "bot",
        channels: ["#a"],
        state: "who",
        runtime: world.host("bot"),
      })
        .connect(),
    );
    const say = (text: string) => server.command({ kind: "say", nick: "Dan", channel: "#a", text });
    await say("hello");
    await server.command({ kind: "topic", channel: "#a", text: "what it is about" });
    await world.run(30_000);
    assertEquals(irc.users.get("dan")?.host, "people.test");
    const heard = heardBy(irc);
    await server.command({ kind: "outage", ms: 60_000 });
    await world.run(1_000);
    const said = irc.privmsg("#a", "still here");
    await say("you miss this");
    await world.run(90_000);
    await world.until(said);
    assertEquals(heard, [`lost: ${REASONS[bouncerKind]}`, "gap of 60 s"]);
    assertEquals([[...irc.channels.names], irc.users.get("dan")?.host], [["#a"], "people.test"]);
    assertEquals(irc.channels.get("#a")?.topic?.text, "what it is about");
    await world.until(irc.close());
  });
}

test("Bouncer: ZNC that has reached no network yet is known by its welcome alone", () => {
  const bouncer = new Bouncer();
  assertEquals(bouncer.sawMessage(parseMessage(":irc.znc.in 001 bot :- Welcome to ZNC -")), undefined);
  assertEquals([bouncer.isThere, bouncer.isAway], [true, true]);
  assertEquals(bouncer.sawMessage(parseMessage(":irc.test 001 bot :Welcome"))?.kind, "back");
});
