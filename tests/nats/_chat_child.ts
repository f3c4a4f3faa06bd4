/**
 * A process that holds accounts of Twitch, or handles what others hear: writes what it is told into a file, one JSON text
 * a line.
 *
 * @module
 */
import { openSync, writeSync } from "node:fs";
import process from "node:process";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { chatFleet, chatWorkers, EventStream, type FleetEvent } from "../../src/nats/mod.ts";
import { TwitchClient } from "../../src/twitch/mod.ts";

const [servers = "", label = "", path = "", url = "", accounts = "", lease = "5000", role = ""] = process.argv
  .slice(2);
// What is in a pipe when a process is killed may never come out of it.
const file = openSync(path, "a");
const print = (line: object) => void writeSync(file, `${JSON.stringify({ ...line, written: Date.now() })}\n`);
const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 250 });
const streams = await jetstreamManager(connection);
const shared = {
  nats: new Kvm(connection),
  stream: new EventStream({ streams, application: "chats", partitions: 2 }),
  label,
  lease: Number(lease),
  onEvent: (event: FleetEvent) =>
    print(event.kind === "error" ? { kind: "error", error: String(event.error) } : event),
};
const fleet = role === "worker"
  ? chatWorkers({
    ...shared,
    name: "chat-workers",
    handle(event, { repeated }) {
      if (event.kind === "gap") print(event);
      else if (event.kind === "line" && event.name === "PRIVMSG") {
        print({ kind: "handled", content: event.text, repeated });
      }
    },
  })
  : chatFleet({
    ...shared,
    name: "chats",
    clients: accounts.split(",").map((login) => (runtime) => {
      const chat = new TwitchClient({ url, login, token: "abc123", channels: [`#of_${login}`], runtime });
      chat.on("PRIVMSG", ({ text }) => print({ kind: "heard", content: text }));
      return chat;
    }),
  });
process.on("SIGTERM", () => {
  void fleet.leave().then(async () => {
    await connection.close();
    print({ kind: "left" });
  });
});
fleet.join();
