import { assertEquals, assertRejects } from "@std/assert";
import type {
  APIGuildMember,
  APIMessage,
  RESTPostAPIChannelMessageJSONBody,
  RESTPostAPIGuildRoleJSONBody,
} from "discord-api-types/v10";
import { test } from "node:test";
import type { DiscordRest, DiscordRoute, RouteOptions, RouteResult } from "../../../src/discord/rest/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord } from "./_fakes.ts";

const MEMBER = "PATCH /guilds/{guild.id}/members/{user.id}";
const params = { "guild.id": "1", "user.id": "2" };

test("request: fills the route, and sends what goes with it", async () => {
  const discord = new FakeDiscord(() => answer(200, { nick: "x" }));
  const member = await discord.run(discord.rest.request(MEMBER, {
    params,
    body: { nick: "x", communication_disabled_until: null },
    reason: "peace",
  }));
  assertEquals(member.nick, "x");
  const [seen] = discord.seen;
  assertEquals([seen?.method, seen?.url], ["PATCH", "https://discord.com/api/v10/guilds/1/members/2"]);
  assertEquals(seen?.body, { nick: "x", communication_disabled_until: null });
  assertEquals(seen?.headers.get("x-audit-log-reason"), "peace");
  await discord.run(discord.rest.request("GET /guilds/{guild.id}/bans", {
    params: { "guild.id": "1" },
    query: { limit: 5, after: undefined },
  }));
  assertEquals(discord.seen[1]?.url, "https://discord.com/api/v10/guilds/1/bans?limit=5");
});

test("request: checks a message wherever it goes, and a path before anything is sent", async () => {
  const { rest, seen } = new FakeDiscord(() => answer(200, {}));
  const channel = { "channel.id": "1" };
  const long = { content: "x".repeat(2001) };
  const webhook = { "webhook.id": "1", "webhook.token": "t" };
  const calls = [
    () => rest.request("POST /channels/{channel.id}/messages", { params: channel, body: {} }),
    () => rest.request("POST /channels/{channel.id}/messages", { params: channel, body: long }),
    () =>
      rest.request("POST /channels/{channel.id}/threads", {
        params: channel,
        body: { name: "x", message: { content: "" } },
      }),
    () => rest.request("POST /webhooks/{webhook.id}/{webhook.token}", { params: webhook, body: {} }),
    () =>
      rest.request("PATCH /webhooks/{webhook.id}/{webhook.token}/messages/@original", {
        params: webhook,
        body: long,
      }),
    () => rest.request("GET /channels/{channel.id}", { params: { "channel.id": "1/messages" } }),
  ];
  for (const call of calls) await assertRejects(call, CommandError, "Cannot ", `${call}`);
  assertEquals(seen.length, 0);
});

test("request: who writes JavaScript is told what a route is, and of `raw`", async () => {
  const { rest, seen } = new FakeDiscord(() => answer(200, {}));
  await assertRejects(
    () => Reflect.apply(rest.request, rest, ["GET", "/users/@me"]),
    CommandError,
    'name a route as Discord\'s documentation does, such as "GET /channels/{channel.id}"',
  );
  assertEquals(seen.length, 0);
});

test("request: gives an image or a table as bytes", async () => {
  const widget = new Uint8Array([0x89, 0x50, 0xff]);
  const discord = new FakeDiscord(({ url }) =>
    url.endsWith("widget.png")
      ? new Response(widget, { headers: { "content-type": "image/png" } })
      : new Response("user_id\n1\n", { headers: { "content-type": "text/csv; charset=utf-8" } })
  );
  const image = await discord.run(
    discord.rest.request("GET /guilds/{guild.id}/widget.png", { params: { "guild.id": "1" }, auth: false }),
  );
  assertEquals(new Uint8Array(image), widget);
  const users = await discord.run(
    discord.rest.request("GET /invites/{invite.code}/target-users", { params: { "invite.code": "a" } }),
  );
  assertEquals(new TextDecoder().decode(users), "user_id\n1\n");
});

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const sames: readonly true[] = [
  true satisfies Same<RouteResult<typeof MEMBER>, APIGuildMember>,
  true satisfies Same<RouteResult<"DELETE /guilds/{guild.id}/bans/{user.id}">, undefined>,
  true satisfies Same<RouteResult<"GET /channels/{channel.id}/messages">, APIMessage[]>,
  true satisfies Same<
    RouteOptions<"POST /guilds/{guild.id}/roles">["body"],
    RESTPostAPIGuildRoleJSONBody | undefined
  >,
  true satisfies Same<
    RouteOptions<"POST /channels/{channel.id}/messages">["body"],
    RESTPostAPIChannelMessageJSONBody
  >,
  true satisfies Same<Extract<DiscordRoute, "GET /nowhere">, never>,
];

