import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { DiscordenoShard, ShardState, TransportCompression } from "@discordeno/gateway";
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

/** What the bot was told. */
type Told =
  | { readonly kind: "dispatch"; readonly t: string; readonly d: unknown; readonly s: number | null }
  | { readonly kind: "identified" | "resumed" | "asked to reconnect" | "disconnected" | "acknowledged" };

type Server = Served<DiscordServerCommand, DiscordServerEvent>;

/** How Discord compresses what it sends it. */
interface Compressed {
  readonly compress?: boolean;
  readonly transportCompression?: TransportCompression;
}

interface Bot extends AsyncDisposable {
  readonly shard: DiscordenoShard;
  readonly told: Journal<Told>;
  /** What it logged that it thinks is wrong. */
  readonly complaints: readonly string[];
}

const TOKEN = "parley.test.token";
const CHANNEL = "81384788765712384";
// Of 120 sends in a minute it keeps two for each heartbeat: at a second or less between them nothing is left,
// and its queue waits for room in a loop that never lets go of the thread.
const HEARTBEAT_INTERVAL = 1_100;

async function discord(): Promise<Server> {
  const core = new DiscordServer({ token: TOKEN, heartbeatInterval: HEARTBEAT_INTERVAL });
  const links = (runner: Acceptor & DiscordServerRunner) =>
    listenWebSocket(discordServerLinks(runner), { fetch: discordServerFetch(runner) });
  return await serve(core, links);
}

function bot(url: string, compressed: Compressed = {}): Bot {
  const told = new Journal<Told>("the bot");
  const complaints: string[] = [];
  const complain = (what: unknown) => void complaints.push(String(what));
  const ignore = () => {};
  const buckets = new Set<DiscordenoShard["bucket"]>();
  const shard = new DiscordenoShard({
    id: 0,
    connection: {
      compress: compressed.compress ?? false,
      transportCompression: compressed.transportCompression ?? null,
      intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
      properties: { os: "linux", browser: "test", device: "test" },
      token: TOKEN,
      url,
      version: 10,
      totalShards: 1,
    },
    logger: { debug: ignore, info: ignore, warn: complain, error: complain, fatal: complain },
    events: {
      message: (_, { op, t, d, s }) => {
        if (op === 0) told.write({ kind: "dispatch", t: String(t), d, s });
      },
      connected: ({ bucket }) => buckets.add(bucket),
      hello: ({ bucket }) => buckets.add(bucket),
      heartbeatAck: () => told.write({ kind: "acknowledged" }),
      identified: () => told.write({ kind: "identified" }),
      requestedReconnect: () => told.write({ kind: "asked to reconnect" }),
      disconnected: () => told.write({ kind: "disconnected" }),
      resumed: () => told.write({ kind: "resumed" }),
    },
  });
  return {
    shard,
    told,
    complaints,
    async [Symbol.asyncDispose]() {
      // Whatever it was doing, it shall not come back: it dials again at once, for as long as that fails.
      shard.identify = shard.resume = async () => {};
      if (shard.isOpen()) {
        void shard.shutdown();
        await takeKind(told, "disconnected");
      } else {
        shard.socket?.close();
      }
      // It takes a new bucket for every session, and leaves the timers of all running, for a minute.
      for (const { timeoutId } of buckets) clearTimeout(timeoutId);
    },
  };
}

/** Waits, but not for ever, until it is identified and knows its guild. */
async function identify({ shard, told }: Bot): Promise<void> {
  void shard.identify();
  await takeKind(told, "identified");
  await told.take("guild", (entry) => entry.kind === "dispatch" && entry.t === "GUILD_CREATE");
}

/** What the bot heard people say, in order. */
function heard({ told }: Bot): unknown[] {
  return told.all.flatMap((entry) =>
    entry.kind === "dispatch" && entry.t === "MESSAGE_CREATE" ? [contentOf(entry.d)] : []
  );
}

async function hears({ told }: Bot, content: string): Promise<void> {
  await told.take(
    `message "${content}"`,
    (entry) => entry.kind === "dispatch" && entry.t === "MESSAGE_CREATE" && contentOf(entry.d) === content,
  );
}

