import type { Host } from "../../../src/driver/host.ts";
import { TwitchClient } from "../../../src/twitch/client.ts";

/** A bot as somebody writes it who has read the documentation. */
export async function startBot(runtime: Partial<Host>): Promise<TwitchClient> {
  const chat = new TwitchClient({ login: "bot", token: "secret", channels: ["#dallas"], runtime });
  chat.on("PRIVMSG", async (event) => {
    const [command, count = "1"] = event.text.split(" ");
    if (command === "!hello") return await chat.say(event.channel, `Hello, ${event.sender.name}`);
    if (command === "!count") {
      for (let n = 1; n <= Number(count); n++) await chat.say(event.channel, `number ${n}`);
    }
  });
  return await chat.connect();
}
