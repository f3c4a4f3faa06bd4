import { assertEquals, assertMatch } from "@std/assert";
import { test } from "node:test";
import { moderationBot } from "../../examples/moderation_bot.ts";
import { PermissionFlagsBits } from "../../src/discord/types/mod.ts";
import { snowflakeAt } from "../../src/discord/snowflake.ts";
import { API, CHANNEL, GUILD, worldOf } from "../discord/gateway/_world.ts";

const MODERATOR = "41771983423143936";
const ELDER = "41771983423143937";
const OWNER = "80351110224678912";
const { BanMembers, ModerateMembers, ManageMessages, ViewChannel, SendMessages } = PermissionFlagsBits;

const role = (id: string, position: number, permissions: bigint) => ({
  id,
  position,
  permissions: String(permissions),
});
const user = (id: string, username: string) => ({
  id,
  username,
  discriminator: "0",
  global_name: null,
  avatar: null,
});

/** The bot in a world where it has asked `asked` of Discord, but for how it begins. */
async function joined() {
  const data = {
    owner_id: OWNER,
    system_channel_id: CHANNEL,
    roles: [
      role(GUILD, 0, ViewChannel | SendMessages),
      role(MODERATOR, 1, BanMembers | ModerateMembers | ManageMessages),
      role(ELDER, 2, 0n),
    ],
  };
  const channels = [{ id: CHANNEL, name: "general" }];
  const { world, server } = worldOf({ guilds: [{ id: GUILD, name: "parley", channels, data }] });
  const asked: (readonly [string, unknown, string | null])[] = [];
  const host = world.host("bot");
  const old = { id: "100" };
  const recent = Array.from({ length: 3 }, (_, n) => ({ id: snowflakeAt(Date.now() - 1_000 * (n + 1)) }));
  const gateway = moderationBot({
    token: "parley.test.token",
    runtime: host,
    rest: {
      baseUrl: API,
      fetch: (url, init) => {
        const path = url.replace(`${API}/v10`, "");
        if (path === "/gateway/bot") return host.fetch(url, init);
        const reason = new Headers(init?.headers).get("x-audit-log-reason");
        asked.push([
          `${init?.method} ${path}`,
          init?.body ? JSON.parse(String(init.body)) : undefined,
          reason,
        ]);
        return Promise.resolve(Response.json(init?.method === "GET" ? [...recent, old] : {}));
      },
    },
  });
  await world.until(gateway.connect());
  await world.run(1_000);
  const dispatch = async (t: string, d: object) => {
    await world.until(server.command({ kind: "dispatch", t, d: { guild_id: GUILD, ...d } }));
    await world.run(5_000);
    return asked.splice(0);
  };
  const target = (roles: string[]) => ({ ...user("7", "troll"), member: { roles } });
  /** What the bot asks when somebody writes. */
  const say = (content: string, roles: string[], mentioned?: string[]) =>
    dispatch("MESSAGE_CREATE", {
      id: "1",
      channel_id: CHANNEL,
      content,
      author: user("5", "nelly"),
      member: { roles },
      mentions: mentioned === undefined ? [] : [target(mentioned)],
    });
  return { world, gateway, dispatch, say, recent };
}

const MESSAGES = `POST /channels/${CHANNEL}/messages`;

test("examples/moderation_bot.ts: bans and times out whoever is below, for whoever may", async () => {
  const { world, gateway, say } = await joined();
  const [banned, told] = await say("!ban <@7>", [MODERATOR], []);
  assertEquals(banned, [`PUT /guilds/${GUILD}/bans/7`, { delete_message_seconds: 3_600 }, "By%20nelly"]);
  assertEquals(told, [MESSAGES, { content: "<@7>: ban.", allowed_mentions: { parse: [] } }, null]);

  const [[asked, body, reason] = []] = await say("!timeout <@7> 30", [MODERATOR], []);
  assertEquals([asked, reason], [`PATCH /guilds/${GUILD}/members/7`, "By%20nelly"]);
  const until = Date.parse(String(Object(body).communication_disabled_until)) - Date.now();
  assertEquals(Math.round(until / 60_000), 30);

  const refused = async (...given: Parameters<typeof say>) => {
    const asked = await say(...given);
    return asked.map(([path, body]) => [path, Object(body).content]);
  };
  assertEquals(await refused("!ban <@7>", [], []), [[MESSAGES, "You may not."]]);
  assertEquals(await refused("!ban <@7>", [MODERATOR], [ELDER]), [[MESSAGES, "They are not below you."]]);
  assertEquals(await refused("!ban", [MODERATOR]), [[MESSAGES, "Whom? Mention them."]]);
  assertEquals(await refused("!banish <@7>", [MODERATOR], []), []);
  assertEquals(await refused("hello", [MODERATOR]), []);
  await world.until(gateway.close());
});

test("examples/moderation_bot.ts: deletes what was said last, and not what Discord keeps", async () => {
  const { world, gateway, say, recent } = await joined();
  assertEquals(await say("!purge 4", [MODERATOR]), [
    [`GET /channels/${CHANNEL}/messages?limit=4`, undefined, null],
    [
      `POST /channels/${CHANNEL}/messages/bulk-delete`,
      { messages: recent.map(({ id }) => id) },
      "By%20nelly",
    ],
  ]);
  await world.until(gateway.close());
});

test("examples/moderation_bot.ts: tells of accounts that were made lately", async () => {
  const { world, gateway, dispatch } = await joined();
  const join = (id: string) => dispatch("GUILD_MEMBER_ADD", { user: user(id, "new"), roles: [] });
  const id = snowflakeAt(Date.now() - 60_000);
  const [[path, body] = []] = await join(id);
  assertEquals(path, MESSAGES);
  assertMatch(String(Object(body).embeds[0].description), new RegExp(`^<@${id}> was made <t:\\d+:R>$`));
  assertMatch(
    String(Object(body).embeds[0].thumbnail.url),
    /^https:\/\/cdn\.discordapp\.com\/embed\/avatars\//,
  );
  assertEquals(await join("80351110224678912"), []);
  await world.until(gateway.close());
});
