/**
 * A process of a fleet: writes what it is told and what it hears into a file, one JSON text a line.
 *
 * @module
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { discordFleet } from "../../src/nats/mod.ts";

const [servers = "", baseUrl = "", shards = "1", lease = "5000", label = "", path = ""] = process.argv.slice(
  2,
);
// What is in a pipe when a process is killed may never come out of it.
const file = openSync(path, "a");
const print = (line: object) => void writeSync(file, `${JSON.stringify(line)}\n`);
// However long it takes: the fleet goes on, and says so.
const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
const fleet = discordFleet({
  token: "parley.test.token",
  intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
  rest: { baseUrl },
  shards: Number(shards),
  nats: new Kvm(connection),
  name: "bot",
  label,
  lease: Number(lease),
  onEvent: (event) => print(event.kind === "error" ? { kind: "error", error: String(event.error) } : event),
  setup(gateway) {
    gateway.on("MESSAGE_CREATE", ({ shard, session, sequence, data }) => {
      print({ kind: "heard", shard, at: `${session} ${sequence}`, content: data.content });
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
