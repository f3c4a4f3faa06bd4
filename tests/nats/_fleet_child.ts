/**
 * A process of a fleet: prints what it is told and what it hears, one JSON text a line.
 *
 * @module
 */
import process from "node:process";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { discordFleet } from "../../src/nats/mod.ts";

const [servers = "", baseUrl = "", shards = "1", lease = "5000", label = ""] = process.argv.slice(2);
const print = (line: object) => console.log(JSON.stringify(line));
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
