import type { DiscordGateway } from "../../src/discord/gateway/client.ts";
import { MemorySessionStore } from "../../src/discord/gateway/shards/store/session_store.ts";
import { isRecord } from "../../src/protocol/data/json_value.ts";
import type { DiscordServerCommand } from "../../testing/discord/server.ts";
import { DiscordWorld } from "../../testing/kit/discord/world.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World } from "../../testing/world/checking/search.ts";
import { startBot } from "../testing/kit/_discord_bot.ts";
import { callsDone, opensOneLink, sendsTooMuch, tellingBugs } from "./_kit_bugs.ts";
import { type KitAct, kitWorld, type Part } from "./_kit_world.ts";

const CHANNELS = ["home#general", "home#mods", "work#random", "club#tea"] as const;

async function scenario(world: DiscordWorld, { runtime, random }: Part): Promise<void> {
  const one = <T>(of: readonly [T, ...T[]]): T => of[Math.floor(random() * of.length)] ?? of[0];
  const store = one([undefined, new MemorySessionStore()]);
  let bot: DiscordGateway | undefined;
  await world.start(async (host) => bot = await startBot(runtime(host), store));
  const people = [world.user("ada"), world.user("bob")] as const;
  for (let count = 1; count <= 20; count++) {
    const who = one(people);
    const said = await who.says(one(CHANNELS), `hello ${count % 5}`);
    if (random() < 0.1) await who.reacts("👍", said);
    if (random() < 0.1) await who.edits(said, "hallo");
    if (random() < 0.1) await who.tells("!ping");
    // Nothing comes of that if its process has ended.
    if (random() < 0.2) {
      bot?.updatePresence({ activities: [{ name: `round ${count % 3}`, type: 0 }] }).catch(() => {});
    }
    await world.run(Math.ceil(random() * 15_000));
  }
  await world.calm();
  const [ada, bob] = people;
  await ada.says("home#general", "!ping");
  await world.expect("home#general").toSay("pong", { within: "30s" });
  await world.until(ada.command("greet", { name: "Bob" }));
  await world.expect("home#general").toSay("Hello Bob");
  const ballot = await bob.command("vote");
  await ada.clicks("Yes", { on: ballot });
}

/** A bot on Discord as somebody writes it who has read the documentation, tested as that says. */
export const kitDiscordWorld: World<KitAct<DiscordServerCommand>> = kitWorld({
  name: "kit discord",
  identifier: "kitDiscordWorld",
  make: (seed) => {
    const random = seededRandom(seed, "setup");
    const shards = random() < 0.5 ? 1 : 2;
    return new DiscordWorld({ seed, guilds: CHANNELS, shards, latency: random() < 0.5 ? 20 : 90 });
  },
  scenario,
  bugs: {
    ...tellingBugs({
      kind: "MESSAGE_CREATE",
      lost: "received_untold",
      altered: (event) =>
        "data" in event && isRecord(event.data) ? { ...event, ...altered(event.data) } : event,
      gap: (times, event) => ({ ...event, ...times, kind: "gap", resumed: true }),
    }),
    "opens one link, and never another": opensOneLink,
    "calls a presence done that it has not sent": callsDone((data) => data.startsWith('{"op":3,')),
    "sends more than 120 heartbeats in a minute": sendsTooMuch("send_limit", () => '{"op":1,"d":null}', 130),
  },
});

function altered(data: Readonly<Record<string, unknown>>): object {
  return { data: { ...data, content: "What nobody has said" } };
}
