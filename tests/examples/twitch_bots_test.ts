import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { alerts } from "../../examples/twitch/alerts.ts";
import { commandBot } from "../../examples/twitch/command_bot.ts";
import { logger } from "../../examples/twitch/logger.ts";
import { moderationBot } from "../../examples/twitch/moderation_bot.ts";
import { overlay } from "../../examples/twitch/overlay.ts";
import { CommandRouter } from "../../src/commands/mod.ts";
import { Driver } from "../../src/driver/driver.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import type { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { Helix } from "../twitch/_helix.ts";
import { IdTwitch } from "../twitch/_id_twitch.ts";

/** Twitch, as far as the programs use it, and what people do there in the channel #dallas. */
function twitch() {
  const world = new Simulation();
  const core = new TwitchServer({ accounts: { bot: "tok1" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const runtime = world.host("bot");
  const say = async (login: string, text: string, tags: Readonly<Record<string, string>> = {}) => {
    void server.command({ kind: "say", channel: "#dallas", login, text, tags });
    await world.run(2_000);
  };
  const raw = async (line: string) => {
    void server.command({ kind: "raw", line, channel: "#dallas" });
    await world.run(1_000);
  };
  /** What the bot has said. */
  const said = () =>
    core.log.filter(({ kind, login, text }) => kind === "line" && login === "bot" && text.includes("PRIVMSG"))
      // What nobody sees makes a text another than the last.
      .map(({ text }) =>
        text.slice(text.indexOf(" :", text.indexOf("PRIVMSG")) + 2).replace(/ \u{E0000}$/u, "")
      );
  return { world, server, runtime, say, raw, said };
}

const MODERATOR = { badges: "moderator/1", mod: "1" };

test("examples/twitch/overlay.ts: shows what is said, and not what was removed", async () => {
  const { world, runtime, say, raw } = twitch();
  let html = "";
  const chat = overlay("#dallas", (drawn) => html = drawn, { runtime });
  await world.until(chat.connect());
  await world.run(2_000);
  const shown = () => html.replaceAll(/<b[^>]*>|<\/b>/g, "").split("\n").filter((line) => line !== "");
  await say("ronni", "Kappa <b>", { emotes: "25:0-4", "display-name": "Ronni", id: "m1" });
  assertEquals(shown(), [
    'Ronni: <img src="https://static-cdn.jtvnw.net/emoticons/v2/25/default/dark/2.0"> &#60;b&#62;',
  ]);
  await say("foo", "one", { id: "m2", "display-name": "foo" });
  await say("ronni", "two", { id: "m3", "display-name": "Ronni" });
  await raw("@login=foo;target-msg-id=m2 :tmi.twitch.tv CLEARMSG #dallas :one");
  assertEquals(shown().at(-1), "Ronni: two");
  await raw("@ban-duration=5 :tmi.twitch.tv CLEARCHAT #dallas :ronni");
  assertEquals(shown(), []);
  await say("foo", "three", { "display-name": "foo" });
  await raw(":tmi.twitch.tv CLEARCHAT #dallas");
  assertEquals(shown(), []);
  await world.until(chat.close());
});

test("examples/twitch/command_bot.ts: rolls dice, not too often, and recommends channels for moderators", async () => {
  const { world, runtime, say, said } = twitch();
  const router = new CommandRouter<TwitchPrivmsgEvent>({ clock: world.clock });
  const chat = commandBot({ login: "bot", token: "tok1", channels: ["#dallas"], runtime }, router);
  await world.until(chat.connect());
  await world.run(2_000);
  await say("ronni", "!roll 2");
  await say("ronni", "!roll 2");
  await say("foo", "!roll one");
  await say("ronni", "!so @Forsen");
  await say("ronni", "!so @Forsen", MODERATOR);
  assertEquals(said().map((text) => text.replace(/[12]$/, "n")), [
    "You rolled n",
    "!roll [sides]: sides is a whole number",
    "Have a look at twitch.tv/forsen",
  ]);
  await world.until(chat.close());
});

test("examples/twitch/alerts.ts: tells what happens, and gifts that are one of many once", async () => {
  const { world, runtime, say, raw } = twitch();
  const told: string[] = [];
  const chat = alerts("#dallas", (text) => told.push(text), { runtime });
  await world.until(chat.connect());
  await world.run(2_000);
  const notice = (tags: string, text = "") =>
    raw(`@display-name=Ronni;login=ronni;${tags} :tmi.twitch.tv USERNOTICE #dallas${text}`);
  await say("ronni", "Cheer100", { bits: "100", "display-name": "Ronni" });
  await say("ronni", "hello", { "display-name": "Ronni" });
  await notice("msg-id=sub");
  await notice("msg-id=resub;msg-param-cumulative-months=6", " :Great stream");
  await notice("msg-id=submysterygift;msg-param-mass-gift-count=2;msg-param-community-gift-id=7");
  const gift = "msg-id=subgift;msg-param-recipient-display-name=Foo";
  await notice(`${gift};msg-param-community-gift-id=7`);
  await notice(
    `${gift};msg-param-origin-id=da\\s39\\sa3\\see\\s5e\\s6b\\s4b\\s0d\\s32\\s55\\sbf\\sef\\s95\\s60\\s18\\s90\\saf\\sd8\\s07\\s09`,
  );
  await notice("msg-id=raid;msg-param-viewerCount=12");
  assertEquals(told, [
    "Ronni cheers 100 bits",
    "Ronni subscribes",
    "Ronni subscribes for month 6: Great stream",
    "Ronni gives 2 subscriptions",
    "Ronni gives Foo a subscription",
    "Ronni raids with 12",
  ]);
  await world.until(chat.close());
});

test("examples/twitch/logger.ts: writes all of two hundred channels, and what is missing", async () => {
  const { world, server, runtime, say } = twitch();
  const written: string[] = [];
  const channels = ["#dallas", ...Array.from({ length: 199 }, (_, at) => `#channel${at}`)];
  const leaving = new AbortController();
  const logged = logger((line) => void written.push(line), { channels, runtime, signal: leaving.signal });
  logged.catch(() => {});
  await world.run(60_000);
  await say("ronni", "hello");
  assertEquals(written.map((line) => line.replace(/^\d+ /, "")), ["#dallas ronni: hello"]);
  void server.command({ kind: "drop" });
  await world.run(180_000);
  const missing = written.slice(1).map((line) =>
    /ms of (.*) are missing/.exec(line)?.[1]?.split(",").length ?? 0
  );
  assertEquals(missing.reduce((sum, count) => sum + count, 0), 200);
});

test("examples/twitch/moderation_bot.ts: removes links, then silences, and bans for moderators", async () => {
  const { world, runtime, say, said } = twitch();
  const id = new IdTwitch();
  id.scopes = ["chat:read", "chat:edit", "moderator:manage:banned_users", "moderator:manage:chat_messages"];
  const helix = new Helix(id, world);
  world.serveHttp("https://id.twitch.tv", id.fetch);
  world.serveHttp("https://api.twitch.tv", helix.fetch);
  helix.answers.set("GET /users", ({ query }) => Response.json({ data: [{ id: "7", login: query.login }] }));
  helix.answers.set("POST /moderation/bans", () => Response.json({ data: [{}] }));
  const auth = new TwitchAuth({
    clientId: "id",
    tokens: { accessToken: "tok1", refreshToken: "r1" },
    runtime,
  });
  const chat = moderationBot({ auth, api: new TwitchApi({ auth, runtime }), channels: ["#dallas"], runtime });
  await world.until(chat.connect());
  await world.run(2_000);
  const sentAt = (ms: number) => ({ "tmi-sent-ts": String(1_760_000_000_000 + ms), "user-id": "7" });
  await say("ronni", "see https://example.com", { ...sentAt(0), id: "m1" });
  await say("ronni", "see https://example.com", { ...sentAt(1_000), id: "m2" });
  await say("ronni", "see https://example.com", { ...sentAt(700_000), id: "m3" });
  await say("mod", "see https://example.com", { ...sentAt(1_000), ...MODERATOR });
  await say("ronni", "!ban foo", sentAt(1_000));
  await say("mod", "!ban foo being rude", { ...sentAt(1_000), ...MODERATOR });
  const done = helix.asked.filter(({ endpoint }) => endpoint.includes("/moderation/"));
  assertEquals(done.map(({ endpoint, query, body }) => [endpoint, query.message_id ?? body]), [
    ["DELETE /moderation/chat", "m1"],
    ["DELETE /moderation/chat", "m2"],
    ["POST /moderation/bans", { data: { user_id: "7", duration: 60, reason: "links" } }],
    ["DELETE /moderation/chat", "m3"],
    ["POST /moderation/bans", { data: { user_id: "7", reason: "being rude" } }],
  ]);
  assertEquals(said(), ["No links, please", "No links, please"]);
  await world.until(chat.close());
});
