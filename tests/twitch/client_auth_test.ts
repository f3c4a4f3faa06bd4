import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import { AuthenticationError, CommandError, OptionError } from "../../src/protocol/errors.ts";
import { TwitchAuth, type TwitchAuthOptions } from "../../src/twitch/auth/auth.ts";
import { TwitchScopeError } from "../../src/twitch/auth/scope_error.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TWITCH_URL } from "../../src/twitch/session/options.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { type Ask, IdTwitch } from "./_id_twitch.ts";

const HOUR = 3_600_000;

/** Twitch's chat and its service of tokens, and a client of the account "bot" by one {@linkcode TwitchAuth}. */
function twitch(options: Partial<TwitchAuthOptions> = {}) {
  const world = new Simulation();
  const core = new TwitchServer({ accounts: { bot: "tok1" } });
  const server = new Driver(core, { host: world.host("server"), label: "server", deliver: () => {} });
  server.start();
  world.serve(TWITCH_URL, server);
  const id = new IdTwitch();
  world.serveHttp("https://id.twitch.tv", id.fetch);
  const runtime = world.host("bot");
  const tokens = { accessToken: "tok1", refreshToken: "r1" };
  const auth = new TwitchAuth({ clientId: "id", tokens, runtime, ...options });
  const chat = new TwitchClient({ auth, channels: ["#a"], runtime });
  const errors: unknown[] = [];
  chat.on("error", ({ error }) => errors.push(error));
  /** The token is good no more: the next that the service gives is. */
  const expire = () => {
    id.valid = undefined;
    void server.command({ kind: "token", login: "bot", token: "tok2" });
  };
  return { world, server, id, auth, chat, errors, expire };
}

test("TwitchClient: knows by its auth whose account it is, and says nothing before", async () => {
  const { world, chat } = twitch();
  assertEquals([chat.login, chat.channels], ["", []]);
  const error = await assertRejects(() => chat.say("#a", "hello"), CommandError, "wait for connect()");
  assertEquals(error.code, "invalid_command");
  await world.until(chat.connect());
  await world.run(1_000);
  assertEquals([chat.login, chat.channels], ["bot", ["#a"]]);
  assert((await world.until(chat.say("#a", "hello"))).id !== undefined);
  await world.until(chat.close());
});

test("TwitchClient: wants its auth or a token, and options that can be meant, at once", () => {
  const auth = new TwitchAuth({ clientId: "id", tokens: { accessToken: "a", refreshToken: "b" } });
  assertThrows(
    () => new TwitchClient({ auth, login: "bot", token: "x" }),
    OptionError,
    "Cannot log in twice",
  );
  assertThrows(() => new TwitchClient({ auth, channelsPerConnection: 0 }), OptionError);
});

test("TwitchClient: an account that has not granted what chat needs rejects connect, and says where it can", async () => {
  const { world, id, chat } = twitch();
  id.scopes = ["chat:read"];
  const error = await assertRejects(() => world.until(chat.connect()), TwitchScopeError, "chat:edit");
  assert(error.grantUrl.startsWith("https://id.twitch.tv/oauth2/authorize?"));
});

test("TwitchClient: waits for a service of tokens that is not up yet, and not for ever", async () => {
  for (const [ms, isUp] of [[20_000, true], [60_000, false]] as const) {
    const { world, id, chat } = twitch();
    id.wrong = () => Promise.reject(new TypeError("no network"));
    const connected = chat.connect();
    connected.catch(() => {});
    await world.run(ms);
    id.wrong = undefined;
    if (isUp) {
      await world.until(connected);
      await world.until(chat.close());
    } else await assertRejects(() => world.until(connected), Error, "id.twitch.tv");
  }
});

test("TwitchClient: the token is validated each hour while it is connected, and no longer", async () => {
  const { world, id, chat } = twitch();
  await world.until(chat.connect());
  const asked = id.asked.length;
  await world.run(3 * HOUR + 60_000);
  assertEquals(id.asked.length - asked, 3);
  await world.until(chat.close());
  const { length } = id.asked;
  await world.run(3 * HOUR);
  assertEquals(id.asked.length, length);
});

/** Never answers, which takes no real time. */
const hang = (world: Simulation) => sleepUntil(world.clock, Infinity).then(() => new Response());
const reset = () => Promise.reject(new TypeError("connection reset"));
const answers = (status: number) => () => Promise.resolve(new Response("busy", { status }));

/** How the service of tokens may be unwell for half a minute, after which all is well. */
const UNWELL:
  readonly (readonly [what: string, ask: Ask, answer: (world: Simulation) => Promise<Response>])[] = [
    ["validating is reset", "validate", reset],
    ["validating answers 503", "validate", answers(503)],
    ["validating hangs", "validate", hang],
    ["refreshing answers 503", "refresh", answers(503)],
    ["refreshing answers 429", "refresh", answers(429)],
    ["refreshing is reset", "refresh", reset],
    ["refreshing hangs", "refresh", hang],
    [
      "validating says that all is well",
      "validate",
      () => Promise.resolve(Response.json({ user_id: "42", login: "bot", scopes: [], expires_in: 14_000 })),
    ],
  ];

for (const [what, ask, answer] of UNWELL) {
  test(`TwitchClient: its token has expired, its link is lost, and ${what}: it is back before long`, async () => {
    const { world, server, id, chat, expire } = twitch();
    await world.until(chat.connect());
    await world.run(1_000);
    expire();
    id.wrong = (asked) => asked === ask ? answer(world) : undefined;
    void server.command({ kind: "drop" });
    await world.run(30_000);
    id.wrong = undefined;
    await world.run(90_000);
    assertEquals(chat.channels, ["#a"]);
    await world.until(chat.close());
  });
}

test("TwitchClient: tokens that cannot be saved are an error that it survives", async () => {
  const store = {
    load: () => undefined,
    save: () => {
      throw new Error("ENOSPC");
    },
  };
  const { world, server, chat, errors, expire } = twitch({ store });
  await world.until(chat.connect());
  await world.run(1_000);
  expire();
  void server.command({ kind: "drop" });
  await world.run(30_000);
  assertEquals(chat.channels, ["#a"]);
  assertEquals(errors.map(String), ["Error: ENOSPC"]);
  await world.until(chat.close());
});

test("TwitchClient: a refusal of the service of tokens ends it, and says what to do", async () => {
  const { world, server, id, chat, expire } = twitch();
  await world.until(chat.connect());
  await world.run(1_000);
  expire();
  id.refreshToken = "another";
  void server.command({ kind: "drop" });
  const error = await assertRejects(() => world.until(chat.closed), AuthenticationError);
  assert(String(error.cause ?? error).includes("authorize the application again"), String(error));
});
