/** Commands for a channel: one for everybody, one for its moderators. */
import { command, CommandRouter, option } from "@parley/parley/commands";
import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
import type { TwitchClientOptions, TwitchPrivmsgEvent } from "@parley/parley/twitch";

const sides = option.integer("How many sides", { min_value: 2 });
const channel = option.user("Whose", { required: true });

/** The bot, not connected yet. */
export function commandBot(options: TwitchClientOptions, router = new CommandRouter<TwitchPrivmsgEvent>()) {
  router.add(
    command("roll", "Rolls a die", { sides }, (i) => {
      return i.reply(`You rolled ${1 + Math.floor(Math.random() * (i.options.sides ?? 6))}`);
    }, { cooldown: { user: 10_000 } }),
    command("so", "Recommends a channel", { channel }, (i) => {
      return i.reply(`Have a look at twitch.tv/${i.options.channel}`);
    }, { allow: ({ sender }) => sender.moderates }),
  );
  const chat = new TwitchClient(options);
  chat.on("PRIVMSG", router.handle);
  return chat;
}

if (import.meta.main) {
  const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
  await commandBot({ auth, channels: ["#dallas"] }).connect();
}
