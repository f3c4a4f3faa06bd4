import type { Net } from "./network/_net.ts";
import type { Channel } from "./network/_state.ts";
import type { Texts } from "./texts/_texts.ts";

/**
 * Gives a channel another name ([IRCv3 channel-rename](https://ircv3.net/specs/extensions/channel-rename)): who
 * does not know of that leaves, and comes in anew.
 */
export function rename(
  net: Net,
  texts: Texts,
  channel: Channel,
  to: string,
  by: string,
  reason: string,
): void {
  const from = channel.name;
  const isSame = net.fold(from) === net.fold(to);
  net.channels.delete(net.fold(from));
  channel.name = to;
  net.channels.set(net.fold(to), channel);
  net.renamed.delete(net.fold(to));
  if (!isSame) net.renamed.set(net.fold(from), to);
  texts.renamed(from, to);
  for (const connection of net.heardBy(channel)) {
    if (connection.capabilities.has("draft/channel-rename")) {
      net.deliver(connection, `:${by} RENAME ${from} ${to} :${reason}`);
    } else if (!isSame) {
      net.deliver(connection, `:${connection.mask} PART ${from}${reason === "" ? "" : ` :${reason}`}`);
      net.deliver(connection, `:${connection.mask} JOIN ${to}`);
      if (channel.topic !== "") net.numeric(connection, "332", [to, channel.topic]);
      net.tellNames(connection, to);
    }
  }
}
