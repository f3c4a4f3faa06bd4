import { test } from "node:test";
import { StaticAuthProvider } from "@twurple/auth";
import { ChatClient, type ChatMessage, LogLevel } from "@twurple/chat";
import { assert, assertEquals } from "@std/assert";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Journal, serve, takeKind } from "./_serve.ts";
import { says, type Server } from "./_twitch.ts";

type Told =
  | { readonly kind: "registered" }
  | { readonly kind: "disconnected"; readonly manually: boolean }
  | { readonly kind: "join"; readonly channel: string }
  | { readonly kind: "join_failed" | "refused"; readonly channel: string; readonly reason: string }
  | {
    readonly kind: "message" | "action";
    readonly channel: string;
    readonly text: string;
    readonly of: ChatMessage;
  }
  | { readonly kind: "ban"; readonly channel: string; readonly user: string }
  | { readonly kind: "token_failed" };

interface Bot extends AsyncDisposable {
  readonly client: ChatClient;
  readonly told: Journal<Told>;
}

const CHANNEL = "#parley";
const OTHER = "#dallas";
const SCOPES = ["chat:read", "chat:edit"];

async function twitch(): Promise<Server> {
  // Twurple does nothing about RECONNECT, and comes back once the connection is closed.
  const core = new TwitchServer({
    accounts: { parley: "demo" },
    suspended: ["#gone"],
    reconnectGrace: 50,
  });
  return await serve(core, (runner) => listenWebSocket(runner));
}

/** Answers what Twurple asks about a token, and lets no other request leave the machine, until disposed of. */
function withoutInternet(): Disposable {
  const { fetch } = globalThis;
  globalThis.fetch = (input) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url !== "https://id.twitch.tv/oauth2/validate") throw new Error(`Nothing may ask for ${url}`);
    const token = { client_id: "client", login: "parley", scopes: SCOPES, user_id: "1", expires_in: 3_600 };
    return Promise.resolve(Response.json(token));
  };
  return { [Symbol.dispose]: () => void (globalThis.fetch = fetch) };
}

function bot({ listener }: Server, token: string | undefined): Bot {
  const told = new Journal<Told>("the bot");
  const client = new ChatClient({
    // There is no option for the port. What Twurple adds, `:80`, becomes the path.
    hostName: `127.0.0.1:${listener.port}/`,
    ssl: false,
    channels: [CHANNEL],
    rejoinChannelsOnReconnect: true,
    requestMembershipEvents: true,
    logger: { minLevel: LogLevel.CRITICAL },
    ...(token !== undefined && { authProvider: new StaticAuthProvider("client", token, SCOPES) }),
  });
  client.onAuthenticationSuccess(() => told.write({ kind: "registered" }));
  client.onAuthenticationFailure(() => told.write({ kind: "token_failed" }));
  client.onDisconnect((manually) => told.write({ kind: "disconnected", manually }));
  client.onJoin((channel, user) => {
    if (user === client.irc.currentNick) told.write({ kind: "join", channel });
  });
  client.onJoinFailure((channel, reason) => told.write({ kind: "join_failed", channel, reason }));
  client.onMessageFailed((channel, reason) => told.write({ kind: "refused", channel, reason }));
  client.onMessage((channel, _user, text, of) => told.write({ kind: "message", channel, text, of }));
  client.onAction((channel, _user, text, of) => told.write({ kind: "action", channel, text, of }));
  client.onBan((channel, user) => told.write({ kind: "ban", channel, user }));
  return {
    client,
    told,
    async [Symbol.asyncDispose]() {
      if (!client.isConnected) return;
      client.quit();
      await told.take("end", (entry) => entry.kind === "disconnected" && entry.manually);
    },
  };
}

async function joins({ told }: Bot, channel: string): Promise<void> {
  await told.take(`join of ${channel}`, (entry) => entry.kind === "join" && `#${entry.channel}` === channel);
}

