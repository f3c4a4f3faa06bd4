/**
 * The processes that hold a bot's connections, here or on many machines: they share its shards, and publish what they
 * hear for the workers of `worker.ts`. Start as many as you like, and stop any of them.
 *
 * ```sh
 * nats-server -js &
 * DISCORD_TOKEN=… deno run -A examples/fleet/gateway.ts 3 # three processes
 * DISCORD_TOKEN=… deno run -A examples/fleet/worker.ts 2  # in another terminal
 * ```
 *
 * `SHARDS` says how many shards the bot has (4), `NATS` where NATS is (127.0.0.1:4222).
 *
 * @module
 */
import process from "node:process";
import { Intents } from "@parley/parley/discord";
import { discordFleet, EventStream } from "@parley/parley/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { runOne, startAll } from "./_watch.ts";

async function holdShards(): Promise<void> {
  const { DISCORD_TOKEN: token = "", DISCORD_API: baseUrl, SHARDS = "4", NATS: servers = "127.0.0.1:4222" } =
    process.env;
  // However long NATS is away, the fleet goes on once it is back.
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  const application = "example";
  const stream = new EventStream({ streams: await jetstreamManager(connection), application });
  await runOne("shards", (onEvent, counted) =>
    discordFleet({
      token,
      intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
      ...(baseUrl !== undefined && { rest: { baseUrl } }),
      shards: Number(SHARDS),
      nats: new Kvm(connection),
      stream,
      commands: { connection, application },
      name: "example",
      setup: (gateway) => void gateway.on("MESSAGE_CREATE", counted),
      onEvent,
    }));
  await connection.close();
}

const [count = "1"] = process.argv.slice(2);
if (count === "one") await holdShards();
else await startAll(Number(count), "gateway");
