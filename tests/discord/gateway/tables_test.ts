import { assertEquals, assertThrows } from "@std/assert";
import {
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  GatewayOpcodes,
} from "discord-api-types/v10";
import { test } from "node:test";
import { afterClose, dispatchNames, Intents, Opcode, shardIdFor } from "../../../src/discord/gateway/mod.ts";
import { intentsFor, knownIntents } from "../../../testing/discord/gateway/_intents.ts";

/** The entries of a numeric enum, without its reverse mapping. */
function entriesOf(numeric: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(numeric).filter(([, value]) => typeof value === "number"));
}

test("Opcode: is what discord-api-types has", () => {
  assertEquals({ ...Opcode }, entriesOf(GatewayOpcodes));
});

test("Intents: are what discord-api-types has, less its deprecated names", () => {
  const { GuildBans: _bans, GuildEmojisAndStickers: _emojis, ...bits } = entriesOf(GatewayIntentBits);
  assertEquals({ ...Intents }, bits);
  assertEquals(Object.keys(Intents).length, 21);
});

test("dispatchNames: are what discord-api-types has, less READY and RESUMED", () => {
  const names = Object.values(GatewayDispatchEvents).filter((name) =>
    name !== GatewayDispatchEvents.Ready && name !== GatewayDispatchEvents.Resumed
  );
  assertEquals<readonly string[]>(dispatchNames, [...names].sort());
  assertEquals(dispatchNames.length, 77);
});

test("afterClose: has an answer of its own for every code discord-api-types has", () => {
  const fates = Object.entries(entriesOf(GatewayCloseCodes)).map(([name, code]) => [
    name,
    afterClose(Number(code)).kind,
  ]);
  assertEquals(Object.fromEntries(fates), {
    UnknownError: "resume",
    UnknownOpcode: "resume",
    DecodeError: "resume",
    NotAuthenticated: "resume",
    AuthenticationFailed: "stop",
    AlreadyAuthenticated: "resume",
    InvalidSeq: "identify",
    RateLimited: "resume",
    SessionTimedOut: "identify",
    InvalidShard: "stop",
    ShardingRequired: "stop",
    InvalidAPIVersion: "stop",
    InvalidIntents: "stop",
    DisallowedIntents: "stop",
  });
});

test("shardIdFor: follows the documented formula", () => {
  assertEquals(shardIdFor("197038439483310086", 16), 2);
  assertEquals(shardIdFor(String((5n << 22n) | 4_194_303n), 4), 1);
  assertEquals(shardIdFor("0", 1), 0);
  assertThrows(() => shardIdFor("nonsense", 2));
});

test("DiscordServer: its intents cover the same bits, and only events that exist", () => {
  assertEquals(knownIntents, Object.values(Intents).reduce((all, bit) => all | bit, 0));
  // "Any events not listed means it's not associated with an intent and will always be sent to your app."
  const always = Object.values(GatewayDispatchEvents).filter((name) => intentsFor(name) === undefined);
  assertEquals(always.length, 16);
});
