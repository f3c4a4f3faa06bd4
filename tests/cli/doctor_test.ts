import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { Driver, hostWith } from "@parley/parley/driver";
import { Intents } from "@parley/parley/discord";
import { dialer } from "@parley/parley/transport";
import {
  DiscordServer,
  discordServerFetch,
  discordServerLinks,
  type DiscordServerOptions,
  IrcServer,
  listenTcp,
  selfSignedCertificate,
  serveTwitch,
  Simulation,
} from "@parley/testing";
import { OLDEST } from "../../cli/doctor/machine.ts";
import { run } from "../../cli/run.ts";
import { ENGINES } from "../../tools/shared/runtimes.ts";
import { Terminal, type TerminalOptions } from "./_terminal.ts";

const TOKEN = "a.bot.token";
const GATEWAY = "wss://gateway.discord.gg";

/** What the doctor says, by what it looked at, and what it exits with. */
interface Diagnosis {
  readonly exitCode: number;
  readonly findings: ReadonlyMap<
    string,
    { readonly status: string; readonly found: string; readonly advice?: string }
  >;
}

async function diagnose(
  args: readonly string[],
  options: TerminalOptions,
  until: <T>(promise: Promise<T>) => Promise<T> = (promise) => promise,
): Promise<Diagnosis> {
  const terminal = new Terminal({ env: {}, ...options });
  const exitCode = await until(run(["doctor", ...args, "--json"], terminal));
  assertEquals(terminal.told, "");
  for (const secret of [TOKEN, "sesame"]) assert(!terminal.written.includes(secret), "It shows a secret");
  const findings = terminal.lines.map((line) => JSON.parse(line));
  return { exitCode, findings: new Map(findings.map((finding) => [finding.check, finding])) };
}

/** Fails unless one thing has this status, says so, and what to do. */
function assertFound(
  { exitCode, findings }: Diagnosis,
  check: string,
  status: "failed" | "warning",
  found: RegExp,
  advice: RegExp,
): void {
  const finding = findings.get(check);
  assertEquals(finding?.status, status, JSON.stringify([...findings]));
  assertMatch(finding?.found ?? "", found);
  assertMatch(finding?.advice ?? "", advice);
  const others = [...findings].filter(([name, { status }]) => name !== check && status === "failed");
  assertEquals(others, []);
  assertEquals(exitCode, status === "failed" ? 1 : 0);
}

/** Discord in a world, where the real one is. */
function discordIn(world: Simulation, options: DiscordServerOptions = {}): void {
  const server = new Driver(new DiscordServer({ token: TOKEN, url: GATEWAY, ...options }), {
    host: world.host("discord"),
    label: "discord",
    deliver: () => {},
  });
  server.start();
  world.serve(GATEWAY, discordServerLinks(server, { work: (run) => world.track(run) }));
  const fetch = discordServerFetch(server);
  world.serveHttp("https://discord.com", async (url, init) => {
    const answer = await fetch(url, init);
    const headers = new Headers(answer.headers);
    headers.set("date", new Date(world.clock.wall()).toUTCString());
    return new Response(answer.body, { status: answer.status, headers });
  });
}

async function diagnoseDiscord(
  options: DiscordServerOptions,
  { args = [], token = TOKEN, ahead = 0 }: {
    readonly args?: readonly string[];
    readonly token?: string;
    readonly ahead?: number;
  } = {},
): Promise<Diagnosis> {
  const world = new Simulation();
  discordIn(world, options);
  const host = world.host("cli");
  world.skew("cli", ahead);
  return await diagnose(["discord", ...args], { host, env: { DISCORD_TOKEN: token } }, (promise) => {
    return world.until(promise);
  });
}

async function diagnoseTwitch(env: Readonly<Record<string, string>>): Promise<Diagnosis> {
  const world = new Simulation();
  serveTwitch(world, { accounts: { ronni: { token: "sesame", scopes: ["chat:read"] } } });
  const options = { host: world.host("cli"), env: { XDG_CONFIG_HOME: "/nowhere", ...env } };
  return await diagnose(["twitch"], options, (promise) => world.until(promise));
}

