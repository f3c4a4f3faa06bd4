import { assert, assertEquals, assertThrows } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bridge, type Room } from "../../examples/bridge/bridge.ts";
import { Driver } from "../../src/driver/driver.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { IrcServer } from "../../testing/irc/server.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { API, CHANNEL, GUILD, worldOf } from "../discord/gateway/_world.ts";

const ROOM = { discord: CHANNEL, irc: "#bots", twitch: "#dallas" };

/** Three networks in one world, the bridge among them, and what is seen on each. */
async function bridged(rooms: readonly Room[] = [ROOM]) {
  const { world, server: discord } = worldOf();
  const irc = new Driver(
    new IrcServer({ capabilities: ["message-tags", "echo-message", "draft/message-redaction"] }),
    { host: world.host("irc"), label: "irc", deliver: () => {} },
  );
  irc.start();
  world.serve("irc://irc.test", irc);
  const core = new TwitchServer({ accounts: { ferry: "tok1" } });
  const twitch = new Driver(core, { host: world.host("twitch"), label: "twitch", deliver: () => {} });
  twitch.start();
  world.serve(TWITCH_URL, twitch);

  const host = world.host("bot");
  /** What the webhook has said and deleted. */
  const asked: string[] = [];
  const answer = (url: string, init: RequestInit = {}) => {
    const [, path = ""] = /\/v10(\/(?:webhooks|channels\/\d+\/webhooks).*)$/.exec(url) ?? [];
    if (path === "") return undefined;
    if (path.startsWith("/channels/")) {
      asked.push(`${init.method} webhooks`);
      return init.method === "GET" ? [] : { id: "41771983429993937", token: "secret" };
    }
    if (init.method === "DELETE") asked.push(`DELETE ${path.split("/").at(-1)}`);
    else {
      const { username, content, allowed_mentions } = JSON.parse(String(init.body));
      assertEquals(allowed_mentions, { parse: [] });
      asked.push(`${username}: ${content}`);
    }
    return { id: `9${asked.length}` };
  };
  const clients = bridge({
    rooms,
    discord: {
      token: "parley.test.token",
      runtime: host,
      rest: {
        baseUrl: API,
        fetch: (url, init) => {
          const made = answer(String(url), init);
          return made === undefined ? host.fetch(url, init) : Promise.resolve(Response.json(made));
        },
      },
    },
    irc: { url: "irc://irc.test", nick: "ferry", runtime: world.host("bot on irc") },
    twitch: { login: "ferry", token: "tok1", runtime: world.host("bot on twitch") },
  });
  const errors: unknown[] = [];
  const { gateway, irc: ferry, twitch: ferryOnTwitch } = clients;
  const failed = ({ error }: { readonly error: unknown }) => void errors.push(error);
  gateway.on("error", failed);
  ferry.on("error", failed);
  ferryOnTwitch.on("error", failed);
  await world.until(Promise.all([gateway.connect(), ferry.connect(), ferryOnTwitch.connect()]));
  await world.run(5_000);

  const dan = new IrcClient({
    url: "irc://irc.test",
    nick: "dan",
    channels: ["#bots"],
    runtime: world.host("dan"),
  });
  const onIrc: string[] = [];
  dan.on("PRIVMSG", ({ text }) => void onIrc.push(text));
  await world.until(dan.connect());
  await world.run(5_000);
  const acted = async (done: Promise<unknown>) => {
    const result = await world.until(done);
    await world.run(5_000);
    return result;
  };
  return {
    asked,
    errors,
    dan,
    onIrc,
    /** What the bridge has said on Twitch. */
    onTwitch: () =>
      core.log.filter(({ kind, login, text }) =>
        kind === "line" && login === "ferry" && text.includes("PRIVMSG")
      )
        .map(({ text }) =>
          text.slice(text.indexOf(" :", text.indexOf("PRIVMSG")) + 2).replace(/ \u{E0000}$/u, "")
        ),
    acted,
    discord: (t: string, d: object) => acted(discord.command({ kind: "dispatch", t, d })),
    twitch: (login: string, text: string, tags: Readonly<Record<string, string>> = {}) =>
      acted(twitch.command({ kind: "say", channel: "#dallas", login, text, tags })),
    raw: (line: string) => acted(twitch.command({ kind: "raw", line, channel: "#dallas" })),
    async [Symbol.asyncDispose]() {
      assertEquals(errors, []);
      const all = [dan, ...Object.values(clients)].map((client) => client.close());
      await world.until(Promise.all(all));
    },
  };
}

