import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiClient } from "@twurple/api";
import { AppTokenAuthProvider, exchangeCode, getTokenInfo, RefreshingAuthProvider } from "@twurple/auth";
import { listenTwitch } from "../../testing/twitch/service/serve.ts";
import { asTwitch } from "./_twurple.ts";

const SCOPES = [
  "user:write:chat",
  "moderator:manage:banned_users",
  "moderator:manage:chat_messages",
  "moderator:manage:announcements",
];

async function twitch() {
  const twitch = await listenTwitch({
    accounts: { bot: { token: "tok", refreshToken: "ref", scopes: SCOPES } },
  });
  const auth = new RefreshingAuthProvider({ clientId: "client", clientSecret: "secret" });
  return {
    twitch,
    service: twitch.service,
    auth,
    api: new ApiClient({ authProvider: auth, logger: { minLevel: "critical" } }),
  };
}

const initial = {
  accessToken: "tok",
  refreshToken: "ref",
  expiresIn: 14_400,
  obtainmentTimestamp: Date.now(),
};

test("Twurple's RefreshingAuthProvider: validates, refreshes and trades codes with our service of tokens", async () => {
  const { twitch: listening, service, auth, api } = await twitch();
  await using _twitch = listening;
  using _internet = asTwitch(service);
  const user = await auth.addUserForToken(initial);
  assertEquals(user, service.idOf("bot"));
  assertEquals((await getTokenInfo("tok", "client")).scopes, SCOPES);
  const refreshed: string[] = [];
  auth.onRefresh((_, { accessToken }) => void refreshed.push(accessToken));
  service.expire("bot");
  assertEquals((await api.users.getAuthenticatedUser(user)).name, "bot");
  assertEquals(refreshed, ["token1"]);
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "client",
    redirect_uri: "http://localhost/back",
    scope: "user:read:chat",
  });
  const back = await service.fetch(`https://id.twitch.tv/oauth2/authorize?${query}`);
  const code = new URL(back.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const { scope, refreshToken } = await exchangeCode("client", "secret", code, "http://localhost/back");
  assertEquals(scope, ["user:read:chat"]);
  assert(refreshToken !== null);
  await assertRejects(() => exchangeCode("client", "secret", code, "http://localhost/back"), Error, "400");
});

test("Twurple's ApiClient: says, bans and deletes by our API", async () => {
  const { twitch: listening, service, auth, api } = await twitch();
  await using _twitch = listening;
  using _internet = asTwitch(service);
  const user = await auth.addUserForToken(initial);
  const dallas = service.idOf("dallas");
  const found = await api.users.getUserByName("ronni");
  assertEquals(found?.id, service.idOf("ronni"));
  const sent = await api.asUser(user, (as) => as.chat.sendChatMessage(dallas, "hello"));
  assertEquals(service.chatServer.message("#dallas", sent.id)?.text, "hello");
  const [ban] = await api.asUser(
    user,
    (as) => as.moderation.banUser(dallas, { user: found?.id ?? "", reason: "spam", duration: 60 }),
  );
  assertEquals(ban?.userId, found?.id);
  await api.asUser(user, (as) => as.moderation.deleteChatMessages(dallas, sent.id));
  assertEquals(service.chatServer.message("#dallas", sent.id), undefined);
  await api.asUser(user, (as) => as.chat.sendAnnouncement(dallas, { message: "be kind", color: "green" }));
  // It looks for the scope by itself.
  await assertRejects(() => api.polls.getPolls(user), Error, "channel:read:polls");
});

test("Twurple's AppTokenAuthProvider: makes conduits and finds users with our application's tokens", async () => {
  const { twitch: listening, service } = await twitch();
  await using _twitch = listening;
  using _internet = asTwitch(service);
  const authProvider = new AppTokenAuthProvider("client", "secret");
  const api = new ApiClient({ authProvider, logger: { minLevel: "critical" } });
  assertEquals((await api.users.getUserByName("dallas"))?.name, "dallas");
  const conduit = await api.eventSub.createConduit(2);
  assertEquals((await api.eventSub.getConduits()).map(({ shardCount }) => shardCount), [2]);
  await conduit.delete();
  assertEquals(await api.eventSub.getConduits(), []);
});
