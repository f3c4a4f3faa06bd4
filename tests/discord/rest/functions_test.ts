import { assertEquals, assertRejects } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as calls from "../../../src/discord/rest/mod.ts";
import { snowflakeAt } from "../../../src/discord/snowflake.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { answer, FakeDiscord, type Reaction } from "./_fakes.ts";

type Call = (rest: calls.DiscordRest) => Promise<unknown>;

const REASON = { reason: "x" };

/** Every function that asks once: what it asks, and with what body. */
const CALLS: Readonly<Record<string, [Call, string, body?: unknown]>> = {
  crosspostMessage: [
    (rest) => calls.crosspostMessage(rest, "2", "3"),
    "POST /channels/2/messages/3/crosspost",
  ],
  pinMessage: [(rest) => calls.pinMessage(rest, "2", "3", REASON), "PUT /channels/2/messages/pins/3"],
  unpinMessage: [(rest) => calls.unpinMessage(rest, "2", "3", REASON), "DELETE /channels/2/messages/pins/3"],
  deleteUserReaction: [
    (rest) => calls.deleteUserReaction(rest, "2", "3", "👍", "4"),
    "DELETE /channels/2/messages/3/reactions/%F0%9F%91%8D/4",
  ],
  deleteAllReactions: [
    (rest) => calls.deleteAllReactions(rest, "2", "3"),
    "DELETE /channels/2/messages/3/reactions",
  ],
  deleteAllReactionsForEmoji: [
    (rest) => calls.deleteAllReactionsForEmoji(rest, "2", "3", "👍"),
    "DELETE /channels/2/messages/3/reactions/%F0%9F%91%8D",
  ],
  endPoll: [(rest) => calls.endPoll(rest, "2", "3"), "POST /channels/2/polls/3/expire"],
  getGuildMember: [(rest) => calls.getGuildMember(rest, "1", "4"), "GET /guilds/1/members/4"],
  modifyGuildMember: [
    (rest) => calls.modifyGuildMember(rest, "1", "4", { nick: "Nelly" }, REASON),
    "PATCH /guilds/1/members/4",
    { nick: "Nelly" },
  ],
  removeGuildMember: [
    (rest) => calls.removeGuildMember(rest, "1", "4", REASON),
    "DELETE /guilds/1/members/4",
  ],
  addGuildMemberRole: [
    (rest) => calls.addGuildMemberRole(rest, "1", "4", "5", REASON),
    "PUT /guilds/1/members/4/roles/5",
  ],
  removeGuildMemberRole: [
    (rest) => calls.removeGuildMemberRole(rest, "1", "4", "5", REASON),
    "DELETE /guilds/1/members/4/roles/5",
  ],
  getGuildBan: [(rest) => calls.getGuildBan(rest, "1", "4"), "GET /guilds/1/bans/4"],
  createGuildBan: [
    (rest) => calls.createGuildBan(rest, "1", "4", { delete_message_seconds: 3_600 }, REASON),
    "PUT /guilds/1/bans/4",
    { delete_message_seconds: 3_600 },
  ],
  removeGuildBan: [(rest) => calls.removeGuildBan(rest, "1", "4", REASON), "DELETE /guilds/1/bans/4"],
  bulkGuildBan: [
    (rest) => calls.bulkGuildBan(rest, "1", { user_ids: ["80351110224678912"] }, REASON),
    "POST /guilds/1/bulk-ban",
    { user_ids: ["80351110224678912"] },
  ],
  getGuildRoles: [(rest) => calls.getGuildRoles(rest, "1"), "GET /guilds/1/roles"],
  createGuildRole: [
    (rest) => calls.createGuildRole(rest, "1", { name: "Quiet", permissions: "0" }, REASON),
    "POST /guilds/1/roles",
    { name: "Quiet", permissions: "0" },
  ],
  modifyGuildRole: [
    (rest) => calls.modifyGuildRole(rest, "1", "5", { name: "Loud" }, REASON),
    "PATCH /guilds/1/roles/5",
    { name: "Loud" },
  ],
  modifyGuildRolePositions: [
    (rest) => calls.modifyGuildRolePositions(rest, "1", [{ id: "41771983423143936", position: 2 }], REASON),
    "PATCH /guilds/1/roles",
    [{ id: "41771983423143936", position: 2 }],
  ],
  deleteGuildRole: [(rest) => calls.deleteGuildRole(rest, "1", "5", REASON), "DELETE /guilds/1/roles/5"],
  getChannel: [(rest) => calls.getChannel(rest, "2"), "GET /channels/2"],
  getGuildChannels: [(rest) => calls.getGuildChannels(rest, "1"), "GET /guilds/1/channels"],
  createGuildChannel: [
    (rest) => calls.createGuildChannel(rest, "1", { name: "reading-club" }, REASON),
    "POST /guilds/1/channels",
    { name: "reading-club" },
  ],
  modifyChannel: [
    (rest) => calls.modifyChannel(rest, "2", { rate_limit_per_user: 10 }, REASON),
    "PATCH /channels/2",
    { rate_limit_per_user: 10 },
  ],
  deleteChannel: [(rest) => calls.deleteChannel(rest, "2", REASON), "DELETE /channels/2"],
  editChannelPermissions: [
    (rest) => calls.editChannelPermissions(rest, "2", "5", { type: 0, deny: "2048" }, REASON),
    "PUT /channels/2/permissions/5",
    { type: 0, deny: "2048" },
  ],
  deleteChannelPermission: [
    (rest) => calls.deleteChannelPermission(rest, "2", "5", REASON),
    "DELETE /channels/2/permissions/5",
  ],
  triggerTypingIndicator: [(rest) => calls.triggerTypingIndicator(rest, "2"), "POST /channels/2/typing"],
  createChannelInvite: [
    (rest) => calls.createChannelInvite(rest, "2", { max_age: 3_600, max_uses: 1, unique: true }, REASON),
    "POST /channels/2/invites",
    { max_age: 3_600, max_uses: 1, unique: true },
  ],
  getChannelInvites: [(rest) => calls.getChannelInvites(rest, "2"), "GET /channels/2/invites"],
  getGuildInvites: [(rest) => calls.getGuildInvites(rest, "1"), "GET /guilds/1/invites"],
  deleteInvite: [(rest) => calls.deleteInvite(rest, "abc", REASON), "DELETE /invites/abc"],
  startThreadFromMessage: [
    (rest) =>
      calls.startThreadFromMessage(
        rest,
        "2",
        "3",
        { name: "About that", auto_archive_duration: 1_440 },
        REASON,
      ),
    "POST /channels/2/messages/3/threads",
    { name: "About that", auto_archive_duration: 1_440 },
  ],
  startThreadWithoutMessage: [
    (rest) => calls.startThreadWithoutMessage(rest, "2", { name: "Moderators", type: 12 }, REASON),
    "POST /channels/2/threads",
    { name: "Moderators", type: 12 },
  ],
  startThreadInForum: [
    (rest) =>
      calls.startThreadInForum(
        rest,
        "2",
        { name: "Help", message: { content: "It does not start" } },
        REASON,
      ),
    "POST /channels/2/threads",
    { name: "Help", message: { content: "It does not start" } },
  ],
  joinThread: [(rest) => calls.joinThread(rest, "2"), "PUT /channels/2/thread-members/@me"],
  leaveThread: [(rest) => calls.leaveThread(rest, "2"), "DELETE /channels/2/thread-members/@me"],
  addThreadMember: [(rest) => calls.addThreadMember(rest, "2", "4"), "PUT /channels/2/thread-members/4"],
  removeThreadMember: [
    (rest) => calls.removeThreadMember(rest, "2", "4"),
    "DELETE /channels/2/thread-members/4",
  ],
  listActiveGuildThreads: [(rest) => calls.listActiveGuildThreads(rest, "1"), "GET /guilds/1/threads/active"],
  getGuild: [(rest) => calls.getGuild(rest, "1"), "GET /guilds/1"],
  modifyGuild: [(rest) => calls.modifyGuild(rest, "1", { afk_timeout: 900 }, REASON), "PATCH /guilds/1", {
    afk_timeout: 900,
  }],
  beginGuildPrune: [
    (rest) => calls.beginGuildPrune(rest, "1", { days: 30 }, REASON),
    "POST /guilds/1/prune",
    { days: 30 },
  ],
  getAutoModerationRules: [
    (rest) => calls.getAutoModerationRules(rest, "1"),
    "GET /guilds/1/auto-moderation/rules",
  ],
  createAutoModerationRule: [
    (rest) =>
      calls.createAutoModerationRule(rest, "1", {
        name: "No shouting",
        event_type: 1, // a message is sent
        trigger_type: 1, // by keywords
        trigger_metadata: { keyword_filter: ["AAAA*"] },
        actions: [{ type: 1 }], // it is blocked
        enabled: true,
      }, REASON),
    "POST /guilds/1/auto-moderation/rules",
    {
      name: "No shouting",
      event_type: 1, // a message is sent
      trigger_type: 1, // by keywords
      trigger_metadata: { keyword_filter: ["AAAA*"] },
      actions: [{ type: 1 }], // it is blocked
      enabled: true,
    },
  ],
  modifyAutoModerationRule: [
    (rest) => calls.modifyAutoModerationRule(rest, "1", "11", { enabled: false }, REASON),
    "PATCH /guilds/1/auto-moderation/rules/11",
    { enabled: false },
  ],
  deleteAutoModerationRule: [
    (rest) => calls.deleteAutoModerationRule(rest, "1", "11", REASON),
    "DELETE /guilds/1/auto-moderation/rules/11",
  ],
  getGuildEmojis: [(rest) => calls.getGuildEmojis(rest, "1"), "GET /guilds/1/emojis"],
  createGuildEmoji: [
    (rest) =>
      calls.createGuildEmoji(
        rest,
        "1",
        { name: "parley", image: "data:image/png;base64,iVBORw0KGgo=" },
        REASON,
      ),
    "POST /guilds/1/emojis",
    { name: "parley", image: "data:image/png;base64,iVBORw0KGgo=" },
  ],
  modifyGuildEmoji: [
    (rest) => calls.modifyGuildEmoji(rest, "1", "6", { name: "parley" }, REASON),
    "PATCH /guilds/1/emojis/6",
    { name: "parley" },
  ],
  deleteGuildEmoji: [(rest) => calls.deleteGuildEmoji(rest, "1", "6", REASON), "DELETE /guilds/1/emojis/6"],
  getApplicationEmojis: [(rest) => calls.getApplicationEmojis(rest, "9"), "GET /applications/9/emojis"],
  createApplicationEmoji: [
    (rest) =>
      calls.createApplicationEmoji(rest, "9", {
        name: "parley",
        image: "data:image/png;base64,iVBORw0KGgo=",
      }),
    "POST /applications/9/emojis",
    { name: "parley", image: "data:image/png;base64,iVBORw0KGgo=" },
  ],
  modifyApplicationEmoji: [
    (rest) => calls.modifyApplicationEmoji(rest, "9", "6", { name: "parley" }),
    "PATCH /applications/9/emojis/6",
    { name: "parley" },
  ],
  deleteApplicationEmoji: [
    (rest) => calls.deleteApplicationEmoji(rest, "9", "6"),
    "DELETE /applications/9/emojis/6",
  ],
  getGuildStickers: [(rest) => calls.getGuildStickers(rest, "1"), "GET /guilds/1/stickers"],
  modifyGuildSticker: [
    (rest) => calls.modifyGuildSticker(rest, "1", "7", { name: "parley" }, REASON),
    "PATCH /guilds/1/stickers/7",
    { name: "parley" },
  ],
  deleteGuildSticker: [
    (rest) => calls.deleteGuildSticker(rest, "1", "7", REASON),
    "DELETE /guilds/1/stickers/7",
  ],
  createWebhook: [
    (rest) => calls.createWebhook(rest, "2", { name: "Build bot" }, REASON),
    "POST /channels/2/webhooks",
    { name: "Build bot" },
  ],
  getChannelWebhooks: [(rest) => calls.getChannelWebhooks(rest, "2"), "GET /channels/2/webhooks"],
  modifyWebhook: [
    (rest) => calls.modifyWebhook(rest, "8", { name: "Release bot" }, REASON),
    "PATCH /webhooks/8",
    { name: "Release bot" },
  ],
  deleteWebhook: [(rest) => calls.deleteWebhook(rest, "8", REASON), "DELETE /webhooks/8"],
  getGuildScheduledEvents: [
    (rest) => calls.getGuildScheduledEvents(rest, "1"),
    "GET /guilds/1/scheduled-events",
  ],
  createGuildScheduledEvent: [
    (rest) =>
      calls.createGuildScheduledEvent(rest, "1", {
        name: "Reading",
        privacy_level: 2,
        entity_type: 3,
        entity_metadata: { location: "The library" },
        scheduled_start_time: "2030-01-01T18:00:00Z",
        scheduled_end_time: "2030-01-01T20:00:00Z",
      }, REASON),
    "POST /guilds/1/scheduled-events",
    {
      name: "Reading",
      privacy_level: 2,
      entity_type: 3,
      entity_metadata: { location: "The library" },
      scheduled_start_time: "2030-01-01T18:00:00Z",
      scheduled_end_time: "2030-01-01T20:00:00Z",
    },
  ],
  modifyGuildScheduledEvent: [
    (rest) => calls.modifyGuildScheduledEvent(rest, "1", "10", { status: 4 }, REASON),
    "PATCH /guilds/1/scheduled-events/10",
    { status: 4 },
  ],
  deleteGuildScheduledEvent: [
    (rest) => calls.deleteGuildScheduledEvent(rest, "1", "10"),
    "DELETE /guilds/1/scheduled-events/10",
  ],
  consumeEntitlement: [
    (rest) => calls.consumeEntitlement(rest, "9", "12"),
    "POST /applications/9/entitlements/12/consume",
  ],
  createTestEntitlement: [
    (rest) =>
      calls.createTestEntitlement(rest, "9", {
        sku_id: "1019475255913222144",
        owner_id: "197038439483310086",
        owner_type: 1,
      }),
    "POST /applications/9/entitlements",
    { sku_id: "1019475255913222144", owner_id: "197038439483310086", owner_type: 1 },
  ],
  deleteTestEntitlement: [
    (rest) => calls.deleteTestEntitlement(rest, "9", "12"),
    "DELETE /applications/9/entitlements/12",
  ],
  getCurrentUser: [(rest) => calls.getCurrentUser(rest), "GET /users/@me"],
  modifyCurrentUser: [(rest) => calls.modifyCurrentUser(rest, { username: "parley" }), "PATCH /users/@me", {
    username: "parley",
  }],
  getUser: [(rest) => calls.getUser(rest, "4"), "GET /users/4"],
  leaveGuild: [(rest) => calls.leaveGuild(rest, "1"), "DELETE /users/@me/guilds/1"],
  bulkDeleteMessages: [
    (rest) => calls.bulkDeleteMessages(rest, "2", ["3", "4"], REASON),
    "POST /channels/2/messages/bulk-delete",
    { messages: ["3", "4"] },
  ],
  timeoutGuildMember: [
    (rest) => calls.timeoutGuildMember(rest, "1", "4", new Date(0), REASON),
    "PATCH /guilds/1/members/4",
    { communication_disabled_until: "1970-01-01T00:00:00.000Z" },
  ],
  searchGuildMembers: [
    (rest) => calls.searchGuildMembers(rest, "1", { query: "nel", limit: 5 }),
    "GET /guilds/1/members/search?query=nel&limit=5",
  ],
  createDm: [(rest) => calls.createDm(rest, "4"), "POST /users/@me/channels", { recipient_id: "4" }],
};