/** An IRC server on loopback. */
async function ircOnLoopback(tls?: Awaited<ReturnType<typeof selfSignedCertificate>>) {
  const server = new Driver(new IrcServer(), { host: hostWith(dialer()), label: "irc", deliver: () => {} });
  server.start();
  const listener = await listenTcp(server, { scheme: "irc", ...(tls && { tls }) });
  return {
    url: listener.url,
    async [Symbol.asyncDispose]() {
      server.shutdown("end");
      await listener.close();
    },
  };
}

/** A port of loopback at which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const { GuildMembers, MessageContent } = Intents;

describe("parley doctor", () => {
  it("a bad token", async () => {
    assertFound(
      await diagnoseDiscord({}, { token: "sesame" }),
      "discord token",
      "failed",
      /^Discord does not accept the token, and it does not look like one: it may be the client secret/,
      /^take a new one at https:\/\/discord\.com\/developers\/applications, Bot, Reset Token, and set DISCORD_TOKEN/,
    );
  });

  it("a token of Twitch that is good no more", async () => {
    assertFound(
      await diagnoseTwitch({ TWITCH_TOKEN: "sesame-of-old" }),
      "twitch token",
      "failed",
      /^Twitch does not accept the token/,
      /^run "parley login" again, or set TWITCH_TOKEN to a new token$/,
    );
  });

  it("a missing scope", async () => {
    assertFound(
      await diagnoseTwitch({ TWITCH_TOKEN: "sesame" }),
      "twitch scopes",
      "failed",
      /^ronni has not granted chat:edit$/,
      /^run "parley login --scope chat:read,chat:edit"$/,
    );
  });

  it("a privileged intent that is refused, as the application says", async () => {
    const options = { allowedIntents: ~GuildMembers };
    assertFound(
      await diagnoseDiscord(options, { args: ["--intents", "Guilds,GuildMembers"] }),
      "discord intents",
      "failed",
      /^Discord does not allow this bot the intent GuildMembers, and closes with 4014 if it is asked for$/,
      /^switch on "Server Members Intent" at https:.* or leave GuildMembers out of --intents$/,
    );
  });

  it("a privileged intent that is refused, as the gateway says", async () => {
    const { findings } = await diagnoseDiscord({ allowedIntents: ~GuildMembers }, {
      args: ["--intents", "Guilds,GuildMembers", "--connect"],
    });
    const { status, found = "", advice = "" } = findings.get("discord gateway") ?? {};
    assertEquals(status, "failed");
    assertMatch(
      `${found}; ${advice}`,
      /does not allow this bot one of the intents: enable the privileged intents in/,
    );
  });

  it("message content that is switched off", async () => {
    assertFound(
      await diagnoseDiscord({ allowedIntents: ~MessageContent }),
      "discord intents",
      "failed",
      /the intent MessageContent/,
      /^switch on "Message Content Intent" at /,
    );
  });

  it("message content that is not asked for", async () => {
    assertFound(
      await diagnoseDiscord({}, { args: ["--intents", "Guilds,GuildMessages"] }),
      "discord message content",
      "warning",
      /without MessageContent their text is empty/,
      /add MessageContent to the intents$/,
    );
  });

  it("no session starts left", async () => {
    assertFound(
      await diagnoseDiscord({ sessionStarts: 2, earlierStarts: [0, 0] }),
      "discord sessions",
      "failed",
      /^0 of 2 session starts are left, for 1 recommended shards$/,
      /^wait for \d+ (h|min).*, and find out what identifies so often/,
    );
  });

  it("a clock that is off", async () => {
    for (const [ahead, how] of [[600_000, "fast"], [-600_000, "slow"]] as const) {
      assertFound(
        await diagnoseDiscord({}, { ahead }),
        "clock",
        "failed",
        new RegExp(`^This machine's clock is \\d+ s ${how}$`),
        /^set it, or let it be set by NTP/,
      );
    }
  });

  it("a runtime that is too old", async () => {
    for (const [name, version] of [["Deno", "2.4.9"], ["Bun", "1.2.9"], ["Node", "22.14.0"]] as const) {
      const diagnosis = await diagnose(["irc", "irc.test"], { runtime: { name, version } });
      const too = new RegExp(
        `^${name} ${version} is too old: parley needs ${OLDEST[name].version} or later$`,
      );
      assertFound(diagnosis, "runtime", "failed", too, /upgrade|nodejs\.org/);
      // Nothing else is tried.
      assertEquals(diagnosis.findings.size, 1);
    }
    const { deno, bun, node } = ENGINES;
    const promised = Object.fromEntries(
      Object.entries(OLDEST).map(([name, { version }]) => [name, `>=${version}`]),
    );
    assertEquals(promised, { Deno: deno, Bun: bun, Node: node });
  });

  it("a host that cannot be reached", async () => {
    const port = await closedPort();
    assertFound(
      await diagnose(["irc", `irc://127.0.0.1:${port}`], {}),
      "irc",
      "failed",
      /^Cannot connect to "irc:\/\/127\.0\.0\.1:\d+" in 1 attempt: nothing listens at that host and port$/,
      /^check host and port, and that the server runs$/,
    );
  });

  it("a proxy that is wrong", async () => {
    await using irc = await ircOnLoopback();
    const port = await closedPort();
    const env = { HTTPS_PROXY: `http://ann:sesame@127.0.0.1:${port}`, NODE_USE_ENV_PROXY: "1" };
    assertFound(
      await diagnose(["irc", irc.url], { env }),
      "proxy",
      "failed",
      /^The proxy http:\/\/127\.0\.0\.1:\d+\/ of HTTPS_PROXY cannot be reached: .* nothing listens at that host/,
      /^set HTTPS_PROXY to http:\/\/host:port or socks5:\/\/host:port of a proxy that runs, or unset it$/,
    );
    assertFound(
      await diagnose(["irc", irc.url], { env: { HTTP_PROXY: "gopher://ann:sesame@proxy.test" } }),
      "proxy",
      "failed",
      /^Cannot use the proxy "gopher:\/\/proxy\.test" of HTTP_PROXY: use "http:", "https:" or "socks5:"$/,
      /^set HTTP_PROXY to /,
    );
  });

  it("proxies that Node does not heed", async () => {
    await using irc = await ircOnLoopback();
    const diagnosis = await diagnose(["irc", irc.url], {
      env: { https_proxy: irc.url.replace("irc:", "http:") },
      runtime: { name: "Node", version: "24.11.0" },
    });
    assertFound(
      diagnosis,
      "proxy",
      "warning",
      /^Node does not go by the proxies/,
      /^set NODE_USE_ENV_PROXY=1/,
    );
  });

  it("TLS that is refused: a certificate nobody trusts, and a port without TLS", async () => {
    await using untrusted = await ircOnLoopback(await selfSignedCertificate());
    assertFound(
      await diagnose(["irc", untrusted.url], {}),
      "irc",
      "failed",
      /the server's certificate was issued by nobody who is trusted$/,
      /^if this is the server you mean, trust it by /,
    );
    await using plain = await ircOnLoopback();
    assertFound(
      await diagnose(["irc", plain.url.replace("irc:", "ircs:")], {}),
      "irc",
      "failed",
      /the server does not speak TLS on this port$/,
      /^dial its port for TLS, or "irc:" in place of "ircs:"$/,
    );
  });

  it("nothing at all: all is well on each network, and exits with 0", async () => {
    const discord = await diagnoseDiscord({}, { args: ["--connect"] });
    await using irc = await ircOnLoopback();
    const diagnoses = [discord, await diagnoseTwitch({}), await diagnose(["irc", irc.url], {})];
    for (const { exitCode, findings } of diagnoses) {
      assertEquals([...findings].filter(([, { status }]) => status !== "ok" && status !== "skipped"), []);
      assertEquals(exitCode, 0);
    }
    assertEquals([...discord.findings.keys()], [
      "runtime",
      "runtime features",
      "proxy",
      "discord api",
      "clock",
      "discord token",
      "discord sessions",
      "discord intents",
      "discord gateway",
    ]);
  });

  it("for people: a line for each finding, and what to do below it", async () => {
    const terminal = new Terminal();
    const port = await closedPort();
    assertEquals(await run(["doctor", "irc", `irc://127.0.0.1:${port}`], terminal), 1);
    assertMatch(terminal.written, /^ok {7}runtime {18}Deno 2\.9\.6$/m);
    assertMatch(terminal.written, /^FAILED {3}irc {22}Cannot connect .*\n {9}→ check host and port/m);
    assertStringIncludes(terminal.written, "\nFailed: 1.\n");
  });
});
