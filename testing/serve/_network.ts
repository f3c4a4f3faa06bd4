import { type Clock, sleepUntil } from "@parley/parley/driver";
import type { Link, LinkEvents } from "@parley/parley/protocol";
import type { Acceptor } from "../world/network/listen.ts";
import type { Network } from "../world/network/network.ts";

/** What the bot is called on the network. */
const BOT = "bot";

/**
 * A server behind a network on which things go wrong: what comes on a socket is dialled once more, through that. Which
 * number the server will have for a link is not known yet when it is accepted.
 */
export function behind(network: Network, server: Acceptor): Acceptor {
  return {
    accept(info, attach) {
      network.serve(info.url, server);
      const outer = attach(relayTo(() => inner));
      const inner: Link = network.dial(BOT, { url: info.url }, relayTo(() => outer));
      return 0;
    },
  };
}

/** Hands everything on to another link. */
function relayTo(other: () => Link): LinkEvents {
  return {
    opened: () => {},
    receive: (data) => other().send(data),
    receiveBatch: (batch) => batch.forEach((data) => other().send(data)),
    closed: ({ clean, code, reason }) => clean ? other().close(code, reason) : other().abort(),
  };
}

/** Answers HTTP requests behind such a network. */
export function fetchBehind(
  network: Network,
  clock: Clock,
  answer: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { url } = request;
    const travel = () => sleepUntil(clock, clock.now() + network.latency(BOT, url));
    await travel();
    for (let obstacle; (obstacle = network.obstacle(BOT, url)) !== undefined;) {
      if (obstacle.cause !== undefined) return cutShort();
      await sleepUntil(clock, obstacle.until);
    }
    const trouble = network.trouble(BOT, url);
    if (trouble?.kind === "slow") await sleepUntil(clock, clock.now() + trouble.ms);
    if (trouble?.kind === "reset") return cutShort();
    if (trouble?.kind === "wrong") {
      return new Response("<!doctype html><title>Sign in to the network</title>");
    }
    if (trouble?.kind === "status") {
      const { status, retryAfter } = trouble;
      return new Response(null, {
        status,
        ...(retryAfter !== undefined && { headers: { "retry-after": String(retryAfter) } }),
      });
    }
    const response = await answer(request);
    await travel();
    return response;
  };
}

/** An answer whose connection breaks. */
function cutShort(): Response {
  return new Response(
    new ReadableStream({
      start: (controller) => controller.error(new TypeError("The connection was reset")),
    }),
  );
}
