import { assertEquals, assertGreater } from "@std/assert";
import { type APIMessage, ChannelType as Installed } from "discord-api-types/v10";
import { test } from "node:test";
import * as types from "../../../src/discord/types/mod.ts";
import { installedEnums } from "../../../tools/discord_types.ts";

test("discord/types: every enum has the values of the discord-api-types that is installed", () => {
  // Where this fails, `deno run -A tools/run.ts tools/discord_types.ts` writes them anew.
  assertEquals(Object.keys(types).sort(), [...installedEnums.keys()].sort());
  assertEquals<unknown>({ ...types }, Object.fromEntries(installedEnums));
  assertGreater(installedEnums.size, 100);
});

test("discord/types: enums and payloads are those of discord-api-types, not like them", () => {
  const type: Installed = types.ChannelType.GuildForum;
  const back: types.ChannelType = Installed.GuildForum;
  const message: Partial<types.APIMessage> = { type: types.MessageType.Reply } satisfies Partial<APIMessage>;
  // @ts-expect-error: another enum's value is none of this one.
  const wrong: types.ButtonStyle = types.ChannelType.GuildForum;
  // @ts-expect-error: a text is no value of an enum, which is why its values are here.
  const locale: types.Locale = "fr";
  assertEquals<unknown>([type, back, message.type, wrong, locale], [15, 15, 19, 15, types.Locale.French]);
});
