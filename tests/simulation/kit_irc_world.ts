import { IrcTextEvent } from "../../src/irc/wire/events/event.ts";
import { parseMessage } from "../../src/irc/wire/messages/message.ts";
import type { IrcServerCommand } from "../../testing/irc/server.ts";
import { IrcWorld } from "../../testing/kit/irc/world.ts";
import { seededRandom } from "../../testing/world/random.ts";
import type { World } from "../../testing/world/checking/search.ts";
import { startBot } from "../testing/kit/_irc_bot.ts";
import { callsDone, opensOneLink, sendsTooMuch, tellingBugs } from "./_kit_bugs.ts";
import { type KitAct, kitWorld, type Part } from "./_kit_world.ts";

const HOME = "#deno";
const FLOOD = { line: 2_000, ahead: 10_000, queue: 2_048 };

async function scenario(world: IrcWorld, { runtime, random }: Part): Promise<void> {
  await world.start((host) => startBot(runtime(host)));
  const ada = world.user("ada");
  const bob = world.user("bob");
  for (let count = 1; count <= 20; count++) {
    const who = random() < 0.5 ? ada : bob;
    await who.says(HOME, `hello ${count % 5}`);
    if (random() < 0.1) await who.acts(HOME, "waves");
    // Who is gone, or has another name, when the bot answers is not to be reached: that is ada, who stays.
    if (random() < 0.2) await ada.tells("!ping");
    if (random() < 0.1) await bob.leaves(HOME);
    if (random() < 0.1) await bob.renames(`bob${count}`);
    await world.run(Math.ceil(random() * 15_000));
  }
  await world.calm();
  await world.run("1min");
  await ada.kicks(HOME);
  await world.run("1min");
  await ada.says(HOME, "!ping");
  await world.expect(HOME).toSay("pong", { within: "30s" });
  await ada.tells("!ping");
  await world.expect(ada).toSay("pong", { within: "30s" });
}

/** A bot on IRC as somebody writes it who has read the documentation, tested as that says. */
export const kitIrcWorld: World<KitAct<IrcServerCommand>> = kitWorld({
  name: "kit irc",
  identifier: "kitIrcWorld",
  make: (seed) => {
    const random = seededRandom(seed, "setup");
    return new IrcWorld({
      seed,
      accounts: { bot: "sesame" },
      latency: random() < 0.5 ? 20 : 90,
      ...(random() < 0.5 && { flood: FLOOD }),
    });
  },
  scenario,
  bugs: {
    ...tellingBugs({
      kind: "PRIVMSG",
      lost: "lost_without_gap",
      altered: (event) => {
        if (!(event instanceof IrcTextEvent) || event.kind !== "PRIVMSG") return event;
        const message = parseMessage(String(event.message).replace(/ :[^:]+$/, " :What nobody has said"));
        return new IrcTextEvent("PRIVMSG", message, event.replyTarget, { channel: event.channel });
      },
      gap: (times) => ({ kind: "gap", ...times }),
    }),
    "opens one link, and never another": opensOneLink,
    "calls what it says done that it has not sent": callsDone((data) => /\bPRIVMSG /.test(data)),
    "floods the server": sendsTooMuch(
      "flood",
      (index) => `PRIVMSG ${HOME} :number ${index} of many\r\n`,
      200,
    ),
  },
});
