import { assertEquals } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import { partOfBot } from "../../examples/four_processes_bot.ts";
import { shardIdFor } from "../../src/discord/gateway/mod.ts";
import { grantPermits, RemotePermits } from "../../src/driver/permit_port.ts";
import { LocalPermits } from "../../src/driver/permits.ts";
import { portPair } from "../driver/_ports.ts";
import { killable } from "../../testing/kit/bot/_killable.ts";
import { API, CHANNEL, type GatewayWorld, GUILD, worldOf } from "../discord/gateway/_world.ts";

/** One process of the bot, which asks another for its permits. */
function begin({ world }: GatewayWorld, id: number, permits: LocalPermits) {
  const [here, there] = portPair((deliver) => world.clock.setTimer(world.clock.now() + 1, deliver));
  grantPermits(permits, here);
  const running = killable(world.host(`process ${id}`));
  const gateway = partOfBot(id, {
    token: "parley.test.token",
    runtime: { ...running.host, permits: new RemotePermits(there) },
    rest: { baseUrl: API },
  });
  const connected = gateway.connect();
  connected.catch(() => {});
  const die = () => {
    running.die();
    here.emit("disconnect");
  };
  return { gateway, connected, die };
}

/** When which shard sent IDENTIFY since the last look, and how many were refused. */
function newsOf({ core }: GatewayWorld) {
  let seen = 0;
  return () => {
    const fresh = core.log.slice(seen);
    seen = core.log.length;
    const identifies = fresh.flatMap((entry) =>
      entry.kind === "received" && entry.op === 2 ? [{ at: entry.at, shard: Object(entry.d).shard[0] }] : []
    );
    const early = identifies.filter(({ at }, index) => at - (identifies[index - 1]?.at ?? -Infinity) < 5_000);
    const refused = fresh.filter((entry) => entry.kind === "sent" && entry.op === 9).length;
    return { shards: identifies.map(({ shard }) => shard).sort(), early: early.length, refused };
  };
}

test("examples/four_processes_bot.ts: four processes keep Discord's limit together, from the first and after a loss", async () => {
  const said: string[] = [];
  const discord = worldOf({ shards: 4, resumeWindow: 20_000 }, (event) => {
    if (event.kind === "message" && event.bot) said.push(event.message.content);
  });
  const { world, core, server } = discord;
  const news = newsOf(discord);
  const permits = new LocalPermits(world.clock);
  const parts = [0, 1, 2, 3].map((id) => begin(discord, id, permits));
  await world.until(Promise.all(parts.map(({ connected }) => connected)));
  assertEquals(news(), { shards: [0, 1, 2, 3], early: 0, refused: 0 });
  await server.command({ kind: "message", channel: CHANNEL, content: "!where" });
  await world.run(1_000);
  assertEquals(said, [`Shard ${shardIdFor(GUILD, 4)} of 4, in process ${process.pid}`]);

  // Long away, none finds its session again, and all begin new ones.
  for (let id = 0; id < 4; id++) world.network.refuse({ client: `process ${id}` }, 60_000);
  world.cut();
  news();
  await world.run(300_000);
  const { shards, early } = news();
  assertEquals([shards, early], [[0, 1, 2, 3], 0]);
  assertEquals(core.sessions.filter(({ connected }) => connected).length, 4);
  for (const { gateway } of parts) await world.until(gateway.close());
});

test("examples/four_processes_bot.ts: a process that dies with the permit keeps nobody from beginning", async () => {
  const discord = worldOf({ shards: 4 });
  const { world, core } = discord;
  const permits = new LocalPermits(world.clock);
  const first = begin(discord, 0, permits);
  while (!core.log.some((entry) => entry.kind === "received" && entry.op === 2)) await world.run(10);
  first.die();
  const others = [1, 2, 3].map((id) => begin(discord, id, permits));
  await world.until(Promise.all(others.map(({ connected }) => connected)), 60_000);
  // As the program does.
  const again = begin(discord, 0, permits);
  await world.until(again.connected, 60_000);
  assertEquals(newsOf(discord)().early, 0);
  for (const { gateway } of [again, ...others]) await world.until(gateway.close());
});
