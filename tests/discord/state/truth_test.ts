import { assertEquals, assertGreater } from "@std/assert";
import { test } from "node:test";
import { Intents } from "../../../src/discord/gateway/mod.ts";
import { computePermissions, GuildState } from "../../../src/discord/state/mod.ts";
import { seededRandom } from "../../../testing/world/random.ts";
import { worldOf } from "../gateway/_world.ts";
import { CHANGES, ME, ModelGuild, pick, seen, truth } from "./_model.ts";

/** Whatever happens to guilds and links, and how often the state was compared with the truth. */
async function live(seed: number, steps: number): Promise<{ compared: number; forgot: number }> {
  const random = seededRandom(seed, "state");
  const guilds = [0, 1, 2].map((at) => new ModelGuild(String((BigInt(900 + at) << 22n) + BigInt(seed))));
  let ids = guilds.map(({ id }) => id);
  guilds[2]!.unavailable = random() < 0.5;
  const { world, server, connect } = worldOf({ guilds, shards: 2, maxConcurrency: 2, resumeWindow: 20_000 });
  const state = new GuildState({ now: () => world.clock.wall() });
  const gateway = await connect(
    { intents: state.intents | Intents.GuildMessages },
    (gateway) => gateway.keep(state),
  );
  let lastId = 5_000;
  const counts = { compared: 0, forgot: 0 };
  const dispatch = (t: string, d: unknown) => void server.command({ kind: "dispatch", t, d });
  for (let step = 0; step < steps; step++) {
    const id = String(++lastId);
    const guild = pick(guilds, random);
    const dice = random();
    if (dice < 0.04) world.cut();
    else if (dice < 0.06) void server.command({ kind: "invalidate", resumable: random() < 0.5 });
    else if (dice < 0.07) world.network.refuse({ client: "client" }, random() * 40_000);
    else if (dice < 0.08) void server.command({ kind: "lose", kept: random() < 0.5 });
    else if (dice < 0.11) {
      const joined = new ModelGuild(String((BigInt(1_000 + step) << 22n) + BigInt(seed)));
      guilds.push(joined);
      ids = [...ids, joined.id];
      dispatch("GUILD_CREATE", { id: joined.id, ...joined.data });
    } else if (guild === undefined) continue;
    else if (dice < 0.14) {
      guilds.splice(guilds.indexOf(guild), 1);
      dispatch("GUILD_DELETE", { id: guild.id });
    } else if (guild.unavailable) {
      guild.unavailable = false;
      dispatch("GUILD_CREATE", { id: guild.id, unavailable: false, ...guild.data });
    } else if (dice < 0.18) {
      guild.unavailable = true;
      dispatch("GUILD_DELETE", { id: guild.id, unavailable: true });
    } else {
      const change = pick(CHANGES, random)?.(guild, id, random);
      if (change !== undefined) dispatch(...change);
    }
    await world.run(random() < 0.2 ? 30_000 : 300);
    // That the last event was lost shows by the next.
    for (const shard of [0n, 1n, 0n, 1n]) {
      dispatch("MESSAGE_CREATE", { id: "1", channel_id: "1", guild_id: String(shard << 22n), content: "" });
    }
    await world.run(300);
    if (gateway.shards.some((shard) => shard.state !== "ready")) continue;
    if (state.incomplete.length > 0) {
      // What it does not know it does not tell; a new session ends that.
      counts.forgot++;
      const known = Object.entries(truth(guilds));
      const isWhole = (id: string) => !state.incomplete.includes(Number((BigInt(id) >> 22n) % 2n));
      const told = seen(state, ids);
      const expected = known.filter(([id]) => isWhole(id) || Object.hasOwn(told, id));
      assertEquals(told, Object.fromEntries(expected), `seed ${seed}, step ${step}`);
      if (random() < 0.5) void server.command({ kind: "invalidate", resumable: false });
      continue;
    }
    assertEquals(seen(state, ids), truth(guilds), `seed ${seed}, step ${step}`);
    for (const guild of guilds) {
      const channel = pick(guild.places, random);
      if (channel === undefined) continue;
      const member = { user: { id: ME }, roles: guild.mine };
      const asked = {
        guild: { id: guild.id, owner_id: guild.owner, roles: guild.roles },
        member,
        channel,
        at: 0,
      };
      const expected = guild.unavailable ? undefined : computePermissions(asked as never);
      assertEquals(state.permissionsOf("@me", channel.id), expected);
    }
    counts.compared++;
  }
  await world.until(gateway.close());
  return counts;
}

test("GuildState: is what Discord has, over outages, guilds that come and go, links and sessions that are lost", async () => {
  let compared = 0;
  let forgot = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const counts = await live(seed, 60);
    compared += counts.compared;
    forgot += counts.forgot;
  }
  assertGreater(compared, 300);
  assertGreater(forgot, 0);
});