/** Not called: that each line of it compiles, or does not, is what is tested. */
function compiles(rest: DiscordRest): void {
  rest.request("GET /users/@me");
  rest.request("GET /users/@me", { timeout: 5_000, signal: AbortSignal.abort() });
  rest.request("POST /guilds/{guild.id}/roles", { params: { "guild.id": "1" } });
  rest.request("GET /guilds/{guild.id}/members/search", {
    params: { "guild.id": "1" },
    query: { query: "a" },
  });
  // @ts-expect-error: there is no such route
  rest.request("GET /user/@me");
  // @ts-expect-error: nor is it asked for so
  rest.request("POST /users/@me");
  // @ts-expect-error: a path is no route
  rest.request("GET /channels/81384788765712384");
  // @ts-expect-error: without its parameters
  rest.request("GET /channels/{channel.id}");
  // @ts-expect-error: without one of them
  rest.request("GET /guilds/{guild.id}/members/{user.id}", { params: { "guild.id": "1" } });
  // @ts-expect-error: with one too many
  rest.request("GET /channels/{channel.id}", { params: { "channel.id": "1", "guild.id": "2" } });
  // @ts-expect-error: with some where it has none
  rest.request("GET /users/@me", { params: {} });
  // @ts-expect-error: an ID is a string
  rest.request("GET /channels/{channel.id}", { params: { "channel.id": 1 } });
  // @ts-expect-error: an emoji of a guild goes by its ID
  rest.request("GET /guilds/{guild.id}/emojis/{emoji.id}", { params: { "guild.id": "1", "emoji.id": {} } });
  // @ts-expect-error: without its body
  rest.request(MEMBER, { params });
  // @ts-expect-error: a typo in it
  rest.request(MEMBER, { params, body: { comunication_disabled_until: null } });
  // @ts-expect-error: a wrong type in it
  rest.request(MEMBER, { params, body: { mute: "yes" } });
  // @ts-expect-error: a body where none is
  rest.request("DELETE /guilds/{guild.id}/bans/{user.id}", { params, body: {} });
  // @ts-expect-error: a typo in the query
  rest.request("GET /guilds/{guild.id}/bans", { params: { "guild.id": "1" }, query: { limits: 5 } });
  // @ts-expect-error: a wrong type in it
  rest.request("GET /guilds/{guild.id}/bans", { params: { "guild.id": "1" }, query: { limit: "5" } });
  // @ts-expect-error: without what it must have
  rest.request("GET /guilds/{guild.id}/members/search", { params: { "guild.id": "1" } });
  // @ts-expect-error: a query where none is
  rest.request("GET /users/@me", { query: { limit: 5 } });
  // @ts-expect-error: a reason where nothing is logged
  rest.request("GET /users/@me", { reason: "curious" });
  // @ts-expect-error: files where no message is
  rest.request(MEMBER, { params, body: {}, files: [{ name: "a.txt", data: "a" }] });
  // @ts-expect-error: it answers with nothing
  rest.request("DELETE /guilds/{guild.id}/bans/{user.id}", { params }).then((ban) => ban.user);
  // @ts-expect-error: a member has no such thing
  rest.request(MEMBER, { params, body: {} }).then((member) => member.nickname);
  // @ts-expect-error: nobody knows what it answers
  rest.raw("GET", "/users/@me").then((me) => me.id);
}

test("request: a wrong route, parameter, query, body or result does not compile", () => {
  assertEquals([sames.length, typeof compiles], [6, "function"]);
});
