import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { DiscordGateway, type DiscordGatewayOptions } from "../src/discord/gateway/mod.ts";
import { Driver } from "../src/driver/driver.ts";
import { IrcClient, type IrcClientOptions } from "../src/irc/mod.ts";
import { TwitchClient, type TwitchClientOptions } from "../src/twitch/mod.ts";
import { TWITCH_URL } from "../src/twitch/session/options.ts";
import { DiscordServer } from "../testing/discord/server.ts";
import { discordServerFetch } from "../testing/discord/fetch.ts";
import { IrcServer, type IrcServerOptions } from "../testing/irc/server.ts";
import { TwitchServer } from "../testing/twitch/server.ts";
import { type Certificate, selfSignedCertificate } from "../testing/world/network/certificate.ts";
import { listenTcp } from "../testing/world/network/listen.ts";
import { Simulation } from "../testing/world/simulation.ts";
import { serveIrc } from "./irc/_serve.ts";
import { closedPort, Peers, rawServer } from "./transport/_harness.ts";

const PAGE = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const HOUR = 3_600_000;

/** The messages that the page says a mistake has: the second column of its tables, by the first. */
function documented(): ReadonlyMap<string, string> {
  const rows = [...PAGE.matchAll(/^\| ([^|]+?) +\| `+ ?(.+?) ?`+ +\| .+ \|$/gm)];
  return new Map(rows.map(([, what = "", message = ""]) => [what, message]));
}

const page = documented();
const produced = new Set<string>();

/** A mistake, and that what comes of it is what the page says. */
function mistake(what: string, come: () => Promise<unknown> | unknown): void {
  it(what, async () => {
    const error = await (async () => await come())().then(() => undefined, (error: unknown) => error);
    assert(error instanceof Error, `nothing came of it: ${String(error)}`);
    produced.add(what);
    const message = error.message
      .replaceAll(/(127\.0\.0\.1|localhost):\d+/g, "HOST:PORT")
      .replaceAll("nothing.invalid", "HOST")
      // Nobody waits 45 s for a test.
      .replace("in 1 attempt", "within 45 s");
    assertEquals([what, message], [what, page.get(what)]);
  });
}

const irc = (options: Partial<IrcClientOptions>) =>
  new IrcClient({ nick: "bot", backoff: { attempts: 1 }, ...options })
    .connect();

/** Connects over real sockets to what only says something. */
async function toRaw(
  url: (port: number) => string,
  answer: string | Uint8Array | undefined,
): Promise<unknown> {
  await using server = await rawServer((socket) =>
    socket.once("data", () => answer === undefined ? socket.end() : socket.end(answer))
  );
  return await irc({ url: url(server.port) });
}

async function toCertificate(certificate: Certificate, trusted: boolean): Promise<unknown> {
  await using listener = await listenTcp(new Peers(), { tls: certificate, scheme: "irc" });
  return await irc({ url: listener.url, ...(trusted && { tls: { caCerts: [certificate.cert] } }) });
}

const TLS_ALERT = new Uint8Array([21, 3, 3, 0, 2, 2, 10]);

describe("docs/errors.md, reaching a server", () => {
  mistake("wrong host, or no network", () => irc({ url: "ircs://nothing.invalid" }));
  mistake("wrong port, or no server", async () => irc({ url: `ircs://127.0.0.1:${await closedPort()}` }));
  mistake("a server that says nothing", async () => {
    // In virtual time: nothing on loopback is behind a firewall.
    const world = new Simulation({ seed: 1 });
    serveIrc(world, "ircs://irc.example.org");
    world.network.partition({}, HOUR);
    await world.until(
      new IrcClient({ url: "ircs://irc.example.org", nick: "bot", runtime: world.host("bot") }).connect(),
    );
  });
  mistake(
    "TLS to a port without it",
    () => toRaw((port) => `ircs://127.0.0.1:${port}`, ":irc NOTICE * :Hi\r\n"),
  );
  mistake("no TLS to a port with it", () => toRaw((port) => `irc://127.0.0.1:${port}`, TLS_ALERT));
  mistake(
    "no TLS to a port with it, which says nothing",
    () => toRaw((port) => `irc://127.0.0.1:${port}`, undefined),
  );
  mistake("a server that hangs up on TLS", () => toRaw((port) => `ircs://127.0.0.1:${port}`, undefined));
  mistake("a certificate of one's own", async () => toCertificate(await selfSignedCertificate(), false));
  mistake("a certificate for another host", async () => {
    await toCertificate(await selfSignedCertificate({ hosts: ["other.test"] }), true);
  });
  mistake("a certificate that has expired", async () => {
    const [validFrom, validTo] = [new Date(Date.now() - 2 * HOUR), new Date(Date.now() - HOUR)];
    await toCertificate(await selfSignedCertificate({ validFrom, validTo }), true);
  });
  mistake("a clock that is slow", async () => {
    await toCertificate(await selfSignedCertificate({ validFrom: new Date(Date.now() + HOUR) }), true);
  });
  mistake("a path in place of a certificate", async () => {
    await irc({ url: "ircs://127.0.0.1:1", tls: { caCerts: ["/etc/ssl/irc.pem"] } });
  });
  mistake("a WebSocket where there is none", () => {
    return toRaw(
      (port) => `ws://127.0.0.1:${port}/chat`,
      "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
    );
  });
  mistake("a signal that gives up", async () => {
    const port = await closedPort();
    await irc({ url: `irc://127.0.0.1:${port}`, backoff: { base: 1_000 }, signal: AbortSignal.timeout(300) });
  });
});