/** What a second time comes to the same as the first, though it is a POST. */
const IDEMPOTENT_POSTS = ["triggerTypingIndicator", "bulkDeleteMessages", "createDm"];

for (const [name, [call, asked, body]] of Object.entries(CALLS)) {
  const [method = ""] = asked.split(" ");
  const isRepeated = method !== "POST" || IDEMPOTENT_POSTS.includes(name);
  test(`${name}: asks ${asked}, ${isRepeated ? "and again where Discord fails" : "once"}`, async () => {
    const discord = new FakeDiscord((_, index) => answer(index === 0 ? 503 : 200, { id: "1" }));
    const made = discord.run(call(discord.rest));
    if (isRepeated) assertEquals(await made, { id: "1" });
    else await assertRejects(() => made, calls.DiscordHttpError);
    assertEquals(discord.seen.length, isRepeated ? 2 : 1);
    for (const seen of discord.seen) {
      assertEquals(`${seen.method} ${seen.url.replace("https://discord.com/api/v10", "")}`, asked);
      assertEquals(seen.body, body);
      const hasReason = String(call).includes("REASON");
      assertEquals(seen.headers.get("x-audit-log-reason"), hasReason ? "x" : null);
    }
  });
}

test("functions: each has a test", () => {
  const folder = new URL("../../../src/discord/rest/calls/", import.meta.url);
  const names = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(new URL(file, folder), "utf8");
    return [...text.matchAll(/^export function (\w+)/gm)].map(([, name = ""]) => name);
  });
  const elsewhere = names.filter((name) =>
    /^list(?!Active)/.test(name) || ["createGuildSticker", "dataUri"].includes(name)
  );
  assertEquals(names.filter((name) => !elsewhere.includes(name)).sort(), Object.keys(CALLS).sort());
  assertEquals(elsewhere.filter((name) => !(name in LISTS)).sort(), ["createGuildSticker", "dataUri"]);
});

