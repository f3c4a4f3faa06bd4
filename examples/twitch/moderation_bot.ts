/** Removes links, and silences who posts one again within ten minutes; moderators ban by `!ban ronni`. */
import { command, CommandRouter, option } from "@parley/parley/commands";
import { FileTokenStore, TwitchAuth, TwitchClient } from "@parley/parley/twitch";
import type { TwitchClientOptions, TwitchPrivmsgEvent } from "@parley/parley/twitch";
import { TwitchApi } from "@parley/parley/twitch/api";

const options = { who: option.user("Whom", { required: true }), reason: option.text("Why") };

/** The bot, not connected yet. */
export function moderationBot(given: TwitchClientOptions): TwitchClient {
  const chat = new TwitchClient(given);
  const warned = new Map<string, number>();
  const router = new CommandRouter<TwitchPrivmsgEvent>().add(
    command("ban", "Bans somebody", options, ({ event, options: { who, reason } }) => {
      return chat.ban(event.channel, who, { reason });
    }, { allow: ({ sender }) => sender.moderates }),
  );
  chat.on("PRIVMSG", router.handle);
  chat.on("PRIVMSG", async (event) => {
    const { sender, parts, sentAt = 0 } = event;
    if (sender.moderates || sender.isVip || !parts.some(({ kind }) => kind === "link")) return;
    await event.delete();
    if (sentAt - (warned.get(sender.login) ?? -Infinity) < 600_000) {
      return event.timeout(60_000, { reason: "links" });
    }
    warned.set(sender.login, sentAt);
    await event.reply("No links, please");
  });
  return chat;
}

if (import.meta.main) {
  const auth = new TwitchAuth({ clientId: "your client id", store: new FileTokenStore("./tokens.json") });
  await moderationBot({ auth, api: new TwitchApi({ auth }), channels: ["#dallas"] }).connect();
}