function contentOf(message: unknown): unknown {
  return Object(message).content;
}

async function say(server: Server, content: string): Promise<void> {
  await server.command({ kind: "message", channel: CHANNEL, content });
}

test("DiscordServer: identifies @discordeno/gateway, tells it what happens, and hears it", async () => {
  await using server = await discord();
  await using client = bot(server.listener.url);
  await identify(client);
  const { session, shard } = await takeKind(server.events, "identified");
  assertEquals([session, shard], [client.shard.sessionId, [0, 1]]);

  await say(server, "naïve ☕");
  await hears(client, "naïve ☕");

  const d = { since: null, activities: [], status: "idle", afk: false };
  await client.shard.send({ op: 3, d });
  const { op, d: received } = await takeKind(server.events, "received");
  assertEquals([op, received], [3, d]);

  // It takes a second one, unacknowledged, for a dead link.
  await takeKind(client.told, "acknowledged");
  await takeKind(client.told, "acknowledged");
  const told = client.told.all.flatMap((entry) => entry.kind === "dispatch" ? [[entry.t, entry.s]] : []);
  assertEquals(told, [["READY", 1], ["GUILD_CREATE", 2], ["MESSAGE_CREATE", 3]]);
  assertEquals(client.shard.state, ShardState.Connected);
  assertEquals(client.complaints, []);
});

test("DiscordServer: lets @discordeno/gateway resume after a cut", async () => {
  await using server = await discord();
  await using client = bot(server.listener.url);
  await identify(client);
  server.listener.cut();
  await resumes(server, client);
});

test("DiscordServer: lets @discordeno/gateway resume after closing its link", async () => {
  await using server = await discord();
  await using client = bot(server.listener.url);
  await identify(client);
  await server.command({ kind: "close", code: 4000 });
  await resumes(server, client);
  assertEquals(client.complaints, []);
});

test("DiscordServer: lets @discordeno/gateway resume after asking it to reconnect", async () => {
  await using server = await discord();
  await using client = bot(server.listener.url);
  await identify(client);
  await server.command({ kind: "reconnect" });
  await takeKind(client.told, "asked to reconnect");
  await resumes(server, client);
  assertEquals(client.complaints, []);
});

const compressions: Readonly<Record<string, Compressed>> = {
  "zlib-stream": { transportCompression: TransportCompression.zlib },
  "zstd-stream": { transportCompression: TransportCompression.zstd },
  "payload": { compress: true },
};

for (const [name, compressed] of Object.entries(compressions)) {
  // It writes a message before the last is through. On Deno it then takes two for one, and dies of that.
  const dies = "Deno" in globalThis && name === "zlib-stream" ? " (not on Deno: dies there)" : "";
  const title =
    `DiscordServer: compresses by ${name} for @discordeno/gateway, before and after a resume${dies}`;
  test(title, { skip: dies !== "" }, async () => {
    await using server = await discord();
    await using client = bot(server.listener.url, compressed);
    await identify(client);
    const long = "naïve ☕ ".repeat(500);
    await say(server, long);
    await hears(client, long);
    await server.command({ kind: "close", code: 4000 });
    await takeKind(client.told, "disconnected");
    await say(server, `${long} again`);
    await takeKind(client.told, "resumed");
    await hears(client, `${long} again`);
  });
}

/** It loses its link: it resumes, and hears once each what is said meanwhile and from then on. */
async function resumes(server: Server, client: Bot): Promise<void> {
  const { session } = await takeKind(server.events, "identified");
  await takeKind(client.told, "disconnected");
  await say(server, "are you there?");
  await takeKind(client.told, "resumed");
  await say(server, "there you are");
  await hears(client, "there you are");
  assertEquals(heard(client), ["are you there?", "there you are"]);

  const resumed = await takeKind(server.events, "resumed");
  assertEquals([resumed.session, resumed.replayed], [session, 1]);
  assertEquals(client.shard.sessionId, session);
  assertEquals(client.told.all.filter(({ kind }) => kind === "identified").length, 1);
  assertEquals(server.events.all.filter(({ kind }) => kind === "identified").length, 1);
}