test("functions: an aborted signal gives up", async () => {
  const { rest, seen } = new FakeDiscord(() => answer(200, {}));
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => calls.getChannel(rest, "1", { signal }), Error, "enough");
  await assertRejects(() => Array.fromAsync(calls.listMessages(rest, "1", { signal })), Error, "enough");
  assertEquals(seen.length, 0);
});

test("functions: what is not acceptable is rejected before anything is sent", async () => {
  const { rest, seen } = new FakeDiscord(() => answer(200, {}));
  const many = Array.from({ length: 101 }, (_, index) => String(index + 1));
  const refused: Call[] = [
    (rest) => calls.getChannel(rest, "general"),
    (rest) => calls.deleteInvite(rest, "a/b"),
    (rest) => calls.createGuildBan(rest, "1", "@me"),
    (rest) => calls.createGuildBan(rest, "1", "2", {}, { reason: "" }),
    (rest) => calls.bulkDeleteMessages(rest, "1", many),
    (rest) => calls.bulkDeleteMessages(rest, "1", ["1", "two"]),
    (rest) => calls.timeoutGuildMember(rest, "1", "2", new Date(NaN)),
    (rest) => calls.startThreadInForum(rest, "1", { name: "x", message: { content: "" } }),
    (rest) => Array.fromAsync(calls.listMessages(rest, "1", { limit: -1 })),
    (rest) => Array.fromAsync(calls.listMessages(rest, "1", { limit: NaN })),
    (rest) => Array.fromAsync(calls.listMessages(rest, "1", { before: "5", after: "1" })),
  ];
  for (const call of refused) {
    // Not by a throw: what returns a promise rejects.
    const made = call(rest);
    assertEquals(
      (await assertRejects(() => made, CommandError, undefined, `${call}`)).code,
      "invalid_command",
    );
  }
  assertEquals(seen.length, 0);
});

