/**
 * The processes that handle what the gateways of `gateway.ts` publish: they share it by guild. Start as many as you like,
 * and stop any of them: what one has not finished another handles.
 *
 * @module
 */
import process from "node:process";
import { DiscordRest } from "@parley/parley/discord/rest";
import { discordWorkers, EventStream, NatsPermits, RemoteGateway } from "@parley/parley/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { runOne, startAll } from "./_watch.ts";

async function handleEvents(): Promise<void> {
  const { DISCORD_TOKEN: token = "", DISCORD_API: baseUrl, NATS: servers = "127.0.0.1:4222" } = process.env;
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  const nats = new Kvm(connection);
  const application = "example";
  const stream = new EventStream({ streams: await jetstreamManager(connection), application });
  // The workers keep the bot's limit on requests together, and send through the gateways' shards.
  const permits = new NatsPermits(nats);
  const rest = new DiscordRest({ token, permits, ...(baseUrl !== undefined && { baseUrl }) });
  const gateway = new RemoteGateway({ connection, application });
  await runOne("partitions", (onEvent, counted) =>
    discordWorkers({
      nats,
      stream,
      name: "example-workers",
      async handle(event) {
        if (event.kind !== "MESSAGE_CREATE") return;
        counted();
        const { id, channel_id: channel, content } = event.data;
        if (content === "!away") await gateway.updatePresence({ status: "idle" });
        if (content !== "!ping") return;
        // Discord says it once, though this be handled twice.
        await rest.createMessage(channel, { content: "pong", nonce: id, enforce_nonce: true });
      },
      onEvent,
    }));
  await connection.close();
}

const [count = "1"] = process.argv.slice(2);
if (count === "one") await handleEvents();
else await startAll(Number(count), "worker");
