import { test } from "node:test";
import { find, RUNTIMES } from "../../tools/shared/runtimes.ts";
import { fanOutStory, fleetStory } from "./_fleet_processes.ts";
import type { Engine } from "./_members.ts";
import { startNats, withoutNats } from "./_nats_server.ts";

async function engines(): Promise<Engine[]> {
  return await Promise.all(RUNTIMES.map(async (runtime) => {
    const { path } = await find(runtime) ?? {};
    if (path === undefined) throw new Error(`There is no ${runtime}`);
    return { runtime, path };
  }));
}

test(
  "discordFleet: processes of Deno, Bun and Node are killed, suspended and replaced, and nothing is lost",
  {
    skip: withoutNats,
    timeout: 180_000,
  },
  async () => {
    await using nats = await startNats();
    await fleetStory(nats, await engines());
  },
);

test("discordWorkers: a worker and a gateway among Deno, Bun and Node are killed, and nothing is lost", {
  skip: withoutNats,
  timeout: 180_000,
}, async () => {
  await using nats = await startNats();
  await fanOutStory(nats, await engines());
});