test("bulkDeleteMessages: deletes a single one by itself, as Discord wants two at least", async () => {
  const discord = new FakeDiscord(() => new Response(null, { status: 204 }));
  await discord.run(calls.bulkDeleteMessages(discord.rest, "2", ["3"], REASON));
  assertEquals(discord.seen.map(({ method, url }) => [method, url.split("/v10")[1]]), [
    ["DELETE", "/channels/2/messages/3"],
  ]);
});

test("bulkDeleteMessages: leaves out what is too old where it is told to, and asks nothing where nothing is left", async () => {
  const discord = new FakeDiscord(() => new Response(null, { status: 204 }));
  const age = (days: number) => snowflakeAt(Date.now() - days * 86_400_000);
  const [young, younger, old] = [age(13), age(1), age(15)];
  await discord.run(calls.bulkDeleteMessages(discord.rest, "2", [young, old, younger], { skipOld: true }));
  await discord.run(calls.bulkDeleteMessages(discord.rest, "2", [young, old]));
  assertEquals(discord.seen.map(({ body }) => body), [{ messages: [young, younger] }, {
    messages: [young, old],
  }]);
  await calls.bulkDeleteMessages(discord.rest, "2", [old], { skipOld: true });
  await calls.bulkDeleteMessages(discord.rest, "2", []);
  assertEquals(discord.seen.length, 2);
});

