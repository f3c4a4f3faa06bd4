import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { checkSeeds, plantedBugs } from "./_suite.ts";
import { twitchEventSubChatWorld } from "./twitch_eventsub_chat_world.ts";

checkSeeds(twitchEventSubChatWorld);
plantedBugs(twitchEventSubChatWorld);

test("twitch eventsub chat: a time away is told though what was to come back last is not wanted any more", async () => {
  // What this once was: a channel that Twitch refused took the others' gap with it.
  const { violations } = await twitchEventSubChatWorld.run(387_112_756, [
    { kind: "act", at: 74_536, act: { kind: "reconnect" } },
    { kind: "act", at: 92_836, act: { kind: "silence" } },
    { kind: "act", at: 93_030, act: { kind: "revoke", channel: 3 } },
    { kind: "act", at: 105_682, act: { kind: "silence" } },
    {
      kind: "http",
      at: 115_980,
      ms: 4_020,
      trouble: { kind: "status", status: 500 },
      scope: { client: "bot" },
    },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub chat: what Twitch may have made, and is not wanted any more, is found and ended", async () => {
  // What this once was: the service listed all types where one was asked for, so that another's id was taken and ended.
  const { violations } = await twitchEventSubChatWorld.run(123_946_226, [
    { kind: "act", at: 363, act: { kind: "toggle", channel: 2 } },
    { kind: "http", at: 403, ms: 80, trouble: { kind: "reset" }, scope: { client: "bot" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub chat: where a link was behind from the beginning, nobody can tell late from early", async () => {
  // What this once was: the checker's mistake. It knew of slow links, and not of narrow ones.
  const { violations } = await twitchEventSubChatWorld.run(301_855_543, [
    { kind: "narrow", at: 0, ms: 2_801, perSecond: 200 },
    { kind: "act", at: 9_101, act: { kind: "silence" } },
  ]);
  assertEquals(violations, []);
});

test("twitch eventsub chat: a token that expires twice while a channel is subscribed to is no refusal of the channel", async () => {
  const { violations } = await twitchEventSubChatWorld.run(254_215_028, [
    { kind: "slow", at: 25_198, ms: 91_308, latency: 979, scope: { client: "bot" } },
    { kind: "act", at: 37_325, act: { kind: "say", count: 1 } },
    { kind: "reset", at: 72_689, cause: "corrupt" },
    { kind: "act", at: 80_913, act: { kind: "expire" } },
    { kind: "act", at: 87_378, act: { kind: "expire" } },
  ]);
  assertEquals(violations, []);
});
