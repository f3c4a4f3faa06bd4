import type { DiscordGatewayAdapterCreator, JoinConfig } from "@discordjs/voice";
import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  type DiscordGateway,
  Intents,
  voiceAdapter,
  type VoiceMethods,
} from "../../../src/discord/gateway/mod.ts";
import { CommandError } from "../../../src/protocol/errors.ts";
import { GUILD, worldOf } from "./_world.ts";

const VOICE = "155101607195836416";
const ME = "1000000000000000001";

/** What a library is told. */
class Library implements VoiceMethods {
  readonly told: unknown[] = [];
  onVoiceStateUpdate({ channel_id }: { channel_id: string | null }): void {
    this.told.push(["state", channel_id]);
  }
  onVoiceServerUpdate({ endpoint }: { endpoint: string | null }): void {
    this.told.push(["server", endpoint]);
  }
  destroy(): void {
    this.told.push("destroy");
  }
}

/** The payload that `@discordjs/voice` sends to join or leave. */
function joinPayload(config: Pick<JoinConfig, "channelId" | "guildId" | "selfDeaf" | "selfMute">): unknown {
  const { guildId: guild_id, channelId: channel_id, selfDeaf: self_deaf, selfMute: self_mute } = config;
  return { op: 4, d: { guild_id, channel_id, self_deaf, self_mute } };
}

const inChannel = { channelId: VOICE, guildId: GUILD, selfDeaf: true, selfMute: false };

async function voiceWorld() {
  const made = worldOf();
  const gateway = await made.connect({ intents: Intents.Guilds | Intents.GuildVoiceStates });
  const library = new Library();
  const dispatch = async (t: string, d: unknown) => {
    await made.server.command({ kind: "dispatch", t, d });
    await made.world.run(100);
  };
  return { ...made, gateway, library, dispatch };
}

test("voiceAdapter: is what @discordjs/voice takes", () => {
  const typed: (gateway: DiscordGateway, guildId: string) => DiscordGatewayAdapterCreator = voiceAdapter;
  assertEquals(typed, voiceAdapter);
});

test("voiceAdapter: joins and leaves, and tells of the bot's own voice state and server in its guild", async () => {
  const { world, gateway, library, dispatch, core } = await voiceWorld();
  const adapter = voiceAdapter(gateway, GUILD)(library);
  assertEquals(adapter.sendPayload(joinPayload(inChannel)), true);
  await world.run(1_000);
  assertEquals(library.told.splice(0), [["state", VOICE], ["server", "voice.test:443"]]);
  const sent = core.log.flatMap((entry) => entry.kind === "received" && entry.op === 4 ? [entry.d] : []);
  assertEquals<unknown>(sent, [{ guild_id: GUILD, channel_id: VOICE, self_mute: false, self_deaf: true }]);
  // Others, and other guilds, are none of its business.
  await dispatch("VOICE_STATE_UPDATE", { guild_id: GUILD, user_id: "7", channel_id: VOICE, session_id: "x" });
  await dispatch("VOICE_STATE_UPDATE", {
    guild_id: "4194304",
    user_id: ME,
    channel_id: VOICE,
    session_id: "x",
  });
  await dispatch("VOICE_SERVER_UPDATE", { guild_id: "4194304", token: "x", endpoint: "elsewhere" });
  assertEquals(library.told, []);
  adapter.sendPayload(joinPayload({ ...inChannel, channelId: null }));
  await world.run(1_000);
  assertEquals(library.told.splice(0), [["state", null]]);
  adapter.destroy();
  assertEquals(adapter.sendPayload(joinPayload(inChannel)), false);
  await dispatch("VOICE_STATE_UPDATE", { guild_id: GUILD, user_id: ME, channel_id: VOICE, session_id: "x" });
  await world.until(gateway.close());
  assertEquals(library.told, []);
});

test("voiceAdapter: what is sent while the link is away is sent once it is back", async () => {
  const { world, gateway, library } = await voiceWorld();
  const adapter = voiceAdapter(gateway, GUILD)(library);
  world.cut();
  assertEquals(adapter.sendPayload(joinPayload(inChannel)), true);
  await world.run(30_000);
  assertEquals(library.told.splice(0), [["state", VOICE], ["server", "voice.test:443"]]);
  await world.until(gateway.close());
  assertEquals([library.told, adapter.sendPayload(joinPayload(inChannel))], [["destroy"], false]);
});

test("voiceAdapter: is over once the bot has left the guild, not while an outage keeps it away", async () => {
  const { world, gateway, library, dispatch } = await voiceWorld();
  voiceAdapter(gateway, GUILD)(library);
  await dispatch("GUILD_DELETE", { id: GUILD, unavailable: true });
  assertEquals(library.told, []);
  await dispatch("GUILD_DELETE", { id: "4194304" });
  await dispatch("GUILD_DELETE", { id: GUILD });
  await world.until(gateway.close());
  assertEquals(library.told, ["destroy"]);
});

test("voiceAdapter: refuses what cannot be sent, and a gateway that hears nothing of voice", async () => {
  const { world, gateway, library } = await voiceWorld();
  const adapter = voiceAdapter(gateway, GUILD)(library);
  const wrong = [
    undefined,
    { op: 2, d: {} },
    joinPayload({ ...inChannel, guildId: "4194304" }),
    { op: 4, d: { guild_id: GUILD, channel_id: 7 } },
  ];
  for (const payload of wrong) assertEquals(adapter.sendPayload(payload), false);
  await world.until(gateway.close());
  const deaf = worldOf();
  const other = await deaf.connect({ intents: Intents.Guilds });
  assertThrows(() => voiceAdapter(other, GUILD)(library), CommandError, "add `Intents.GuildVoiceStates`");
  await deaf.world.until(other.close());
});
