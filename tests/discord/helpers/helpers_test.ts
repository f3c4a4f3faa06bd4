import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  CDNRoutes,
  ImageFormat,
  PermissionFlagsBits,
  RouteBases,
  StickerFormatType,
} from "discord-api-types/v10";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import * as helpers from "../../../src/discord/helpers/mod.ts";
import { CommandError, OptionError } from "../../../src/protocol/errors.ts";

const ID = "80351110224678912";

test("mentions: are written as Discord reads them", () => {
  const { mentionUser, mentionRole, mentionChannel, mentionCommand, mentionPage, formatEmoji } = helpers;
  assertEquals(
    [mentionUser(ID), mentionRole(ID), mentionChannel(ID), mentionCommand("foo group bar", ID)],
    [`<@${ID}>`, `<@&${ID}>`, `<#${ID}>`, `</foo group bar:${ID}>`],
  );
  assertEquals(
    [mentionPage("guide"), mentionPage("linked-roles", ID)],
    ["<id:guide>", `<id:linked-roles:${ID}>`],
  );
  assertEquals(
    [formatEmoji({ id: ID, name: "b1nzy", animated: true }), formatEmoji({ id: ID, name: "x" })],
    [`<a:b1nzy:${ID}>`, `<:x:${ID}>`],
  );
  assertEquals(formatEmoji({ id: null, name: "🪴" }), "🪴");
});

test("mentions: what would write something else is refused", () => {
  const { mentionUser, mentionRole, mentionCommand, formatEmoji } = helpers;
  const refuse = (run: () => unknown, text: string) => assertThrows(run, OptionError, text);
  refuse(() => mentionUser("everyone"), 'Cannot mention the user "everyone": pass its ID');
  refuse(() => mentionRole(`${ID}> @everyone`), "pass its ID");
  refuse(() => mentionCommand("a:b", ID), 'the command "a:b"');
  refuse(() => mentionCommand("a b c d", ID), "pass its name");
  refuse(() => formatEmoji({ id: ID, name: "x:1><@&2>" }), "letters, digits");
  refuse(() => formatEmoji({ id: ID, name: null }), "without a name");
});

test("timestamp: is in whole seconds, and says how it is shown", () => {
  const { timestamp } = helpers;
  assertEquals(timestamp(1_618_953_630_999), "<t:1618953630>");
  assertEquals(timestamp(new Date(-1), "R"), "<t:-1:R>");
  assertThrows(() => timestamp(new Date(Number.NaN)), OptionError, "Cannot write the time");
  assertThrows(() => timestamp(9e15), OptionError, "milliseconds of Unix time");
});

test("snowflakeAt: is the first ID of its millisecond", () => {
  const { snowflakeAt, snowflakeTime } = helpers;
  fc.assert(
    fc.property(fc.integer({ min: 1_420_070_400_000, max: 1_420_070_400_000 + 2 ** 42 - 1 }), (at) => {
      const id = snowflakeAt(at);
      assertEquals(snowflakeTime(id), at);
      if (id !== "0") assertEquals(snowflakeTime(String(BigInt(id) - 1n)), at - 1);
    }),
  );
  for (const wrong of [0, Number.NaN, Infinity, 1_420_070_399_999]) {
    assertThrows(() => snowflakeAt(wrong), OptionError, "pass milliseconds of Unix time");
  }
});

test("permissionSet, hasPermissions, permissionNames: agree with each other and with Discord's table", () => {
  const { permissionSet, hasPermissions, permissionNames } = helpers;
  const names = Object.keys(PermissionFlagsBits).filter((name) =>
    name !== "ManageEmojisAndStickers"
  ) as helpers.PermissionName[];
  fc.assert(fc.property(fc.subarray(names), fc.subarray(names), (held, wanted) => {
    const set = permissionSet(...held);
    assertEquals(permissionNames(set), held);
    assertEquals(permissionNames(String(set)), held);
    const all = held.includes("Administrator") || wanted.every((name) => held.includes(name));
    assertEquals([hasPermissions(set, ...wanted), hasPermissions(String(set), ...wanted)], [all, all]);
  }));
  assertEquals([hasPermissions(undefined, "BanMembers"), hasPermissions("-8", "BanMembers")], [false, false]);
  assertEquals(helpers.ALL_PERMISSIONS, Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit));
  assertThrows(() => permissionSet("Fly" as never), OptionError, 'the permission "Fly"');
  assertThrows(() => hasPermissions(0n, "toString" as never), OptionError, 'the permission "toString"');
});

test("escapeMarkdown: leaves nothing that Discord would read as more than text", () => {
  const { escapeMarkdown } = helpers;
  const table: Readonly<Record<string, string>> = {
    "*a* _b_ __c__ ~~d~~ `e` ||f||": "\\*a\\* \\_b\\_ \\_\\_c\\_\\_ \\~\\~d\\~\\~ \\`e\\` \\|\\|f\\|\\|",
    "# head\n## head\n-# small": "\\# head\n\\## head\n\\-# small",
    "> quote\n>>> rest": "\\> quote\n\\>>> rest",
    "- one\n  + two\n* three\n12. four": "\\- one\n  \\+ two\n\\* three\n12\\. four",
    "#tag -5 3.5 a > b": "#tag -5 3.5 a > b",
    "[text](https://example.com)": "\\[text\\](https://example.com)",
    [`<@${ID}> <:x:1> <t:0:R> </a:1>`]: `\\<@${ID}> \\<:x:1> \\<t:0:R> \\</a:1>`,
    "already \\*": "already \\\\\\*",
    "see https://example.com/a_b_c?d=*e*, _now_": "see https://example.com/a_b_c?d=*e\\*, \\_now\\_",
    "": "",
  };
  for (const [text, escaped] of Object.entries(table)) assertEquals(escapeMarkdown(text), escaped, text);
});

