/** What a streamer thanks for: subscriptions, gifts, raids and cheers. */
import { TwitchClient, type TwitchClientOptions } from "@parley/parley/twitch";

/** Tells what happens in a channel; not connected yet. */
export function alerts(
  channel: string,
  alert: (text: string) => void,
  options: TwitchClientOptions = {},
): TwitchClient {
  const chat = new TwitchClient({ ...options, channels: [channel] });
  chat.on("PRIVMSG", ({ sender, bits }) => bits && alert(`${sender.name} cheers ${bits} bits`));
  chat.on("USERNOTICE", ({ sender: { name }, notice, text = "" }) => {
    if (notice.id === "sub") alert(`${name} subscribes`);
    else if (notice.id === "resub") alert(`${name} subscribes for month ${notice.months}: ${text}`);
    else if (notice.id === "submysterygift") alert(`${name} gives ${notice.count} subscriptions`);
    else if (notice.id === "raid") alert(`${name} raids with ${notice.viewers}`);
    // Of many that are given at once each comes, too.
    else if (notice.id === "subgift" && !(notice.communityGiftId ?? notice.originId)) {
      alert(`${name} gives ${notice.recipient.name} a subscription`);
    }
  });
  return chat;
}

if (import.meta.main) await alerts("#dallas", console.log).connect();
