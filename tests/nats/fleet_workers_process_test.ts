import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { FleetWorkers, type FleetWorkersEvent, workInFleet } from "../../src/nats/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import { dialer } from "../../src/transport/dial.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { within } from "../_within.ts";
import { pause } from "../transport/_harness.ts";

const SHARDS = 6;
const WORKERS = 3;

test("FleetWorkers: workers share shards evenly, one that fails is taken over, resumed, and started again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-workers-"));
  const core = new DiscordServer({ shards: SHARDS, maxConcurrency: 16, heartbeatInterval: 1_000 });
  const driver = new Driver(core, { host: hostWith(dialer()), label: "discord", deliver: () => {} });
  driver.start();
  try {
    await using listener = await listenWebSocket(driver, { fetch: discordServerFetch(driver) });
    const path = join(folder, "heard.jsonl");
    const told: FleetWorkersEvent[] = [];
    await using workers = new FleetWorkers({
      module: new URL("./_fleet_worker.ts", import.meta.url),
      workers: WORKERS,
      data: { baseUrl: `${listener.url.replace(/^ws/, "http")}/api`, shards: SHARDS, path },
      onEvent: (event) => void told.push(event),
    });
    workers.start();
    const isEven = () => workers.held.every((slots) => slots.length === SHARDS / WORKERS);
    const settled = async (what: string, is: () => boolean) => {
      const come = async () => {
        while (!is()) await pause(20);
      };
      await within(what, come(), () => JSON.stringify({ held: workers.held, told: told.map(shown) }));
    };
    await settled("shards that are shared out", isEven);
    let said = 0;
    const say = async (content: string) => {
      const guild_id = String((BigInt(said % SHARDS) << 22n) + 1n);
      await driver.command({
        kind: "dispatch",
        t: "MESSAGE_CREATE",
        d: { id: `${said++}`, guild_id, content },
      });
    };
    const contents = Array.from({ length: 300 }, (_, at) => at === 100 ? "die" : String(at));
    for (const content of contents) {
      await say(content);
      await pause(5);
    }
    await settled("a worker that has failed", () => told.some(({ kind }) => kind === "worker_lost"));
    await settled("shards that are shared out again", isEven);
    const lines = () => readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
    const heard = () => new Set(lines().flatMap((line) => line.kind === "heard" ? [line.content] : []));
    await settled("all that was said", () => contents.every((content) => heard().has(content)));
    const lost = told.find((event) => event.kind === "worker_lost");
    assert(lost?.kind === "worker_lost" && String(lost.error).includes("Told to die"), String(lost));
    const identifies = core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
    const gaps = lines().filter(({ kind, resumed }) => kind === "gap" && !resumed);
    assertEquals([identifies, gaps], [SHARDS, []]);
    await within("workers that leave", workers.leave());
    assertEquals(workers.held.flat(), []);
    assertEquals(lines().filter(({ kind }) => kind === "failed"), []);
  } finally {
    driver.shutdown("end");
    await rm(folder, { recursive: true, force: true });
  }
});

test("FleetWorkers: options that make no sense are refused, and who is no worker", async () => {
  const module = new URL("./_fleet_worker.ts", import.meta.url);
  for (const workers of [0, 1.5]) {
    assertThrows(() => new FleetWorkers({ module, workers }), OptionError, "Cannot run");
  }
  await new FleetWorkers({ module, workers: 1 }).leave();
  const never = () => {
    throw new Error("Never called");
  };
  await assertRejects(() => workInFleet(never), OptionError, "no worker");
});

function shown(event: FleetWorkersEvent): string {
  return "error" in event ? `${event.kind} ${String(event.error)}` : event.kind;
}
