/**
 * A bot in four processes, each with one of its shards, which this program begins again should they end: `!where` tells
 * which one answers. All ask the first process before they begin a session, so that they keep Discord's limit together.
 *
 *     DISCORD_TOKEN=… deno run -A examples/four_processes_bot.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { grantPermits, LocalPermits, RemotePermits, systemClock } from "@parley/parley/driver";
import { fork } from "node:child_process";
import process from "node:process";

const COUNT = 4;

/** One process of the bot, not connected yet. */
export function partOfBot(id: number, options: DiscordGatewayOptions): DiscordGateway {
  const intents = Intents.GuildMessages | Intents.MessageContent;
  const gateway = new DiscordGateway({ ...options, intents, shards: { count: COUNT, ids: [id] } });
  gateway.on("MESSAGE_CREATE", async ({ data: { channel_id, content }, shard }) => {
    if (content !== "!where") return;
    const here = `Shard ${shard} of ${COUNT}, in process ${process.pid}`;
    await gateway.rest.createMessage(channel_id, { content: here });
  });
  return gateway;
}

function begin(id: number, permits: LocalPermits): void {
  const child = fork(process.argv[1] ?? "", [String(id)]).on("error", console.error);
  grantPermits(permits, child.on("exit", () => setTimeout(begin, 5_000, id, permits)));
}

if (import.meta.main && process.send === undefined) {
  const permits = new LocalPermits(systemClock);
  for (let id = 0; id < COUNT; id++) begin(id, permits);
} else if (import.meta.main) {
  process.on("disconnect", () => process.exit(1));
  await partOfBot(Number(process.argv[2]), { runtime: { permits: new RemotePermits(process) } }).connect();
}
