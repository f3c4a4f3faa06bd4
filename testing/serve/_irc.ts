import { IrcScene } from "../kit/irc/_scene.ts";
import { listenTcp } from "../world/network/listen.ts";
import { behind } from "./_network.ts";
import { type Deed, deedsOf, goneFrom, type Served, type ServeSetting } from "./_served.ts";
import { words } from "./_words.ts";

/** How an IRC network is served. */
export interface ServeIrcOptions {
  /** The accounts that SASL lets in, and their passwords; none: no SASL. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** Puts an IRC network on a port of loopback. */
export async function serveIrc({ accounts }: ServeIrcOptions, setting: ServeSetting): Promise<Served> {
  const scene = new IrcScene(Object.keys(accounts).length > 0 ? { accounts } : {}, setting);
  const { irc } = scene;
  const listener = await listenTcp(behind(setting.network, irc), { port: setting.port, scheme: "irc" });
  return {
    addresses: [`IRC ${listener.url}`],
    deeds: deedsOn(scene),
    expect: (place) => scene.expect(place.replace(/^@/, "")),
    isIn: (place) => scene.isIn(place, scene.botNick()),
    command: async (command) => await Reflect.apply(irc.command, irc, [command]),
    async close() {
      irc.shutdown("end");
      await setting.stage.settles(goneFrom(listener), "1s");
      await listener.close();
    },
  };
}

function deedsOn(scene: IrcScene): Deed[] {
  const deed = deedsOf((name) => scene.user(name));
  return [
    deed(
      "says <channel> <text…>",
      "says something in a channel",
      (user, given) => user.says(given.channel ?? "", given.text ?? ""),
    ),
    deed("tells <text…>", "says something to the bot alone", (user, { text = "" }) => user.tells(text)),
    deed(
      "acts <channel> <text…>",
      "does something, as by /me",
      (user, given) => user.acts(given.channel ?? "", given.text ?? ""),
    ),
    deed(
      "notices <channel> <text…>",
      "says something by NOTICE",
      (user, given) => user.notices(given.channel ?? "", given.text ?? ""),
    ),
    deed("joins <channel>", "joins a channel", (user, { channel = "" }) => user.joins(channel)),
    deed(
      "leaves <channel> [reason…]",
      "leaves a channel",
      (user, given) => user.leaves(given.channel ?? "", given.reason),
    ),
    deed("quits [reason…]", "leaves the network", (user, { reason }) => user.quits(reason)),
    deed("renames <nick>", "takes another nick", (user, { nick = "" }) => user.renames(nick)),
    deed(
      "kicks <channel> [nick]",
      "kicks somebody, or the bot",
      (user, given) => user.kicks(given.channel ?? "", given.nick),
    ),
    deed("modes <channel> <modes…>", "sets modes: modes #deno +o bot", (user, given) => {
      const [modes = "", ...args] = words(given.modes ?? "");
      return user.modes(given.channel ?? "", modes, ...args);
    }),
    deed(
      "topics <channel> <text…>",
      "sets a topic",
      (user, given) => user.topics(given.channel ?? "", given.text ?? ""),
    ),
    deed(
      "invites <channel> [nick]",
      "invites somebody, or the bot",
      (user, given) => user.invites(given.channel ?? "", given.nick),
    ),
    deed("sends <line…>", "sends any line", (user, { line = "" }) => user.sends(line)),
  ];
}
