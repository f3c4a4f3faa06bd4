/**
 * One process of a bot that runs on many: start as many as you like, here and on other machines, and stop any of them.
 *
 * ```sh
 * nats-server -js &
 * DISCORD_TOKEN=… deno run --allow-net --allow-env examples/fleet/member.ts
 * ```
 *
 * `SHARDS` says how many shards the bot has (4), `NATS` where NATS is (127.0.0.1:4222).
 *
 * @module
 */
import process from "node:process";
import { Intents } from "@parley/parley/discord";
import { discordFleet } from "@parley/parley/nats";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";

const { DISCORD_TOKEN: token = "", DISCORD_API: baseUrl, SHARDS = "4", NATS: servers = "127.0.0.1:4222" } =
  process.env;
// However long NATS is away, the fleet goes on once it is back.
const connection = await connect({ servers, maxReconnectAttempts: -1 });
const fleet = discordFleet({
  token,
  intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
  ...(baseUrl !== undefined && { rest: { baseUrl } }),
  shards: Number(SHARDS),
  nats: new Kvm(connection),
  name: "example",
  setup: (gateway) => {
    gateway.on("MESSAGE_CREATE", async ({ data }) => {
      if (data.content === "!ping") await gateway.rest.createMessage(data.channel_id, { content: "pong" });
    });
  },
  onEvent: (event) => {
    console.log(event.kind, "slot" in event ? event.slot : "error" in event ? event.error : "");
  },
});
const leave = () => void fleet.leave();
process.once("SIGTERM", leave).once("SIGINT", leave);
fleet.join();
await fleet.left;
await connection.close();
