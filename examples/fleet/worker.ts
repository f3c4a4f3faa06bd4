/**
 * The processes that handle what the gateways of `gateway.ts` publish: they share it by guild. Start as many as you like,
 * and stop any of them: what one has not finished another handles.
 *
 * @module
 */
import process from "node:process";
import { DiscordRest } from "@parley/parley/discord/rest";
import { discordWorkers, EventStream } from "@parley/parley/nats";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { reporter, startAll } from "./_watch.ts";

async function runOne(): Promise<void> {
  const { DISCORD_TOKEN: token = "", DISCORD_API: baseUrl, NATS: servers = "127.0.0.1:4222" } = process.env;
  const connection = await connect({ servers, maxReconnectAttempts: -1 });
  const rest = new DiscordRest({ token, ...(baseUrl !== undefined && { baseUrl }) });
  const report = reporter();
  const held = new Set<number>();
  let events = 0;
  let last = "waits for partitions";
  const workers = discordWorkers({
    nats: new Kvm(connection),
    stream: new EventStream({ streams: await jetstreamManager(connection), application: "example" }),
    name: "example-workers",
    async handle(event) {
      if (event.kind !== "MESSAGE_CREATE") return;
      events++;
      const { id, channel_id: channel, content } = event.data;
      if (content !== "!ping") return;
      // Discord says it once, though this be handled twice.
      await rest.createMessage(channel, { content: "pong", nonce: id, enforce_nonce: true });
    },
    onEvent(event) {
      if (event.kind === "slot_started") held.add(event.slot);
      if (event.kind === "slot_stopped") held.delete(event.slot);
      last = event.kind === "error" ? String(event.error) : event.kind;
      report({ held: [...held], events, last });
    },
  });
  const timer = setInterval(() => report({ held: [...held], events, last }), 1_000);
  const leave = () => void workers.leave();
  process.once("SIGTERM", leave).once("SIGINT", leave);
  workers.join();
  await workers.left;
  clearInterval(timer);
  await connection.close();
  process.disconnect?.();
}

const [count = "1"] = process.argv.slice(2);
if (count === "one") await runOne();
else await startAll(Number(count), "worker");
