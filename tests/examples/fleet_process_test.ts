import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { dialer } from "../../src/transport/dial.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { startNats, withoutNats } from "../nats/_nats_server.ts";
import { Program, runArgs } from "../_program.ts";
import { within } from "../_within.ts";

test("examples/fleet/: gateways and workers are started by a command each, tell what they run, and answer", {
  skip: withoutNats,
}, async () => {
  await using nats = await startNats();
  let pong = () => {};
  const answered = new Promise<void>((resolve) => pong = resolve);
  let presences = 0;
  let away = () => {};
  const isAway = new Promise<void>((resolve) => away = resolve);
  const core = new DiscordServer({ shards: 2, maxConcurrency: 16 });
  const driver = new Driver(core, {
    host: hostWith(dialer()),
    label: "discord",
    deliver(event) {
      if (event.kind === "message" && event.bot && event.message.content === "pong") pong();
      // A presence, of each shard.
      if (event.kind === "received" && event.op === 3 && ++presences === 2) away();
    },
  });
  driver.start();
  try {
    await using listener = await listenWebSocket(driver, { fetch: discordServerFetch(driver) });
    const env = {
      DISCORD_TOKEN: "parley.test.token",
      DISCORD_API: `${listener.url.replace(/^ws/, "http")}/api`,
      SHARDS: "2",
      NATS: nats.address,
    };
    await using workers = new Program(runArgs("examples/fleet/worker.ts", "2"), env);
    await using gateways = new Program(runArgs("examples/fleet/gateway.ts", "2"), env);
    // Each has a shard.
    for (const one of [1, 2]) {
      await gateways.prints(`gateway ${one}: slot_started`);
      await workers.prints(`worker ${one}: slot_started`);
    }
    await driver.command({ kind: "message", channel: "81384788765712384", content: "!ping" });
    await within("the answer of a worker", answered);
    await driver.command({ kind: "message", channel: "81384788765712384", content: "!away" });
    await within("the presence by both shards", isAway);
    assertEquals(await Promise.all([gateways.stop("SIGTERM"), workers.stop("SIGTERM")]), [0, 0]);
  } finally {
    driver.shutdown("end");
  }
});
