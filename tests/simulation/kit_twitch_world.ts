import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import { TwitchPrivmsgEvent } from "../../src/twitch/wire/events/privmsg.ts";
import { TwitchWorld } from "../../testing/kit/twitch/world.ts";
import type { TwitchServerCommand } from "../../testing/twitch/server_types.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World } from "../../testing/world/checking/search.ts";
import { startBot } from "../testing/kit/_twitch_bot.ts";
import { callsDone, opensOneLink, sendsTooMuch, tellingBugs } from "./_kit_bugs.ts";
import { type KitAct, kitWorld, type Part } from "./_kit_world.ts";

const HOME = "#dallas";

async function scenario(world: TwitchWorld, { runtime, random }: Part): Promise<void> {
  await world.start((host) => startBot(runtime(host)));
  const people = [world.user("ronni"), world.user("ada")] as const;
  const one = () => people[Math.floor(random() * people.length)] ?? people[0];
  const dallas = world.user("dallas");
  for (let count = 1; count <= 20; count++) {
    const who = one();
    await who.says(HOME, `hello ${count % 5}`);
    if (random() < 0.2) await who.says(HOME, "!hello");
    if (random() < 0.1) await who.says(HOME, "!count 5");
    if (random() < 0.1) await who.raids(HOME, 5);
    if (random() < 0.1) await dallas.slows(HOME, random() < 0.5 ? "5s" : "0s");
    await world.run(Math.ceil(random() * 15_000));
  }
  await world.calm();
  await world.run("1min");
  await one().says(HOME, "!hello");
  await world.expect(HOME).toSay(/^Hello, /, { within: "1min" });
}

/** A bot on Twitch as somebody writes it who has read the documentation, tested as that says. */
export const kitTwitchWorld: World<KitAct<TwitchServerCommand>> = kitWorld({
  name: "kit twitch",
  identifier: "kitTwitchWorld",
  make: (seed) => new TwitchWorld({ seed, latency: seededRandom(seed, "setup")() < 0.5 ? 20 : 90 }),
  scenario,
  bugs: {
    ...tellingBugs({
      kind: "PRIVMSG",
      lost: "lost_without_gap",
      altered: (event) => {
        if (!(event instanceof TwitchPrivmsgEvent)) return event;
        return new TwitchPrivmsgEvent(
          parseMessage(String(event.message).replace(/ :[^:]+$/, " :What nobody has said")),
        );
      },
      gap: (times) => ({ kind: "gap", channels: [HOME], ...times }),
    }),
    "opens one link, and never another": opensOneLink,
    "calls what it says done that it has not sent": callsDone((data) => /\bPRIVMSG /.test(data)),
    "says too much": sendsTooMuch("ordinary_message_limit", (n) => `PRIVMSG ${HOME} :number ${n}\r\n`, 30),
  },
});
