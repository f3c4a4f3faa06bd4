/**
 * A bridge: what is said in a channel of one network is said in that of another.
 *
 *     deno run -A examples/irc_bridge.ts
 *
 * @module
 */
import { IrcClient, type IrcClientOptions } from "@parley/parley/irc";

/** The two clients, not connected yet. */
export function bridge(sides: readonly IrcClientOptions[], place: string): readonly IrcClient[] {
  const clients = sides.map((side) => new IrcClient({ ...side, channels: [place] }));
  clients.forEach((from, index) => {
    const to = clients[1 - index];
    from.on("PRIVMSG", ({ channel, nick, text, isAction }) => {
      if (channel) return to?.privmsg(place, isAction ? `* ${nick} ${text}` : `<${nick}> ${text}`);
    });
  });
  return clients;
}

if (import.meta.main) {
  const sides = [{ host: "irc.libera.chat", nick: "ferry" }, { host: "irc.oftc.net", nick: "ferry" }];
  await Promise.all(bridge(sides, "#deno").map((client) => client.connect()));
}
