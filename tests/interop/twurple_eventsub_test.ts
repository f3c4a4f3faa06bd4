import { createServer } from "node:net";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { ApiClient } from "@twurple/api";
import { AppTokenAuthProvider, RefreshingAuthProvider } from "@twurple/auth";
import { EventSubHttpListener, ReverseProxyAdapter } from "@twurple/eventsub-http";
import { EventSubWsListener } from "@twurple/eventsub-ws";
import { listenTwitch } from "../../testing/twitch/service/serve.ts";
import { within } from "../_within.ts";
import { Journal } from "./_serve.ts";
import { asTwitch, clearingTimers } from "./_twurple.ts";

const QUIET = { minLevel: "critical" } as const;
const SECRET = "a secret of twelve";

test("Twurple's EventSubWsListener: subscribes, is told, follows a reconnect, and hears of a revocation", async () => {
  using _timers = clearingTimers();
  const scopes = ["moderator:read:followers", "user:read:chat"];
  const opened = new Journal<string>("the service");
  await using twitch = await listenTwitch({
    accounts: { bot: { token: "tok", refreshToken: "ref", scopes } },
    host: {
      observe: ({ kind }) => {
        if (kind === "opened") opened.write(kind);
      },
    },
  });
  const { service } = twitch;
  using _internet = asTwitch(service);
  const authProvider = new RefreshingAuthProvider({ clientId: "client", clientSecret: "secret" });
  const obtainmentTimestamp = Date.now();
  const token = { accessToken: "tok", refreshToken: "ref", expiresIn: 14_400, obtainmentTimestamp };
  const user = await authProvider.addUserForToken(token);
  const apiClient = new ApiClient({ authProvider, logger: QUIET });
  const told = new Journal<string>("the listener");
  const listener = new EventSubWsListener({
    apiClient,
    url: twitch.eventsubUrl,
    logger: QUIET,
  });
  listener.onSubscriptionCreateSuccess(({ id }) => told.write(`made ${id}`));
  listener.onRevoke((_, status) => told.write(`revoked: ${status}`));
  listener.onChannelFollow(user, user, ({ userName }) => told.write(`follows: ${userName}`));
  listener.onChannelChatMessage(user, user, ({ chatterName, messageText }) => {
    told.write(`${chatterName}: ${messageText}`);
  });
  listener.start();
  try {
    await opened.take("a connection", () => true);
    for (const type of ["channel.follow", "channel.chat.message"]) {
      await told.take(type, (entry) => entry.startsWith(`made ${type}`));
    }
    const condition = { broadcaster_user_id: user };
    const follow = (user_login: string) =>
      service.eventsub.command({
        kind: "notify",
        type: "channel.follow",
        condition,
        event: { user_id: "7", user_login, user_name: user_login, followed_at: new Date().toISOString() },
      });
    await follow("ronni");
    await told.take("a follower", (entry) => entry === "follows: ronni" || entry === "follows: 7");
    await service.chat.command({ kind: "say", channel: "#bot", login: "dallas", text: "Kappa" });
    await told.take("a message", (entry) => entry === "dallas: Kappa");
    await service.eventsub.command({ kind: "reconnect" });
    // What happens from here on is told on the new connection only.
    await opened.take("another connection", () => true);
    await service.chat.command({ kind: "say", channel: "#bot", login: "dallas", text: "still there" });
    await told.take("a message after the reconnect", (entry) => entry === "dallas: still there");
    await service.eventsub.command({
      kind: "revoke",
      type: "channel.follow",
      status: "authorization_revoked",
    });
    await told.take("a revocation", (entry) => entry === "revoked: authorization_revoked");
  } finally {
    listener.stop();
  }
});

/** A port that was free a moment ago: Twurple cannot tell which one it took. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("Twurple's EventSubHttpListener: confirms our challenge, takes our signature, and is told", async () => {
  using _timers = clearingTimers();
  const port = await freePort();
  const { fetch } = globalThis;
  await using twitch = await listenTwitch({
    accounts: { ronni: { token: "tok" } },
    // What stands before its listener speaks TLS.
    host: {
      fetch: (url, init) => fetch(url.replace("https://bot.test/", `http://127.0.0.1:${port}/`), init),
    },
  });
  const { service } = twitch;
  using _internet = asTwitch(service);
  const apiClient = new ApiClient({
    authProvider: new AppTokenAuthProvider("client", "secret"),
    logger: QUIET,
  });
  const told = new Journal<string>("the listener");
  const listener = new EventSubHttpListener({
    apiClient,
    adapter: new ReverseProxyAdapter({ hostName: "bot.test", port }),
    secret: SECRET,
    logger: QUIET,
  });
  listener.onSubscriptionDeleteSuccess(() => told.write("ended"));
  listener.onVerify((isRight) => told.write(`verified: ${isRight}`));
  listener.onStreamOnline(
    service.idOf("ronni"),
    ({ broadcasterName }) => told.write(`live: ${broadcasterName}`),
  );
  listener.start();
  try {
    await told.take("the challenge", (entry) => entry === "verified: true");
    const isEnabled = () => service.eventsubServer.subscriptions[0]?.status === "enabled";
    const enabled = async () => {
      while (!isEnabled()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await within("the challenge to be looked at", enabled());
    const id = service.idOf("ronni");
    await service.eventsub.command({
      kind: "notify",
      type: "stream.online",
      condition: { broadcaster_user_id: id },
      event: {
        id: "1",
        broadcaster_user_id: id,
        broadcaster_user_login: "ronni",
        broadcaster_user_name: "ronni",
        type: "live",
        started_at: new Date().toISOString(),
      },
    });
    await told.take("the stream", (entry) => entry === "live: ronni");
  } finally {
    listener.stop();
  }
  await told.take("an end", (entry) => entry === "ended");
  assertEquals(service.eventsubServer.subscriptions, []);
  assertEquals(told.all.filter((entry) => entry === "live: ronni").length, 1);
});
