import type { DiscordGateway, DiscordGatewayOptions } from "../../../src/discord/gateway/mod.ts";
import type { DiscordServerOptions } from "../../../testing/discord/server.ts";
import { type GatewayWorld, worldOf } from "./_world.ts";

/** How many guilds the bot is in. */
export const GUILDS = 8;

/** The so-many-th guild, which is on the shard of that number if there are enough. */
export function guild(index: number): string {
  return String(BigInt(1_000 * GUILDS + index) << 22n);
}

/** A bot in several guilds, and what it was told. */
export interface ReshardWorld extends GatewayWorld {
  readonly gateway: DiscordGateway;
  /** The content of messages, and the kinds of other events, of everything but heartbeats. */
  readonly told: string[];
  /** Somebody says something in a guild; with -1 to the bot itself. */
  readonly say: (index: number, text: string) => void;
}

/** Connects a bot with so many shards. */
export async function reshardWorld(
  shards: number,
  server: DiscordServerOptions = {},
  options: Partial<DiscordGatewayOptions> = {},
  listen: (gateway: DiscordGateway) => void = () => {},
): Promise<ReshardWorld> {
  const world = worldOf({
    shards,
    maxConcurrency: 4,
    guilds: Array.from({ length: GUILDS }, (_, index) => ({
      id: guild(index),
      name: `guild ${index}`,
      channels: [{ id: `${500 + index}`, name: "general" }],
    })),
    ...server,
  });
  const told: string[] = [];
  const gateway = await world.connect({ intents: 4609 | 32768, ...options }, (gateway) => {
    listen(gateway);
    gateway.on("MESSAGE_CREATE", ({ data }) => told.push(data.content));
    for (const kind of ["resharded", "ready", "gap", "shard_ended", "GUILD_CREATE"] as const) {
      gateway.on(kind, (event) => told.push("shard" in event ? `${kind} ${event.shard}` : kind));
    }
  });
  await world.world.run(1_000);
  told.length = 0;
  const say = (index: number, content: string) => {
    if (index >= 0) void world.server.command({ kind: "message", channel: `${500 + index}`, content });
    else void world.server.command({ kind: "dispatch", t: "MESSAGE_CREATE", d: { id: content, content } });
  };
  return { ...world, gateway, told, say };
}
