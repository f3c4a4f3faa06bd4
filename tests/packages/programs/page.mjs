// A page's own: speaks to no server, for it is run where there is none; what it bundles must work all the same.
import { Intents } from "@parley/parley/discord";
import { command, InteractionRouter } from "@parley/parley/discord/interactions";
import { IrcClient, parseMessage } from "@parley/parley/irc";
import { TwitchClient } from "@parley/parley/twitch";

for (const client of [IrcClient, TwitchClient]) {
  if (typeof client !== "function") throw new Error("No client");
}
if (Intents.Guilds !== 1) throw new Error("No intents");
new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
console.log("heard", parseMessage(":ann PRIVMSG #a :hello").params.at(-1));