test("timeoutGuildMember: null takes it back", async () => {
  const discord = new FakeDiscord(() => answer(200, {}));
  await discord.run(calls.timeoutGuildMember(discord.rest, "1", "2", null));
  assertEquals(discord.seen[0]?.body, { communication_disabled_until: null });
});

test("createGuildSticker: sends a form", async () => {
  const discord = new FakeDiscord(() => answer(200, { id: "7" }));
  const file = { name: "a.png", data: new Uint8Array([1, 2]), contentType: "image/png" };
  const sticker = { name: "hello", description: "", tags: "wave", file };
  await discord.run(calls.createGuildSticker(discord.rest, "1", sticker, REASON));
  const sent = discord.seen[0]?.sent;
  assertEquals(sent instanceof FormData && [sent.get("name"), sent.get("description"), sent.get("tags")], [
    "hello",
    "",
    "wave",
  ]);
  const blob = sent instanceof FormData ? sent.get("file") : null;
  assertEquals(blob instanceof File && [blob.name, blob.type, blob.size], ["a.png", "image/png", 2]);
});

test("dataUri: is Base64, of whatever length", () => {
  assertEquals(calls.dataUri(new Uint8Array(), "image/gif"), "data:image/gif;base64,");
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index);
  const text = calls.dataUri(bytes, "image/png");
  assertEquals(Uint8Array.from(atob(text.slice(text.indexOf(",") + 1)), (char) => char.charCodeAt(0)), bytes);
});

