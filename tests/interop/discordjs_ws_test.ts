import { createRequire } from "node:module";
import { test } from "node:test";
import { assertEquals, assertGreaterOrEqual, assertObjectMatch } from "@std/assert";
import { CloseCodes, CompressionMethod, WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import {
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  GatewayOpcodes,
  PresenceUpdateStatus,
} from "discord-api-types/v10";
import { Intents } from "../../src/discord/gateway/mod.ts";
import { discordServerFetch, type DiscordServerRunner } from "../../testing/discord/fetch.ts";
import { discordServerLinks } from "../../testing/discord/links.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../testing/discord/server.ts";
import { type Acceptor, listenWebSocket } from "../../testing/world/network/listen.ts";
import { Journal, serve, type Served, takeKind } from "./_serve.ts";

type Rest = ConstructorParameters<typeof WebSocketManager>[0]["rest"];

/** What we use of `@discordjs/rest`, which comes with `@discordjs/ws`, and only it can see. */
interface RestModule {
  readonly REST: new (options: {
    readonly api: string;
    readonly hashSweepInterval: number;
    readonly handlerSweepInterval: number;
  }) => Rest;
}

const { REST }: RestModule = createRequire(import.meta.resolve("@discordjs/ws"))("@discordjs/rest");

/** What the bot was told. */
type Told =
  | { readonly kind: "dispatch"; readonly payload: GatewayDispatchPayload }
  | { readonly kind: "ready" | "resumed" | "heartbeat" }
  | { readonly kind: "closed"; readonly code: number }
  | { readonly kind: "error"; readonly message: string };

type Server = Served<DiscordServerCommand, DiscordServerEvent>;

type Compressed = Pick<
  Partial<ConstructorParameters<typeof WebSocketManager>[0]>,
  "compression" | "useIdentifyCompression"
>;

interface Bot extends AsyncDisposable {
  readonly manager: WebSocketManager;
  readonly rest: Rest;
  readonly told: Journal<Told>;
}

const onDeno = "Deno" in globalThis;
const TOKEN = "parley.test.token";
const CHANNEL = "81384788765712384";

async function discord(): Promise<Server> {
  const core = new DiscordServer({ token: TOKEN, heartbeatInterval: 600 });
  const links = (runner: Acceptor & DiscordServerRunner) =>
    listenWebSocket(discordServerLinks(runner), { fetch: discordServerFetch(runner) });
  return await serve(core, links);
}

async function bot(url: string, compressed: Compressed = {}): Promise<Bot> {
  const rest = new REST({
    api: `${url.replace(/^ws/, "http")}/api`,
    hashSweepInterval: 0,
    handlerSweepInterval: 0,
  });
  rest.setToken(TOKEN);
  const manager = new WebSocketManager({
    token: TOKEN,
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest,
    ...compressed,
  });
  const told = new Journal<Told>("the bot");
  manager.on(WebSocketShardEvents.Dispatch, (payload) => told.write({ kind: "dispatch", payload }));
  manager.on(WebSocketShardEvents.Ready, () => told.write({ kind: "ready" }));
  manager.on(WebSocketShardEvents.Resumed, () => told.write({ kind: "resumed" }));
  manager.on(WebSocketShardEvents.HeartbeatComplete, () => told.write({ kind: "heartbeat" }));
  manager.on(WebSocketShardEvents.Closed, (code) => told.write({ kind: "closed", code }));
  // Without a listener it would throw.
  manager.on(WebSocketShardEvents.Error, ({ message }) => told.write({ kind: "error", message }));
  await manager.connect();
  return { manager, rest, told, [Symbol.asyncDispose]: async () => await manager.destroy() };
}

/** What the bot heard people say, in order. */
function heard({ told }: Bot): string[] {
  return told.all.flatMap((entry) =>
    entry.kind === "dispatch" && entry.payload.t === GatewayDispatchEvents.MessageCreate
      ? [entry.payload.d.content]
      : []
  );
}

/** The kinds of what the bot was told. */
function kinds({ told }: Bot): string[] {
  return [...new Set(told.all.map(({ kind }) => kind))].sort();
}

async function hears({ told }: Bot, content: string): Promise<void> {
  await told.take(
    `message "${content}"`,
    (entry) =>
      entry.kind === "dispatch" && entry.payload.t === GatewayDispatchEvents.MessageCreate &&
      entry.payload.d.content === content,
  );
}

test("DiscordServer: identifies @discordjs/ws, tells it what happens, and hears it", async () => {
  await using server = await discord();
  await using client = await bot(server.listener.url);
  await client.told.take(
    "guild",
    (entry) => entry.kind === "dispatch" && entry.payload.t === GatewayDispatchEvents.GuildCreate,
  );

  await server.command({ kind: "message", channel: CHANNEL, content: "hello" });
  await hears(client, "hello");

  const d = { since: null, activities: [], status: PresenceUpdateStatus.Idle, afk: false };
  await client.manager.send(0, { op: GatewayOpcodes.PresenceUpdate, d });
  const { op, d: received } = await takeKind(server.events, "received");
  assertEquals([op, received], [3, d]);

  const posted = await client.rest.post(`/channels/${CHANNEL}/messages`, { body: { content: "naïve ☕" } });
  assertObjectMatch(Object(posted), { content: "naïve ☕", author: { username: "parley", bot: true } });
  await hears(client, "naïve ☕");

  // It takes a second one, unacknowledged, for a dead link.
  await takeKind(client.told, "heartbeat");
  await takeKind(client.told, "heartbeat");
  assertEquals(kinds(client), ["dispatch", "heartbeat", "ready"]);
});

// On Deno, @discordjs/ws starts a new session after any loss: an error event, which Deno's WebSocket has for
// one, is to it a gateway that cannot be reached. That takes 5 s, and is not about our server.
test(
  `DiscordServer: lets @discordjs/ws resume after a cut${
    onDeno ? " (not on Deno: never resumes there)" : ""
  }`,
  {
    skip: onDeno,
  },
  async () => {
    await using server = await discord();
    await using client = await bot(server.listener.url);
    server.listener.cut();
    await resumes(server, client);
  },
);

test("DiscordServer: lets @discordjs/ws resume after closing its link", async () => {
  await using server = await discord();
  await using client = await bot(server.listener.url);
  await server.command({ kind: "close", code: 4000 });
  assertEquals((await takeKind(client.told, "closed")).code, 4000);
  await resumes(server, client);
});

test("DiscordServer: lets @discordjs/ws resume after asking it to reconnect", async () => {
  await using server = await discord();
  await using client = await bot(server.listener.url);
  await server.command({ kind: "reconnect" });
  assertEquals((await takeKind(client.told, "closed")).code, CloseCodes.Resuming);
  await resumes(server, client);
});

const compressions: Readonly<Record<string, Compressed>> = {
  "zlib-stream": { compression: CompressionMethod.ZlibNative },
  "payload": { useIdentifyCompression: true },
};

for (const [name, compressed] of Object.entries(compressions)) {
  // On Deno it writes a text where `node:zlib` wants to know how bytes are encoded, and dies of that.
  const dies = onDeno && name === "zlib-stream" ? " (not on Deno: dies there)" : "";
  test(`DiscordServer: compresses by ${name} for @discordjs/ws, before and after a resume${dies}`, {
    skip: dies !== "",
  }, async () => {
    await using server = await discord();
    await using client = await bot(server.listener.url, compressed);
    const long = "naïve ☕ ".repeat(500);
    await server.command({ kind: "message", channel: CHANNEL, content: long });
    await hears(client, long);
    await server.command({ kind: "close", code: 4000 });
    assertEquals((await takeKind(client.told, "closed")).code, 4000);
    await server.command({ kind: "message", channel: CHANNEL, content: `${long} again` });
    await takeKind(client.told, "resumed");
    await hears(client, `${long} again`);
    assertEquals(kinds(client).filter((kind) => kind !== "heartbeat"), [
      "closed",
      "dispatch",
      "ready",
      "resumed",
    ]);
  });
}

/** Its link just died: it resumes, and hears once each what is said from now on. */
async function resumes(server: Server, client: Bot): Promise<void> {
  await server.command({ kind: "message", channel: CHANNEL, content: "are you there?" });
  await takeKind(client.told, "resumed");
  await server.command({ kind: "message", channel: CHANNEL, content: "there you are" });
  await hears(client, "there you are");
  assertEquals(heard(client), ["are you there?", "there you are"]);
  assertEquals(client.told.all.filter(({ kind }) => kind === "ready").length, 1);
  assertEquals(server.events.all.filter(({ kind }) => kind === "identified").length, 1);
  const { replayed } = await takeKind(server.events, "resumed");
  assertGreaterOrEqual(replayed, 1);
}