/** A message as Discord dispatches it. */
const message = (id: string, content: string, more: object = {}) => ({
  id,
  guild_id: GUILD,
  channel_id: CHANNEL,
  content,
  author: { id: "7", username: "ada", discriminator: "0" },
  attachments: [],
  mentions: [],
  edited_timestamp: null,
  ...more,
});

test("examples/bridge: what is said on one network is said on the others, under the speaker's name", async () => {
  await using room = await bridged();
  await room.twitch("ronni", "Hello from Twitch");
  await room.acted(room.dan.privmsg("#bots", "\x02Hello\x02 from IRC"));
  await room.discord(
    "MESSAGE_CREATE",
    message("1", "Hello, <@9>", { mentions: [{ id: "9", username: "bob" }] }),
  );
  // The webhook is made once.
  assertEquals(room.asked, [
    "GET webhooks",
    "POST webhooks",
    "ronni: Hello from Twitch",
    "dan: Hello from IRC",
  ]);
  assertEquals(room.onTwitch(), ["dan: Hello from IRC", "ada: Hello, @bob"]);
  assertEquals(room.onIrc, ["<ronni> Hello from Twitch", "<ada> Hello, @bob"]);
});

test("examples/bridge: what webhooks, bots and the bridge itself say goes in no circle", async () => {
  await using room = await bridged();
  await room.discord("MESSAGE_CREATE", message("1", "Again", { webhook_id: "41771983429993937" }));
  await room.discord(
    "MESSAGE_CREATE",
    message("2", "Beep", { author: { id: "8", username: "b", bot: true } }),
  );
  await room.twitch("ferry", "dan: Hello from IRC");
  assertEquals([room.asked, room.onTwitch(), room.onIrc], [[], [], []]);
});

test("examples/bridge: an edit on Discord is said anew, a link that is shown is none", async () => {
  await using room = await bridged();
  await room.discord("MESSAGE_CREATE", message("1", "Helo"));
  await room.discord("MESSAGE_UPDATE", message("1", "Helo"));
  await room.discord("MESSAGE_UPDATE", message("1", "Hello", { edited_timestamp: "2026-11-22T00:00:00Z" }));
  assertEquals(room.onIrc, ["<ada> Helo", "<ada> (edited) Hello"]);
  assertEquals(room.onTwitch(), ["ada: Helo", "ada: (edited) Hello"]);
});

test("examples/bridge: what is deleted on Twitch or taken back on IRC is deleted on Discord", async () => {
  await using room = await bridged();
  await room.twitch("ronni", "Spam", { id: "m1" });
  const echo = room.dan.wait("echo");
  await room.acted(room.dan.privmsg("#bots", "Oops"));
  const [spam, oops] = [3, 4].map((n) => `9${n}`);
  await room.raw("@login=ronni;target-msg-id=m1 :tmi.twitch.tv CLEARMSG #dallas :Spam");
  await room.acted(room.dan.redact("#bots", (await echo).id ?? ""));
  assertEquals(room.asked.slice(-2), [`DELETE ${spam}`, `DELETE ${oops}`]);
});

test("examples/bridge: what is deleted on Discord is taken back on IRC, all lines of it", async () => {
  await using room = await bridged();
  const redacted: string[] = [];
  const ids: (string | undefined)[] = [];
  room.dan.on("PRIVMSG", ({ id }) => void ids.push(id));
  room.dan.on("REDACT", ({ id }) => void redacted.push(id));
  await room.discord("MESSAGE_CREATE", message("1", "Oops,\nI did it again"));
  await room.discord("MESSAGE_CREATE", message("2", "Hello"));
  await room.discord("MESSAGE_DELETE", { id: "1", channel_id: CHANNEL, guild_id: GUILD });
  assertEquals(room.onIrc, ["<ada> Oops,", "I did it again", "<ada> Hello"]);
  assertEquals(room.onTwitch(), ["ada: Oops, I did it again", "ada: Hello"]);
  assertEquals(redacted.sort(), ids.slice(0, 2).sort());
});

test("examples/bridge: takes 150 lines at most", () => {
  const text = readFileSync(new URL("../../examples/bridge/bridge.ts", import.meta.url), "utf8");
  assert(text.trimEnd().split("\n").length <= 150);
});

test("examples/bridge: two rooms that share a channel are refused, for they would talk in circles", () => {
  const options = {
    discord: { token: "parley.test.token" },
    irc: { host: "irc.test", nick: "ferry" },
    twitch: {},
  };
  const rooms = [{ irc: "#a", twitch: "#b" }, { irc: "#A", discord: CHANNEL }];
  assertThrows(() => bridge({ rooms, ...options }), Error, 'Cannot bridge "#a" of irc: it is in two rooms');
});
