import { TwitchScene } from "../kit/twitch/_scene.ts";
import type { TwitchStanding } from "../twitch/server_types.ts";
import { type Acceptor, listenWebSocket } from "../world/network/listen.ts";
import { behind, fetchBehind } from "./_network.ts";
import { type Deed, deedsOf, goneFrom, type Served, type ServeSetting } from "./_served.ts";
import { PromptError } from "./_words.ts";

/** How a Twitch is served. */
export interface ServeTwitchOptions {
  /** Whose every token is, in the API. */
  readonly login: string;
}

const STANDINGS: readonly TwitchStanding[] = ["moderator", "vip", "ordinary"];

/** Puts a Twitch on a port of loopback: EventSub at `/ws`, chat at any other path, the API and tokens by HTTP. */
export async function serveTwitch({ login }: ServeTwitchOptions, setting: ServeSetting): Promise<Served> {
  // Where it listens is known before it is there.
  let made: TwitchScene | undefined;
  const isThere = () => {
    if (made === undefined) throw new Error("Nobody is there yet");
    return made;
  };
  const router: Acceptor = {
    accept(info, attach) {
      const { service } = isThere();
      return (new URL(info.url).pathname === "/ws" ? service.eventsub : service.chat).accept(info, attach);
    },
  };
  const listener = await listenWebSocket(behind(setting.network, router), {
    port: setting.port,
    // tmi.js asks for this one.
    protocols: ["irc"],
    fetch: fetchBehind(setting.network, setting.host.clock, (request) => isThere().fetch(request)),
  });
  const scene = made = new TwitchScene({ login, eventsubUrl: `${listener.url}/ws` }, setting);
  const http = listener.url.replace("ws", "http");
  return {
    addresses: [
      `chat ${listener.url}/`,
      `EventSub ${listener.url}/ws`,
      `API ${http}/helix`,
      `tokens ${http}/oauth2`,
    ],
    deeds: deedsOn(scene),
    expect: (place) => scene.expect(place),
    isIn: (place) => scene.hasBotIn(place),
    command: async (command) => await Reflect.apply(scene.twitch.command, scene.twitch, [command]),
    async close() {
      scene.service.close();
      await setting.stage.settles(goneFrom(listener), "1s");
      await listener.close();
    },
  };
}

function deedsOn(scene: TwitchScene): Deed[] {
  const deed = deedsOf((name) => scene.user(name));
  return [
    deed(
      "says <channel> <text…>",
      "says something in a channel",
      (user, given) => user.says(given.channel ?? "", given.text ?? ""),
    ),
    deed(
      "acts <channel> <text…>",
      "does something, as by /me",
      (user, given) => user.acts(given.channel ?? "", given.text ?? ""),
    ),
    deed(
      "cheers <channel> <bits> [text…]",
      "cheers with so many bits",
      (user, given) => user.cheers(given.channel ?? "", wholeNumber(given.bits), given.text),
    ),
    deed(
      "subscribes <channel> [months]",
      "subscribes, or goes on with it",
      (user, given) =>
        user.subscribes(
          given.channel ?? "",
          given.months === undefined ? {} : { months: wholeNumber(given.months) },
        ),
    ),
    deed(
      "raids <channel> <viewers>",
      "raids a channel",
      (user, given) => user.raids(given.channel ?? "", wholeNumber(given.viewers)),
    ),
    deed("becomes <standing> <channel>", `is made a ${STANDINGS.join(", ")} of a channel`, (user, given) => {
      const standing = STANDINGS.find((one) => one === given.standing);
      if (standing === undefined) {
        throw new PromptError(`Cannot make anybody "${given.standing}": there are ${STANDINGS.join(", ")}`);
      }
      return user.becomes(standing, given.channel ?? "");
    }),
    deed(
      "bans <whom> <channel>",
      "bans somebody, such as the bot",
      (user, given) => user.bans(given.whom ?? "", given.channel ?? ""),
    ),
    deed(
      "clears <channel>",
      "clears the chat of a channel",
      (user, { channel = "" }) => user.clears(channel),
    ),
  ];
}

/** @throws {PromptError} if it is none. */
function wholeNumber(text: string = ""): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new PromptError(`Cannot read "${text}" as a whole number`);
}