describe("docs/errors.md, IRC", () => {
  const inWorld = async (
    options: IrcServerOptions,
    more: Partial<IrcClientOptions>,
    then: (client: IrcClient, world: Simulation) => Promise<unknown> = async () => {},
  ) => {
    const world = new Simulation({ seed: 1 });
    serveIrc(world, "ircs://irc.example.org", new IrcServer(options));
    const runtime = world.host("bot");
    const client = new IrcClient({ host: "irc.example.org", nick: "bot", runtime, ...more });
    await world.until(client.connect());
    await world.until(then(client, world));
  };
  mistake("a port in `host`", () => irc({ host: "127.0.0.1:6667" }));
  mistake("a URL as `host`", () => irc({ host: "ircs://irc.example.org" }));
  mistake("another scheme", () => irc({ url: "http://irc.example.org" }));
  mistake("no nick", () => irc({ host: "irc.example.org", nick: "two words" }));
  mistake("wrong password of the server", () => inWorld({ password: "right" }, { password: "wrong" }));
  mistake("wrong password of an account", () => {
    return inWorld({ accounts: { bot: "right" } }, { sasl: { username: "bot", password: "wrong" } });
  });
  mistake("a channel without its `#`", () => inWorld({}, {}, (client) => client.join("deno")));
  mistake("a line break in a text", () => inWorld({}, {}, (client) => client.privmsg("#a", "one\ntwo")));
  mistake("an event that there is not", async () => {
    const client = new IrcClient({ host: "irc.example.org", nick: "bot" });
    await Reflect.apply(client.wait, client, ["privmsg"]);
  });
  mistake("nobody of that nick", () => inWorld({}, {}, (client) => client.privmsg("nobody", "hello")));
});

describe("docs/errors.md, Twitch", () => {
  const inWorld = async (
    options: Partial<TwitchClientOptions>,
    then: (client: TwitchClient, world: Simulation) => Promise<unknown> = async () => {},
  ) => {
    const world = new Simulation({ seed: 1 });
    const core = new TwitchServer({ accounts: { bot: "right" } });
    const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
    server.start();
    world.serve(TWITCH_URL, server);
    const client = new TwitchClient({ runtime: world.host("bot"), ...options });
    await world.until(client.connect());
    await world.until(then(client, world));
  };
  mistake("wrong token of Twitch", () => inWorld({ login: "bot", token: "wrong" }));
  mistake("a login without its token", () => inWorld({ login: "bot" }));
  mistake("to say something anonymously", () => inWorld({}, (client) => client.say("#a", "hello")));
  mistake("no channel", () => inWorld({}, (client) => client.join("no channel")));
});

describe("docs/errors.md, Discord", () => {
  const inWorld = async (options: Partial<DiscordGatewayOptions>, close?: number) => {
    const world = new Simulation({ seed: 1 });
    const core = new DiscordServer({ url: "wss://gateway.discord.gg", token: "right" });
    const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
    server.start();
    world.serve("wss://gateway.discord.gg", server);
    world.serveHttp("https://discord.com", (input, init) => discordServerFetch(server)(input, init));
    const runtime = world.host("bot");
    const gateway = new DiscordGateway({ token: "right", intents: 1, runtime, ...options });
    await world.until(gateway.connect());
    if (close === undefined) return;
    await server.command({ kind: "close", code: close });
    await world.until(gateway.closed);
  };
  mistake("no token", () => inWorld({ token: "" }));
  mistake("wrong token of Discord", () => inWorld({ token: "wrong" }));
  mistake("a token that was reset", () => inWorld({}, 4004));
  mistake("neither intents nor events", () => new DiscordGateway({ token: "right" }));
  mistake("an intent that is not enabled", () => inWorld({}, 4014));
  mistake("no network before Discord's API", () => {
    const cause = Object.assign(new Error("getaddrinfo ENOTFOUND discord.com"), { code: "ENOTFOUND" });
    const world = new Simulation({ seed: 1 });
    const fetch = () => Promise.reject(new TypeError("fetch failed", { cause }));
    const gateway = new DiscordGateway({
      token: "right",
      intents: 1,
      runtime: { ...world.host("bot"), fetch },
    });
    return world.until(gateway.connect());
  });
});

describe("docs/errors.md", () => {
  it("says nothing that does not come about", () => {
    // One needs a process without permission, and has its own test.
    const left = [...page.keys()].filter((what) => !produced.has(what) && what !== "no permission on Deno");
    assertEquals(left, []);
  });
});