test("escapeMarkdown: takes nothing away, and what is no link has a backslash before each mark", () => {
  const text = fc.string({ unit: fc.constantFrom(..."\\*_~`|[]()<>#-+1. \nab:/") });
  fc.assert(fc.property(text, (text) => {
    const escaped = helpers.escapeMarkdown(text);
    assertEquals(escaped.replace(/\\([\\*_~`|[\]<>#\-+.])/g, "$1"), text);
    assertEquals(/(?<!\\)(?:\\\\)*[*_~`|[\]<]/.test(escaped), false, escaped);
    assertEquals(/^\s*(?:>|#|[-+]|\d+\.)(?:\s|$)/m.test(escaped), false, escaped);
  }));
});

test("CDN: URLs are those of discord-api-types' routes", () => {
  const on = (path: string) => `${RouteBases.cdn}${path}`;
  const { PNG, WebP, JPEG } = ImageFormat;
  const guild = { id: ID, icon: "a_1", banner: "2", splash: "3" };
  const { avatarUrl, bannerUrl, emojiUrl, guildIconUrl, guildSplashUrl, memberAvatarUrl, roleIconUrl } =
    helpers;
  assertEquals(avatarUrl({ id: ID, avatar: "f0" }), on(CDNRoutes.userAvatar(ID, "f0", PNG)));
  assertEquals(avatarUrl({ id: ID, avatar: null }), on(CDNRoutes.defaultUserAvatar(5)));
  assertEquals(avatarUrl({ id: ID, discriminator: "1337" }), on(CDNRoutes.defaultUserAvatar(2)));
  assertEquals(guildIconUrl(guild), `${on(CDNRoutes.guildIcon(ID, "a_1", WebP))}?animated=true`);
  assertEquals(
    guildIconUrl(guild, { extension: "gif" }),
    on(CDNRoutes.guildIcon(ID, "a_1", ImageFormat.GIF)),
  );
  assertEquals(guildIconUrl({ id: ID, icon: null }), undefined);
  assertEquals(
    bannerUrl(guild, { extension: "webp", size: 512 }),
    `${on(CDNRoutes.guildBanner(ID, "2", WebP))}?size=512`,
  );
  assertEquals(
    guildSplashUrl(guild, { extension: "jpg" }),
    on(CDNRoutes.guildSplash(ID, "3", JPEG)).replace("jpeg", "jpg"),
  );
  assertEquals(
    memberAvatarUrl(ID, { avatar: "4", user: { id: "7" } }),
    on(CDNRoutes.guildMemberAvatar(ID, "7", "4", PNG)),
  );
  assertEquals(roleIconUrl({ id: ID, icon: "5" }), on(CDNRoutes.roleIcon(ID, "5", PNG)));
  assertEquals(emojiUrl({ id: ID }), on(CDNRoutes.emoji(ID, PNG)));
  for (const format_type of [1, 2, 3, 4] as const) {
    const extension = ({ 1: PNG, 2: PNG, 3: ImageFormat.Lottie, 4: ImageFormat.GIF } as const)[format_type];
    const base = format_type === StickerFormatType.GIF ? RouteBases.media : RouteBases.cdn;
    assertEquals(helpers.stickerUrl({ id: ID, format_type }), `${base}${CDNRoutes.sticker(ID, extension)}`);
  }
});

test("CDN: what would lead elsewhere is refused", () => {
  const refuse = (run: () => unknown, text: string) => assertThrows(run, OptionError, text);
  refuse(() => helpers.avatarUrl({ id: "../x", avatar: "1" }), 'an image of "../x"');
  refuse(() => helpers.avatarUrl({ id: ID, avatar: "../x" }), "no hash");
  for (const size of [0, 15, 100, 8192, Number.NaN]) {
    refuse(() => helpers.emojiUrl({ id: ID }, { size }), "a power of two");
  }
});

test("embed: is checked by the rules of a message, where it is written", async () => {
  const { embed } = helpers;
  const parts = { title: "x", fields: [{ name: "a", value: "b" }] };
  assertEquals(embed(parts), parts);
  const rest = new DiscordRest({ token: "a.b.c", fetch: () => Promise.reject(new Error("never")) });
  const wrong = [
    [{ title: "x".repeat(257) }, "its title is longer than 256"],
    [{ fields: [{ name: "", value: "b" }] }, "the name of fields[0] is empty"],
    [{ url: "javascript:1" }, "its url"],
    [{ timestamp: "yesterday" }, "its timestamp"],
    [{ color: 0x1000000 }, "its color"],
    [{ description: "x".repeat(4_000), footer: { text: "y".repeat(2_001) } }, 'has "6001" characters in sum'],
  ] as const;
  for (const [parts, text] of wrong) {
    const built = { ...parts, fields: [..."fields" in parts ? parts.fields : []] };
    assertThrows(() => embed(built), OptionError, text);
    const sent = await rest.createMessage(ID, { embeds: [built] }).catch((error) => error);
    assertEquals([sent instanceof CommandError, String(sent).includes(text.replace(/^has /, ""))], [
      true,
      true,
    ]);
  }
  assertThrows(() => embed(null as never), OptionError, "it is not an object");
});
