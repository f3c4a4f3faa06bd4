/**
 * A worker of a fleet: writes what it is told and what it hears into a file, one JSON text a line, and fails in a timer
 * once it hears "die" for the first time.
 *
 * @module
 */
import { openSync, writeSync } from "node:fs";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { discordFleet, workInFleet } from "../../src/nats/mod.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";

let print: (line: object) => void = () => {};
const working = workInFleet((parts, data) => {
  const { baseUrl, shards, path } = isRecord(data) ? data : {};
  // What a worker has written when it fails is there.
  const file = openSync(String(path), "a");
  print = (line) => void writeSync(file, `${JSON.stringify(line)}\n`);
  return discordFleet({
    ...parts,
    token: "parley.test.token",
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest: { baseUrl: String(baseUrl) },
    shards: Number(shards),
    name: "bot",
    setup(gateway) {
      gateway.on("MESSAGE_CREATE", ({ shard, session, sequence, replayed, data }) => {
        print({ kind: "heard", shard, at: `${session} ${sequence}`, content: data.content });
        if (data.content === "die" && !replayed) {
          setTimeout(() => {
            throw new Error("Told to die");
          });
        }
      });
      gateway.on("gap", ({ shard, resumed }) => print({ kind: "gap", shard, resumed }));
      gateway.on("error", () => {});
    },
  });
});
working.catch((error) => print({ kind: "failed", error: String(error) }));
