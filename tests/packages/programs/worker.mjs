// A worker that is a bot on each network, against the servers that its bindings name; answers what each has heard.
import { discord, irc, twitch } from "./hear.mjs";

export default {
  async fetch(request, { DISCORD, IRC_OVER_WEBSOCKET, IRC_PLAIN, TWITCH }) {
    switch (new URL(request.url).pathname) {
      case "/tcp":
        return Response.json([await irc({ url: IRC_PLAIN })]);
      default:
        return Response.json(
          await Promise.all([irc({ url: IRC_OVER_WEBSOCKET }), twitch(TWITCH), discord(DISCORD)]),
        );
    }
  },
};
