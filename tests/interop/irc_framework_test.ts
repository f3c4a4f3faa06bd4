import { test } from "node:test";
import { assertEquals, assertMatch } from "@std/assert";
import irc from "irc-framework";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import {
  IrcServer,
  type IrcServerCommand,
  type IrcServerEvent,
  type IrcServerOptions,
} from "../../testing/irc/server.ts";
import { listenTcp } from "../../testing/world/network/listen.ts";
import { Journal, serve, type Served, takeKind } from "./_serve.ts";

/** What we use of irc-framework, which comes without types. */
interface Client {
  /** What it goes by when a connection is lost. */
  readonly connection: { registered: number | false; calculateExponentialBackoff: () => number };
  readonly connected: boolean;
  connect(options: {
    readonly host: string;
    readonly port: number;
    readonly nick: string;
    readonly tls: boolean;
    readonly rejectUnauthorized: boolean;
    readonly auto_reconnect: boolean;
    readonly enable_echomessage: boolean;
  }): void;
  join(channel: string): void;
  say(target: string, text: string): void;
  changeNick(nick: string): void;
  ping(text: string): void;
  quit(reason: string): void;
  on(event: string, listener: (about: About | undefined) => void): void;
}

/** What its events carry, by and large. */
interface About {
  readonly nick?: string;
  readonly channel?: string;
  readonly target?: string;
  readonly message?: string;
  readonly time?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly users?: readonly { readonly nick: string }[];
  readonly options?: Readonly<Record<string, unknown>>;
}

interface Told extends About {
  readonly kind: string;
}

interface Bot extends AsyncDisposable {
  readonly client: Client;
  readonly told: Journal<Told>;
}

type Server = Served<IrcServerCommand, IrcServerEvent>;

const { Client }: { readonly Client: new () => Client } = irc;
const CHANNEL = "#parley";
const EVENTS = [
  "registered",
  "server options",
  "nick in use",
  "join",
  "userlist",
  "privmsg",
  "nick",
  "kick",
  "pong",
  "reconnecting",
  "close",
];

async function network(options: IrcServerOptions = {}, secure = false): Promise<Server> {
  const tls = secure ? { tls: await selfSignedCertificate() } : {};
  return await serve(new IrcServer(options), (runner) => listenTcp(runner, { ...tls, scheme: "irc" }));
}

/** Joins the channel whenever it is registered, as irc-framework leaves it to its users to do. */
function bot({ listener }: Server, nick = "parley"): Bot {
  const client = new Client();
  const told = new Journal<Told>("the bot");
  for (const kind of EVENTS) client.on(kind, (about) => told.write({ ...about, kind }));
  client.on("registered", () => client.join(CHANNEL));
  client.on("connected", () => {
    // It reconnects only if it was there for more than 5 s, and waits for 2 s at the least.
    client.connection.registered = 1;
    client.connection.calculateExponentialBackoff = () => 20;
  });
  const { port, url } = listener;
  client.connect({
    host: "127.0.0.1",
    port,
    nick,
    tls: url.startsWith("ircs:"),
    rejectUnauthorized: false,
    auto_reconnect: true,
    enable_echomessage: true,
  });
  return {
    client,
    told,
    async [Symbol.asyncDispose]() {
      const { connected } = client;
      client.quit("bye");
      if (connected) await takeKind(told, "close");
    },
  };
}

async function says({ events }: Server, text: string): Promise<void> {
  await events.take(
    `PRIVMSG "${text}"`,
    (event) => event.kind === "line" && event.message.command === "PRIVMSG" && event.message.text === text,
  );
}

test("IrcServer: registers irc-framework, lets it join, hear and speak", async () => {
  await using server = await network();
  await using peer = bot(server);
  assertEquals((await takeKind(peer.told, "registered")).nick, "parley");
  const { options } = await takeKind(peer.told, "server options");
  assertEquals([options?.CASEMAPPING, options?.NETWORK], ["rfc1459", "Test"]);
  const { channel, users = [] } = await takeKind(peer.told, "userlist");
  assertEquals([channel, users.map(({ nick }) => nick)], [CHANNEL, ["parley"]]);

  await server.command({ kind: "say", nick: "ann", channel: CHANNEL, text: ":) naïve ☕" });
  const heard = await takeKind(peer.told, "privmsg");
  assertEquals([heard.nick, heard.target, heard.message], ["ann", CHANNEL, ":) naïve ☕"]);
  assertEquals(typeof heard.time, "number");
  assertMatch(heard.tags?.msgid ?? "", /./);

  peer.client.say(CHANNEL, "hello, ann");
  await says(server, "hello, ann");
  const echo = await takeKind(peer.told, "privmsg");
  assertEquals([echo.nick, echo.target, echo.message], ["parley", CHANNEL, "hello, ann"]);

  peer.client.ping("still there?");
  await peer.told.take("pong", ({ kind, message }) => kind === "pong" && message === "still there?");
});

test("IrcServer: refuses irc-framework a nick that is taken, and takes another", async () => {
  await using server = await network({ taken: ["parley"] });
  await using peer = bot(server);
  assertEquals((await takeKind(peer.told, "nick in use")).nick, "parley");
  peer.client.changeNick("parley2");
  assertEquals((await takeKind(peer.told, "registered")).nick, "parley2");
  peer.client.changeNick("parley3");
  assertEquals((await takeKind(peer.told, "nick")).nick, "parley2");
  await server.command({ kind: "kick", channel: CHANNEL, nick: "parley3", reason: "no numbers" });
  assertEquals((await takeKind(peer.told, "kick")).message, "no numbers");
});

for (const secure of [false, true]) {
  test(`IrcServer: takes irc-framework back after a cut, over ${secure ? "TLS" : "TCP"}`, async () => {
    await using server = await network({}, secure);
    await using peer = bot(server);
    await takeKind(peer.told, "userlist");
    server.listener.cut();
    assertEquals((await takeKind(server.events, "left")).nick, "parley");
    await takeKind(peer.told, "reconnecting");

    await takeKind(peer.told, "userlist");
    await server.command({ kind: "say", nick: "ann", channel: CHANNEL, text: "there you are" });
    assertEquals((await takeKind(peer.told, "privmsg")).message, "there you are");
    peer.client.say(CHANNEL, "here I am");
    await says(server, "here I am");
    assertEquals(server.events.all.filter(({ kind }) => kind === "registered").length, 2);
  });
}

test("IrcServer: takes irc-framework back after a kill", async () => {
  await using server = await network();
  await using peer = bot(server);
  await takeKind(peer.told, "userlist");
  await server.command({ kind: "kill", nick: "parley", reason: "spring cleaning" });
  await takeKind(peer.told, "reconnecting");
  await takeKind(peer.told, "userlist");
  peer.client.say(CHANNEL, "here I am");
  await says(server, "here I am");
});