/** How each list is asked for, how many Discord gives at once, what of it the items are, and where they say it goes on. */
const LISTS: Readonly<Record<string, List>> = {
  listMessages: {
    list: (rest, options) => calls.listMessages(rest, "2", options),
    most: 100,
    cursor: "before",
    item: (id) => ({ id }),
  },
  listReactions: {
    list: (rest, options) => calls.listReactions(rest, "2", "3", "👍", options),
    most: 100,
    cursor: "after",
    item: (id) => ({ id }),
  },
  listPollVoters: {
    list: (rest, options) => calls.listPollVoters(rest, "2", "3", 1, options),
    most: 100,
    cursor: "after",
    item: (id) => ({ id }),
    page: (users) => ({ users }),
  },
  listPins: {
    list: (rest, options) => calls.listPins(rest, "2", options),
    most: 50,
    cursor: "before",
    item: (id) => ({ pinned_at: id }),
    page: (items) => ({ items }),
  },
  listGuildMembers: {
    list: (rest, options) => calls.listGuildMembers(rest, "1", options),
    most: 1000,
    cursor: "after",
    item: (id) => ({ user: { id } }),
  },
  listGuildBans: {
    list: (rest, options) => calls.listGuildBans(rest, "1", options),
    most: 1000,
    cursor: "after",
    item: (id) => ({ user: { id } }),
  },
  listThreadMembers: {
    list: (rest, options) => calls.listThreadMembers(rest, "2", options),
    most: 100,
    cursor: "after",
    item: (id) => ({ user_id: id }),
  },
  listPublicArchivedThreads: {
    list: (rest, options) => calls.listPublicArchivedThreads(rest, "2", options),
    most: 100,
    cursor: "before",
    item: (id) => ({ id, thread_metadata: { archive_timestamp: id } }),
    page: (threads) => ({ threads, members: [], has_more: true }),
  },
  listAuditLogEntries: {
    list: (rest, options) => calls.listAuditLogEntries(rest, "1", options),
    most: 100,
    cursor: "before",
    item: (id) => ({ id }),
    page: (entries) => ({ audit_log_entries: entries }),
  },
  listGuildScheduledEventUsers: {
    list: (rest, options) => calls.listGuildScheduledEventUsers(rest, "1", "10", options),
    most: 100,
    cursor: "after",
    item: (id) => ({ user: { id } }),
  },
  listEntitlements: {
    list: (rest, options) => calls.listEntitlements(rest, "9", options),
    most: 100,
    cursor: "after",
    item: (id) => ({ id }),
  },
  listCurrentUserGuilds: {
    list: (rest, options) => calls.listCurrentUserGuilds(rest, options),
    most: 200,
    cursor: "after",
    item: (id) => ({ id }),
  },
};

