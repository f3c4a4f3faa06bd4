import { assertEquals, assertThrows } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { OptionError } from "../../../src/protocol/errors.ts";
import {
  DiscordGateway,
  GatewaySession,
  type GatewaySessionOptions,
} from "../../../src/discord/gateway/mod.ts";
import { Hand, RESUME_URL } from "./_drive.ts";
import { worldOf } from "./_world.ts";

test("GatewaySession: speaks version 10, or 9 if told so, also when it resumes", () => {
  const hand = new Hand({ version: 9 }).start();
  assertEquals(hand.took(), ["dial wss://gateway.discord.gg/?v=9&encoding=json"]);
  hand.open().hello().readyEvent().lost().redial();
  assertEquals(hand.took().at(-1), `dial ${RESUME_URL.replace("v=10", "v=9")}`);
  const wrong: GatewaySessionOptions = JSON.parse('{"token":"a","intents":0,"version":8}');
  assertThrows(() => new GatewaySession({ ...wrong, random: Math.random }), OptionError, '"8"');
});

test("GatewaySession: IDENTIFY has the properties that are given, and parley's for the rest", () => {
  const hand = new Hand({ properties: { os: "linux" } }).start().open().hello();
  const [identify] = hand.outputs.flatMap((output) =>
    output.kind === "send" ? [JSON.parse(String(output.data))] : []
  );
  assertEquals(identify.d.properties, { os: "linux", browser: "parley", device: "parley" });
});

test("DiscordGateway: version and properties reach Discord", async () => {
  const { world, core, connect } = worldOf();
  const gateway = await connect({ version: 9, properties: { browser: "mine" } });
  const urls = core.log.flatMap((entry) => entry.kind === "opened" ? [entry.url] : []);
  assertEquals(urls, ["wss://gateway.test/?v=9&encoding=json"]);
  const [identify] = core.log.flatMap((entry) =>
    entry.kind === "received" && entry.op === 2 ? [Object(entry.d)] : []
  );
  assertEquals(identify?.properties, { os: "unknown", browser: "mine", device: "parley" });
  await world.until(gateway.close());
});

test("DiscordGateway: without a token it takes DISCORD_TOKEN of the environment, and says what to do if there is none", () => {
  const { env } = process;
  const before = env.DISCORD_TOKEN;
  const make = () => new DiscordGateway({ intents: 0, shards: 1, url: "wss://gateway.test" });
  try {
    // "80351110224678912", as a token begins with its bot's ID
    env.DISCORD_TOKEN = "ODAzNTExMTAyMjQ2Nzg5MTI.parley.test";
    assertEquals(make().userId, "80351110224678912");
    delete env.DISCORD_TOKEN;
    assertThrows(make, OptionError, "set DISCORD_TOKEN");
  } finally {
    if (before !== undefined) env.DISCORD_TOKEN = before;
  }
});
