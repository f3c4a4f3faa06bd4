/**
 * A process of a fleet, which holds shards, or handles what others publish: writes what it is told into a file, one JSON
 * text a line.
 *
 * @module
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { discordFleet, discordWorkers, EventStream, type FleetEvent } from "../../src/nats/mod.ts";
import { pause } from "../transport/_harness.ts";

const [servers = "", label = "", path = "", baseUrl = "", shards = "1", lease = "5000", role = "alone"] =
  process.argv.slice(2);
// What is in a pipe when a process is killed may never come out of it.
const file = openSync(path, "a");
const print = (line: object) => void writeSync(file, `${JSON.stringify({ ...line, written: Date.now() })}\n`);
// However long it takes: the fleet goes on, and says so.
const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
const streams = await jetstreamManager(connection);
const stream = new EventStream({ streams, application: "test", partitions: 8 });
const shared = {
  nats: new Kvm(connection),
  label,
  lease: Number(lease),
  onEvent: (event: FleetEvent) =>
    print(event.kind === "error" ? { kind: "error", error: String(event.error) } : event),
};
const fleet = role === "worker"
  ? discordWorkers({
    ...shared,
    stream,
    name: "workers",
    async handle(event, { repeated }) {
      if (event.kind !== "MESSAGE_CREATE") return;
      const { content, guild_id: guild } = event.data;
      print({ kind: "handled", content, guild, repeated });
      await pause(20);
    },
  })
  : discordFleet({
    ...shared,
    token: "parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl },
    shards: Number(shards),
    name: "bot",
    ...(role === "gateway" && { stream }),
    setup(gateway) {
      gateway.on("MESSAGE_CREATE", ({ shard, session, sequence, replayed, data }) => {
        print({
          kind: "heard",
          shard,
          at: `${session} ${sequence}`,
          content: data.content,
          repeated: replayed,
        });
      });
      gateway.on("gap", ({ shard, resumed }) => print({ kind: "gap", shard, resumed }));
      gateway.on("error", ({ error }) => print({ kind: "error", error: String(error) }));
    },
  });
process.on("SIGTERM", () => {
  void fleet.leave().then(async () => {
    await connection.close();
    print({ kind: "left" });
  });
});
fleet.join();
