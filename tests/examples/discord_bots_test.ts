import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { ideasBot } from "../../examples/ideas_bot.ts";
import { presenceBot } from "../../examples/presence_bot.ts";
import { welcomeBot } from "../../examples/welcome_bot.ts";
import type { DiscordGateway, DiscordGatewayOptions } from "../../src/discord/gateway/mod.ts";
import type { DiscordServerAnswer, DiscordServerOptions } from "../../testing/discord/server.ts";
import { API, CHANNEL, GUILD, worldOf } from "../discord/gateway/_world.ts";

/** A bot that has connected, and what it asks of Discord that `answers` says how to answer. */
async function connected(
  bot: (options: DiscordGatewayOptions & { readonly presence?: never }) => DiscordGateway,
  answers: Readonly<Record<string, unknown>> = {},
  options: DiscordServerOptions = {},
) {
  const { world, core, server } = worldOf(options);
  const host = world.host("bot");
  const asked: (readonly [string, unknown])[] = [];
  const gateway = bot({
    token: "parley.test.token",
    runtime: host,
    rest: {
      baseUrl: API,
      fetch: (url, init) => {
        const route = `${init?.method} ${url.replace(`${API}/v10`, "")}`;
        if (!(route in answers)) return host.fetch(url, init);
        asked.push([route, init?.body ? JSON.parse(String(init.body)) : undefined]);
        return Promise.resolve(Response.json(answers[route]));
      },
    },
  });
  await world.until(gateway.connect());
  await world.run(1_000);
  return { world, core, server, gateway, asked };
}

test("examples/welcome_bot.ts: greets whoever joins, and introduces itself in guilds that are new only", async () => {
  const guild = { id: GUILD, name: "The *Inn*", system_channel_id: CHANNEL };
  const lobby = `POST /channels/${CHANNEL}/messages`;
  const { world, server, gateway, asked } = await connected(welcomeBot, {
    [`GET /guilds/${GUILD}`]: guild,
    "POST /users/@me/channels": { id: "77" },
    [lobby]: {},
    "POST /channels/77/messages": {},
  }, {
    guilds: [{ ...guild, channels: [{ id: CHANNEL, name: "lobby" }], data: { system_channel_id: CHANNEL } }],
  });
  // It was there before.
  assertEquals(asked, []);
  const dispatch = async (t: string, d: object) => {
    await world.until(server.command({ kind: "dispatch", t, d }));
    await world.run(5_000);
    return asked.splice(0);
  };
  const user = { id: "7", username: "nelly", discriminator: "0", global_name: null, avatar: null };
  assertEquals(await dispatch("GUILD_MEMBER_ADD", { guild_id: GUILD, user, roles: [] }), [
    [`GET /guilds/${GUILD}`, undefined],
    [lobby, { content: "Welcome, <@7>!" }],
    ["POST /users/@me/channels", { recipient_id: "7" }],
    ["POST /channels/77/messages", { content: "Welcome to **The \\*Inn\\***!" }],
  ]);
  const created = { ...guild, id: "8", channels: [], members: [], roles: [] };
  assertEquals(await dispatch("GUILD_CREATE", created), [[lobby, { content: "Hello!" }]]);
  await world.until(gateway.close());
});

test("examples/ideas_bot.ts: registers its command, asks by a modal, and counts in the button", async () => {
  const commands = "PUT /applications/1000000000000000001/commands";
  const { world, server, gateway, asked } = await connected(ideasBot, {
    "GET /applications/@me": { id: "1000000000000000001" },
    "GET /applications/1000000000000000001/commands?with_localizations=true": [],
    [commands]: [],
  });
  const [, registered] = asked.find(([route]) => route === commands) ?? [];
  assert(Array.isArray(registered));
  assertEquals(registered.map(({ name }) => name), ["idea"]);
  const use = async (interaction: Readonly<Record<string, unknown>>): Promise<DiscordServerAnswer> => {
    return await world.until(server.command({ kind: "interaction", interaction })) as DiscordServerAnswer;
  };
  const shown = await use({ type: 2, data: { id: "1", type: 1, name: "idea" } });
  assertEquals([shown.type, shown.data?.custom_id], [9, "idea"]);
  const text = { type: 4, custom_id: "text", value: "More cake" };
  const told = await use({
    type: 5,
    data: { custom_id: "idea", components: [{ type: 18, component: text }] },
  });
  assertEquals(told.type, 4);
  assert(String(told.data?.content).endsWith(" has an idea:\nMore cake"));
  const idOf = ({ data }: DiscordServerAnswer) => Object(data).components[0].components[0].custom_id;
  assertEquals(idOf(told), "vote:0");
  const message = { id: "9", channel_id: CHANNEL, content: "", author: { id: "1", username: "parley" } };
  const clicked = await use({ type: 3, message, data: { component_type: 2, custom_id: "vote:41" } });
  assertEquals([clicked.type, idOf(clicked)], [7, "vote:42"]);
  await world.until(gateway.close());
});

test("examples/presence_bot.ts: shows one after the other, from the first", async () => {
  const { world, core, gateway } = await connected(presenceBot, {}, { heartbeatInterval: 40_000 });
  await world.run(170_000);
  const shown = core.log.flatMap((entry) => {
    if (entry.kind !== "received" || (entry.op !== 2 && entry.op !== 3)) return [];
    const { presence, activities = presence.activities } = Object(entry.d);
    return [activities.map(({ name }: { readonly name: string }) => name).join()];
  });
  assertEquals(shown.slice(0, 4), ["the tide", "sea shanties", "ships in bottles", "the tide"]);
  await world.until(gateway.close());
});
