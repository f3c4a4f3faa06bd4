import { test } from "node:test";
import { assertEquals } from "@std/assert";
import tmi from "tmi.js";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Journal, serve, takeKind } from "./_serve.ts";
import { says, type Server } from "./_twitch.ts";

/** What we use of tmi.js, which comes without types. */
interface Client {
  /** Whether it reconnects when a connection is lost. */
  reconnect: boolean;
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  readyState(): string;
  join(channel: string): Promise<readonly string[]>;
  say(channel: string, text: string): Promise<unknown>;
  action(channel: string, text: string): Promise<unknown>;
  ping(): Promise<unknown>;
  on(event: "connected" | "disconnected", listener: () => void): void;
  on(event: "join", listener: (channel: string, login: string, self: boolean) => void): void;
  on(event: "roomstate", listener: (channel: string) => void): void;
  on(event: "notice", listener: (channel: string, id: string) => void): void;
  on(
    event: "message",
    listener: (channel: string, tags: Tags, text: string, self: boolean) => void,
  ): void;
}

interface Tags {
  readonly username?: string;
  readonly id?: string;
  readonly "room-id"?: string;
  readonly "message-type"?: string;
}

interface Options {
  readonly options: { readonly skipUpdatingEmotesets: boolean; readonly joinInterval: number };
  readonly connection: {
    readonly server: string;
    readonly port: number;
    readonly secure: boolean;
    readonly reconnectInterval: number;
  };
  readonly identity?: { readonly username: string; readonly password: string };
  readonly channels: readonly string[];
  readonly logger: Record<"info" | "warn" | "error", (text: unknown) => void>;
}

type Told =
  | { readonly kind: "connected" | "disconnected" }
  | { readonly kind: "join" | "roomstate"; readonly channel: string }
  | { readonly kind: "notice"; readonly channel: string; readonly id: string }
  | { readonly kind: "message"; readonly channel: string; readonly tags: Tags; readonly text: string }
  | { readonly kind: "warning"; readonly text: unknown };

interface Bot extends AsyncDisposable {
  readonly client: Client;
  readonly told: Journal<Told>;
}

const { Client }: { readonly Client: new (options: Options) => Client } = tmi;
const CHANNEL = "#parley";
const OTHER = "#dallas";

async function twitch(): Promise<Server> {
  const core = new TwitchServer({ accounts: { parley: "demo" } });
  // tmi.js asks for this one, and runtimes fail the connection if it is not agreed to.
  return await serve(core, (runner) => listenWebSocket(runner, { protocols: ["irc"] }));
}

function bot({ listener }: Server, token: string | undefined): Bot {
  const told = new Journal<Told>("the bot");
  const client = new Client({
    options: { skipUpdatingEmotesets: true, joinInterval: 300 },
    connection: { server: "127.0.0.1", port: listener.port, secure: false, reconnectInterval: 20 },
    ...(token !== undefined && { identity: { username: "parley", password: `oauth:${token}` } }),
    channels: [CHANNEL],
    // It warns of what it does not understand.
    logger: { info() {}, warn: (text) => told.write({ kind: "warning", text }), error() {} },
  });
  client.on("connected", () => told.write({ kind: "connected" }));
  client.on("disconnected", () => told.write({ kind: "disconnected" }));
  client.on("join", (channel, _login, self) => {
    if (self) told.write({ kind: "join", channel });
  });
  client.on("roomstate", (channel) => told.write({ kind: "roomstate", channel }));
  client.on("notice", (channel, id) => told.write({ kind: "notice", channel, id }));
  client.on("message", (channel, tags, text, self) => {
    if (!self) told.write({ kind: "message", channel, tags, text });
  });
  return {
    client,
    told,
    async [Symbol.asyncDispose]() {
      client.reconnect = false;
      if (client.readyState() === "OPEN") await client.disconnect();
    },
  };
}

async function joins({ told }: Bot, channel: string): Promise<void> {
  await told.take(`join of ${channel}`, (entry) => entry.kind === "join" && entry.channel === channel);
}

/** It is about to reconnect, and rejoins what it was in. */
async function returns(server: Server, peer: Bot): Promise<void> {
  await takeKind(peer.told, "disconnected");
  await takeKind(peer.told, "connected");
  await joins(peer, CHANNEL);
  await joins(peer, OTHER);
  await server.command({ kind: "say", channel: OTHER, login: "ronni", text: "there you are" });
  assertEquals((await takeKind(peer.told, "message")).text, "there you are");
  await peer.client.say(CHANNEL, "here I am");
  await says(server, "here I am");
  assertEquals(server.events.all.filter(({ kind }) => kind === "registered").length, 2);
  assertEquals(peer.told.all.filter(({ kind }) => kind === "warning"), []);
}

test("TwitchServer: logs tmi.js in, lets it join, hear and speak", async () => {
  await using server = await twitch();
  await using peer = bot(server, "demo");
  await using reader = bot(server, undefined);
  await peer.client.connect();
  await joins(peer, CHANNEL);
  assertEquals((await takeKind(peer.told, "roomstate")).kind, "roomstate");
  assertEquals(await peer.client.join(OTHER), [OTHER]);
  await reader.client.connect();
  await joins(reader, CHANNEL);

  await server.command({ kind: "say", channel: CHANNEL, login: "ronni", text: "naïve ☕" });
  const { channel, tags, text } = await takeKind(peer.told, "message");
  assertEquals([channel, tags.username, tags["message-type"], text], [
    CHANNEL,
    "ronni",
    "chat",
    "naïve ☕",
  ]);
  assertEquals((await takeKind(reader.told, "message")).text, "naïve ☕");

  await peer.client.say(CHANNEL, "hello, ronni");
  await says(server, "hello, ronni");
  assertEquals((await takeKind(reader.told, "message")).text, "hello, ronni");
  await peer.client.action(CHANNEL, "waves");
  const action = await takeKind(reader.told, "message");
  assertEquals([action.text, action.tags["message-type"]], ["waves", "action"]);
  // In a channel that is not its own it has to pause for a second.
  await peer.client.say(OTHER, "hello, dallas");
  await peer.client.say(OTHER, "hello, dallas");
  assertEquals((await takeKind(peer.told, "notice")).id, "msg_ratelimit");
  await peer.client.ping();

  const all = [...peer.told.all, ...reader.told.all];
  assertEquals(all.filter(({ kind }) => kind === "warning"), []);
});

test("TwitchServer: refuses tmi.js a wrong token", async () => {
  await using server = await twitch();
  await using peer = bot(server, "wrong");
  const refused = await peer.client.connect().catch((reason: unknown) => reason);
  assertEquals(refused, "Login authentication failed");
});

test("TwitchServer: takes tmi.js back after a cut", async () => {
  await using server = await twitch();
  await using peer = bot(server, "demo");
  await peer.client.connect();
  await takeKind(peer.told, "connected");
  await joins(peer, CHANNEL);
  await peer.client.join(OTHER);
  await joins(peer, OTHER);
  server.listener.cut();
  await returns(server, peer);
});

test("TwitchServer: takes tmi.js back after RECONNECT", async () => {
  await using server = await twitch();
  await using peer = bot(server, "demo");
  await peer.client.connect();
  await takeKind(peer.told, "connected");
  await joins(peer, CHANNEL);
  await peer.client.join(OTHER);
  await joins(peer, OTHER);
  await server.command({ kind: "reconnect" });
  await returns(server, peer);
});
