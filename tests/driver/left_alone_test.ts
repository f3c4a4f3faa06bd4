import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { DiscordGateway } from "../../src/discord/gateway/mod.ts";
import { command, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { removeGuildBan } from "../../src/discord/rest/mod.ts";
import type { UndeliveredEvent } from "../../src/driver/client/client_event.ts";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { ircServer } from "./_irc_server.ts";

function irc() {
  const world = new Simulation({ seed: 1 });
  const server = ircServer(world);
  const client = new IrcClient({
    url: "irc://irc.test",
    nick: "bot",
    channels: ["#a"],
    runtime: world.host("bot"),
  });
  return { world, server, client, told: toldOf((handler) => client.on("undelivered", handler)) };
}

function twitch() {
  const world = new Simulation({ seed: 1 });
  const core = new TwitchServer({ accounts: { bot: "abc123" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const client = new TwitchClient({
    login: "bot",
    token: "abc123",
    channels: ["#a"],
    runtime: world.host("bot"),
  });
  return { world, server, client, told: toldOf((handler) => client.on("undelivered", handler)) };
}

function discord() {
  const world = new Simulation({ seed: 1 });
  const core = new DiscordServer({ url: "wss://gateway.test" });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve("wss://gateway.test", server);
  world.serveHttp("https://discord.test", (input, init) => discordServerFetch(server)(input, init));
  const client = new DiscordGateway({
    token: "parley.test.token",
    intents: 33281,
    runtime: world.host("bot"),
    rest: { baseUrl: "https://discord.test/api" },
  });
  return { world, server, client, told: toldOf((handler) => client.on("undelivered", handler)) };
}

/** What was left alone and failed. */
function toldOf(listen: (handler: (event: UndeliveredEvent) => void) => void): UndeliveredEvent[] {
  const told: UndeliveredEvent[] = [];
  listen((event) => void told.push(event));
  return told;
}

const short = ({ command, target, outcome }: UndeliveredEvent) => [command, target, outcome];

test("IrcClient: a privmsg left alone is told where the target refuses it, or the link is lost", async () => {
  const { world, server, client, told } = irc();
  await world.until(client.connect());
  await world.run(1_000);
  void client.privmsg("nobody", "hello");
  await world.run(1_000);
  assertEquals(told.splice(0).map(short), [["privmsg", "nobody", "failed"]]);
  void server.command({ kind: "freeze" });
  for (let line = 0; line < 3; line++) void client.privmsg("#a", "into the dark");
  void client.kick("#a", "ann");
  await world.run(100);
  world.cut();
  await world.run(60_000);
  assertEquals(told.map(short), [
    ...Array(3).fill(["privmsg", "#a", "lost"]),
    // It was not sent before.
    ["kick", "#a", "failed"],
  ]);
  await world.until(client.close());
});

test("TwitchClient: a say left alone is told where Twitch swallows it", async () => {
  const { world, server, client, told } = twitch();
  client.on("PRIVMSG", ({ channel }) => {
    client.say(channel, "answer");
  });
  await world.until(client.connect());
  await world.run(1_000);
  await server.command({ kind: "swallow", channel: "#a", count: 1 });
  void server.command({ kind: "say", channel: "#a", login: "ronni", text: "hello" });
  await world.run(60_000);
  assertEquals(told.map(short), [["say", "#a", "lost"]]);
  await world.until(client.close());
});

test("DiscordGateway: what is asked of its REST or its shards and left alone is told", async () => {
  const { world, client, told } = discord();
  await world.until(client.connect());
  void client.rest.createMessage("1", { content: "hello" });
  void client.rest.createMessage("81384788765712384", { content: "" });
  void client.rest.raw("GET", "/nowhere");
  void client.rest.request("DELETE /channels/{channel.id}", { params: { "channel.id": "1" } });
  void removeGuildBan(client.rest, "nonsense", "1");
  const data = { guild_id: "1", channel_id: null, self_deaf: false, self_mute: false };
  void client.updateVoiceState({ ...data, guild_id: "nonsense" });
  void client.send(7, { kind: "voice_state", data });
  await world.run(60_000);
  assertEquals(told.map(short).sort(), [
    ["rest.createMessage", "1", "failed"],
    ["rest.createMessage", "81384788765712384", "failed"],
    ["rest.raw", undefined, "failed"],
    ["rest.request", "DELETE /channels/{channel.id}", "failed"],
    ["rest.request", "DELETE /guilds/{guild.id}/bans/{user.id}", "failed"],
    ["send", "shard 7", "failed"],
    ["updateVoiceState", "nonsense", "failed"],
  ]);
  assertEquals((await world.until(client.rest.getGatewayBot())).shards, 1);
  await world.until(client.close());
});

test("IrcClient: what it refuses it rejects with, and nothing is thrown at once", async () => {
  const { client, told } = irc();
  const wrong = "a\r\nb";
  const calls: readonly (() => Promise<unknown>)[] = [
    () => client.privmsg("#a", wrong),
    () => client.notice("#a", ""),
    () => client.action("#a", wrong),
    () => client.join(wrong),
    () => client.part(wrong),
    () => client.send(wrong),
    () => client.sendRaw(wrong),
    () => client.setNick("a b"),
    () => client.mode(wrong),
    () => client.topic("#a", wrong),
    () => client.kick("#a", wrong),
    () => client.ctcp("#a", wrong),
    () => client.ctcpReply("#a", wrong),
    () => client.links(undefined, "irc.test"),
    () => client.who("#a", { fields: "x y" }),
    () => client.tagmsg("#a", { "+typing": "active" }),
    () => client.whois(wrong),
    () => client.quit(),
  ];
  for (const call of calls) await assertRejects(call, CommandError);
  assertEquals(told, []);
  await client.close();
});

test("TwitchClient: what it refuses it rejects with, and nothing is thrown at once", async () => {
  const { world, client } = twitch();
  const early: readonly (() => Promise<unknown>)[] = [
    () => client.say("#a", "hello"),
    () => client.join("#b"),
    () => client.ping(),
  ];
  for (const call of early) await assertRejects(call, CommandError, "call connect() first");
  await world.until(client.connect());
  const calls: readonly (() => Promise<unknown>)[] = [
    () => client.say("#a", "a\nb"),
    () => client.me("#a", ""),
    () => client.reply({ channel: "#a", id: "no id" }, "hello"),
    () => client.join("#a b"),
    () => client.part("#a b"),
  ];
  for (const call of calls) await assertRejects(call, CommandError);
  await world.until(client.close());
  for (const call of early) await assertRejects(call, CommandError, "ended");
});

test("DiscordGateway: what it refuses it rejects with, and nothing is thrown at once", async () => {
  const { world, client } = discord();
  const data = { guild_id: "nonsense", channel_id: null, self_deaf: false, self_mute: false };
  const presence = { since: null, afk: false, status: "online", activities: [] } as const;
  const calls: readonly (() => Promise<unknown>)[] = [
    () => client.updatePresence({ ...presence, activities: [] }, { shard: 7 }),
    () => client.updateVoiceState(data),
    () => client.requestGuildMembers({ guild_id: "nonsense", query: "", limit: 0 }),
    () => client.requestChannelInfo({ guild_id: "nonsense", fields: [] }),
    () => client.requestSoundboardSounds(["nonsense"]),
    () => client.send(7, { kind: "voice_state", data }),
    () => client.rest.createMessage("nonsense", { content: "hello" }),
  ];
  for (const call of calls) await assertRejects(call, Error);
  await world.until(client.connect());
  for (const call of calls) await assertRejects(call, Error);
  await world.until(client.close());
});

test("DiscordGateway.use: what a handler of a router throws is an error event, unless the router is told", async () => {
  for (const heard of [false, true]) {
    const { world, server, client } = discord();
    const [errors, told]: [string[], string[]] = [[], []];
    const options = heard ? { onError: (error: unknown) => void told.push(String(error)) } : {};
    const router = new InteractionRouter(options).add(command("ping", "Fails", () => {
      throw new Error("a bug");
    }));
    client.use(router);
    client.on("error", ({ error, handling }) => void errors.push(`${handling}: ${error}`));
    await world.until(client.connect());
    const interaction = { type: 2, data: { name: "ping", type: 1, id: "1" }, guild_id: "197038439483310086" };
    void server.command({ kind: "interaction", interaction }).catch(() => {});
    await world.run(10_000);
    assertEquals([errors, told], heard ? [[], ["Error: a bug"]] : [["INTERACTION_CREATE: Error: a bug"], []]);
    await world.until(client.close());
  }
});

test("IrcClient.close: what was said before is sent first, and what cannot be within the limit is told", async () => {
  for (const { count, within } of [{ count: 4 }, { count: 40 }, { count: 40, within: 0 }]) {
    const { world, client, told } = irc();
    const heard: string[] = [];
    const ann = new IrcClient({
      url: "irc://irc.test",
      nick: "ann",
      channels: ["#a"],
      runtime: world.host("ann"),
    });
    ann.on("PRIVMSG", ({ text }) => void heard.push(text));
    await world.until(ann.connect());
    await world.until(client.connect());
    await world.run(30_000);
    for (let line = 0; line < count; line++) void client.privmsg("#a", String(line));
    const began = world.clock.now();
    await world.until(client.close({ ...(within !== undefined && { within }) }));
    const took = world.clock.now() - began;
    await world.run(1_000);
    assertEquals(heard.length + told.length, count);
    assertEquals([told.length > 0, took < (within === 0 ? 1_000 : 4_000)], [count > 4, true]);
    await world.until(ann.close());
  }
});

test("IrcClient.quit: what was said before is sent first", async () => {
  const { world, client, told } = irc();
  await world.until(client.connect());
  await world.run(5_000);
  void client.privmsg("#a", "one");
  const began = world.clock.now();
  await world.until(client.quit("Good night"));
  assertEquals([told, world.clock.now() - began < 1_000], [[], true]);
});

test("DiscordGateway.close: what was asked of its REST before is answered first", async () => {
  const { world, client, told } = discord();
  await world.until(client.connect());
  const heard = client.wait("MESSAGE_CREATE");
  void client.rest.createMessage("81384788765712384", { content: "good night" });
  await world.until(client.close({ resumable: true }));
  assertEquals([(await heard).data.content, told], ["good night", []]);
});

test("IrcClient: a channel of the options that cannot be joined is told, and printed where nobody listens", async () => {
  for (const heard of [true, false]) {
    const world = new Simulation({ seed: 1 });
    const server = ircServer(world);
    const ann = new IrcClient({
      url: "irc://irc.test",
      nick: "ann",
      channels: ["#barred"],
      runtime: world.host("ann"),
    });
    await world.until(ann.connect());
    await world.run(1_000);
    await server.command({ kind: "ban", channel: "#barred", nick: "bot" });
    const printed: string[] = [];
    const told: unknown[] = [];
    const irc = new IrcClient({
      url: "irc://irc.test",
      nick: "bot",
      channels: ["#barred"],
      runtime: { ...world.host("bot"), console: { error: (...what) => void printed.push(what.join(" ")) } },
    });
    if (heard) {
      irc.on("join_failed", ({ channel, error, awaited }) => void told.push([channel, error.code, awaited]));
    }
    await world.until(irc.connect());
    await world.run(5_000);
    // Whoever has asked for it hears of it by the promise.
    await assertRejects(() => world.until(irc.join("#barred")), CommandError, "Cannot join");
    assertEquals(told, heard ? [["#barred", "refused", false], ["#barred", "refused", true]] : []);
    assertEquals(printed.length, heard ? 0 : 1);
    if (!heard) {
      assertStringIncludes(
        printed[0] ?? "",
        'parley irc: "join_failed": IrcRefusedError: Cannot join "#barred"',
      );
    }
    await world.until(Promise.all([irc.close(), ann.close()]));
  }
});

test("TwitchClient: a channel of the options that cannot be joined is printed, where nobody listens", async () => {
  const world = new Simulation({ seed: 1 });
  const core = new TwitchServer({ accounts: { bot: "abc123" }, suspended: ["#nowhere"] });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const printed: string[] = [];
  const console = { error: (...what: readonly unknown[]) => void printed.push(what.join(" ")) };
  const chat = new TwitchClient({ channels: ["#nowhere"], runtime: { ...world.host("bot"), console } });
  await world.until(chat.connect());
  await world.run(60_000);
  assertEquals(printed.length, 1);
  assertStringIncludes(printed[0] ?? "", 'Cannot join "#nowhere"');
  await world.until(chat.close());
});