interface List {
  readonly list: (rest: calls.DiscordRest, options?: { readonly limit?: number }) => AsyncIterable<unknown>;
  readonly most: number;
  readonly cursor: "before" | "after";
  readonly item: (id: string) => unknown;
  readonly page?: (items: readonly unknown[]) => unknown;
}

/** A Discord that has so many items, and tells them in pages from the cursor on. */
function paging(
  { cursor, item, page = (items) => items }: List,
  count: number,
): (seen: { url: string }) => Reaction {
  const ids = Array.from(
    { length: count },
    (_, index) => String(cursor === "after" ? index + 1 : count - index),
  );
  return ({ url }) => {
    const query = new URL(url).searchParams;
    const from = query.get(cursor);
    const begin = from === null || from === "0" ? 0 : ids.indexOf(from) + 1;
    return answer(200, page(ids.slice(begin, begin + Number(query.get("limit"))).map(item)));
  };
}

for (const [name, list] of Object.entries(LISTS)) {
  test(`${name}: gives all, page by page, and no more than are wanted`, async () => {
    const count = 2 * list.most + 1;
    const discord = new FakeDiscord(paging(list, count));
    const all = await discord.run(Array.fromAsync(list.list(discord.rest)));
    assertEquals([all.length, new Set(all.map((one) => JSON.stringify(one))).size], [count, count]);
    assertEquals(discord.seen.length, 3);
    const some = await discord.run(Array.fromAsync(list.list(discord.rest, { limit: list.most + 1 })));
    assertEquals(some, all.slice(0, list.most + 1));
    assertEquals(discord.seen.length, 5);
    assertEquals(await discord.run(Array.fromAsync(list.list(discord.rest, { limit: 0 }))), []);
    assertEquals(discord.seen.length, 5);
  });

  test(`${name}: ends with a Discord that tells the same page for ever, and when nobody asks for more`, async () => {
    const same = Array.from({ length: list.most }, () => list.item("7"));
    const discord = new FakeDiscord(() => answer(200, list.page?.(same) ?? same));
    await discord.run(Array.fromAsync(list.list(discord.rest)));
    assertEquals(discord.seen.length, 2);
    const first = async () => {
      for await (const one of list.list(discord.rest)) return one;
    };
    assertEquals(await discord.run(first()), list.item("7"));
    assertEquals(discord.seen.length, 3);
  });
}

test("listMessages: goes forwards from an ID on", async () => {
  const ids = Array.from({ length: 250 }, (_, index) => String(index + 1));
  const discord = new FakeDiscord(({ url }) => {
    const query = new URL(url).searchParams;
    const after = Number(query.get("after"));
    // The page next to the ID, its latest first.
    return answer(200, ids.slice(after, after + Number(query.get("limit"))).reverse().map((id) => ({ id })));
  });
  const told = await discord.run(Array.fromAsync(calls.listMessages(discord.rest, "2", { after: "20" })));
  assertEquals(told.map(({ id }) => id), ids.slice(20));
});