test("TwitchServer: logs @twurple/chat in, lets it join, hear and speak", async () => {
  using _offline = withoutInternet();
  await using server = await twitch();
  await using peer = bot(server, "demo");
  await using reader = bot(server, undefined);
  peer.client.connect();
  await joins(peer, CHANNEL);
  await peer.client.join(OTHER);
  await joins(peer, OTHER);
  reader.client.connect();
  await joins(reader, CHANNEL);

  await server.command({
    kind: "say",
    channel: CHANNEL,
    login: "ronni",
    text: "naïve ☕ Kappa",
    tags: { emotes: "25:8-12", "first-msg": "1" },
  });
  const { channel, text, of } = await takeKind(peer.told, "message");
  assertEquals([channel, text, of.userInfo.userName, of.isFirst], [
    "parley",
    "naïve ☕ Kappa",
    "ronni",
    true,
  ]);
  assertEquals([...of.emoteOffsets], [["25", ["8-12"]]]);
  assert(of.id !== "" && of.channelId !== null && of.date.getTime() > 0);
  assertEquals((await takeKind(reader.told, "message")).text, "naïve ☕ Kappa");

  await peer.client.say(CHANNEL, "hello, ronni");
  await says(server, "hello, ronni");
  assertEquals((await takeKind(reader.told, "message")).text, "hello, ronni");
  await peer.client.say(CHANNEL, "and a reply", { replyTo: of.id });
  const reply = await takeKind(reader.told, "message");
  assertEquals([reply.text, reply.of.parentMessageId], ["and a reply", of.id]);
  await peer.client.action(CHANNEL, "waves");
  assertEquals((await takeKind(reader.told, "action")).text, "waves");
  // In its own channel it may repeat itself.
  await peer.client.say(OTHER, "again");
  await peer.client.say(OTHER, "again");
  const refused = await takeKind(peer.told, "refused");
  assertEquals([refused.channel, refused.reason], ["dallas", "msg_duplicate"]);

  await server.command({ kind: "ban", channel: CHANNEL, login: "ronni" });
  const ban = await takeKind(peer.told, "ban");
  assertEquals([ban.channel, ban.user], ["parley", "ronni"]);
});

test("TwitchServer: tells @twurple/chat why it cannot join", async () => {
  using _offline = withoutInternet();
  await using server = await twitch();
  await using peer = bot(server, "demo");
  peer.client.connect();
  await joins(peer, CHANNEL);
  const reason: unknown = await peer.client.join("#gone").catch((error: unknown) => error);
  assertEquals(reason, "msg_channel_suspended");
});

test("TwitchServer: refuses @twurple/chat a wrong token", async () => {
  using _offline = withoutInternet();
  await using server = await twitch();
  await using peer = bot(server, "wrong");
  peer.client.connect();
  await takeKind(peer.told, "token_failed");
  peer.client.quit();
});

const losses: Readonly<Record<string, (server: Server) => unknown>> = {
  "after a cut": ({ listener }) => listener.cut(),
  "when the time after RECONNECT is over": ({ command }) => command({ kind: "reconnect" }),
};

for (const [when, lose] of Object.entries(losses)) {
  test(`TwitchServer: takes @twurple/chat back ${when}`, async () => {
    using _offline = withoutInternet();
    await using server = await twitch();
    await using peer = bot(server, "demo");
    peer.client.connect();
    await takeKind(peer.told, "registered");
    await joins(peer, CHANNEL);
    await lose(server);
    await takeKind(peer.told, "disconnected");
    await takeKind(peer.told, "registered");
    await joins(peer, CHANNEL);
    await server.command({ kind: "say", channel: CHANNEL, login: "ronni", text: "there you are" });
    assertEquals((await takeKind(peer.told, "message")).text, "there you are");
    await peer.client.say(CHANNEL, "here I am");
    await says(server, "here I am");
  });
}
