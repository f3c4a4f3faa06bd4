import { type Host, hostWith } from "@parley/parley/driver";
import { TWITCH_URL } from "@parley/parley/twitch";
import { EVENTSUB_URL } from "@parley/parley/twitch/eventsub";
import {
  type Acceptor,
  type Listener,
  listenWebSocket,
  type ListenWebSocketOptions,
} from "../../world/network/listen.ts";
import type { Simulation } from "../../world/simulation.ts";
import { TwitchService } from "./service.ts";
import type { TwitchServiceOptions } from "./types.ts";

/**
 * Puts all of Twitch into a simulation, where clients look for it: chat, EventSub, its API and its tokens.
 *
 * @example
 * ```ts
 * import { TwitchClient } from "@parley/parley/twitch";
 * import { serveTwitch, Simulation } from "@parley/testing";
 *
 * const world = new Simulation();
 * const twitch = serveTwitch(world);
 * const chat = new TwitchClient({ channels: ["#dallas"], runtime: world.host("bot") });
 * await world.until(chat.connect());
 * twitch.chatServer.members("#dallas").length; // 0 or 1
 * ```
 */
export function serveTwitch(
  world: Simulation,
  options: Omit<TwitchServiceOptions, "host"> = {},
): TwitchService {
  const service = new TwitchService({ ...options, host: world.host("twitch") });
  const { eventsubUrl = EVENTSUB_URL } = options;
  world.serve(TWITCH_URL, service.chat);
  world.serve(eventsubUrl, service.eventsub);
  world.serveHttp("https://id.twitch.tv", service.fetch);
  world.serveHttp("https://api.twitch.tv", service.fetch);
  return service;
}

/** All of Twitch on one port of loopback. */
export interface ListeningTwitch extends AsyncDisposable {
  readonly service: TwitchService;
  readonly listener: Listener;
  /** Where chat is: `ws://127.0.0.1:…/`. */
  readonly chatUrl: string;
  /** Where EventSub is: `ws://127.0.0.1:…/ws`. */
  readonly eventsubUrl: string;
  /** Where HTTP is: `http://127.0.0.1:…`, with `/helix` and `/oauth2` under it. */
  readonly httpUrl: string;
}

/**
 * Puts all of Twitch on a port of loopback: EventSub at `/ws`, chat at any other path, `/helix` and `/oauth2` by HTTP.
 *
 * @example
 * ```ts
 * import { TwitchAuth } from "@parley/parley/twitch";
 * import { listenTwitch } from "@parley/testing";
 *
 * await using twitch = await listenTwitch({ accounts: { bot: { token: "tok" } } });
 * const tokens = { accessToken: "tok", refreshToken: "" };
 * const auth = new TwitchAuth({ clientId: "client", tokens, baseUrl: `${twitch.httpUrl}/oauth2` });
 * (await auth.account()).login; // "bot"
 * ```
 */
export async function listenTwitch(
  options: Omit<TwitchServiceOptions, "host"> & {
    /** Its part of the runtime. @default the runtime's own */
    readonly host?: Partial<Host>;
    /** How it listens. @default as `listenWebSocket` says */
    readonly listen?: Omit<ListenWebSocketOptions, "fetch">;
  } = {},
): Promise<ListeningTwitch> {
  const { host, listen, ...rest } = options;
  let service: TwitchService | undefined;
  const router: Acceptor = {
    accept(info, attach) {
      const { pathname } = new URL(info.url);
      if (service === undefined) throw new Error("Nobody is there yet");
      return (pathname === "/ws" ? service.eventsub : service.chat).accept(info, attach);
    },
  };
  const listener = await listenWebSocket(router, {
    ...listen,
    fetch: (request) => service?.fetch(request) ?? new Response(null, { status: 503 }),
  });
  const eventsubUrl = `${listener.url}/ws`;
  const made = service = new TwitchService({ ...rest, eventsubUrl, host: hostWith(dialsNothing, host) });
  return {
    service: made,
    listener,
    chatUrl: `${listener.url}/`,
    eventsubUrl,
    httpUrl: listener.url.replace(/^ws/, "http"),
    async [Symbol.asyncDispose]() {
      made.close();
      await listener.close();
    },
  };
}

/** Servers wait to be dialled. */
function dialsNothing(): never {
  throw new Error("A server dials nobody");
}
