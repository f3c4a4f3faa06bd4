import { test } from "node:test";
import { createServer } from "node:http";
import { inspect } from "node:util";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { assert, assertEquals, assertFalse, assertRejects, assertThrows } from "@std/assert";
import {
  AuthenticationError,
  ConnectionError,
  OptionError,
  TimeoutError,
} from "../../src/protocol/errors.ts";
import { TwitchAppAuth } from "../../src/twitch/auth/app_auth.ts";
import { TwitchAuth, type TwitchAuthOptions } from "../../src/twitch/auth/auth.ts";
import { deviceLogin } from "../../src/twitch/auth/device_login.ts";
import { TwitchLoginEndpoint } from "../../src/twitch/auth/login_endpoint.ts";
import { TwitchScopeError } from "../../src/twitch/auth/scope_error.ts";
import type { TwitchTokens } from "../../src/twitch/auth/tokens.ts";
import { TwitchLoginError } from "../../src/twitch/session/login/login.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { IdTwitch } from "./_id_twitch.ts";

const TOKENS: TwitchTokens = { accessToken: "tok1", refreshToken: "r1" };
const REFUSED = new TwitchLoginError("expired", "Login authentication failed");
const HOUR = 3_600_000;

function twitch(options: Partial<TwitchAuthOptions> = {}) {
  const world = new Simulation();
  const id = new IdTwitch();
  world.serveHttp("https://id.twitch.tv", id.fetch);
  const runtime = world.host("bot");
  const auth = new TwitchAuth({ clientId: "id", tokens: TOKENS, runtime, ...options });
  return { world, id, auth, runtime };
}

/** Never answers, which takes no real time. */
async function hang(world: Simulation): Promise<never> {
  await sleepUntil(world.clock, Infinity);
  throw new Error("Infinity has come");
}

test("TwitchAuth.account: tells login, id, scopes and expiry, and asks Twitch once an hour", async () => {
  const { world, id, auth, runtime } = twitch();
  const account = await world.until(auth.account());
  assertEquals([account.login, account.id, account.scopes], ["bot", "42", ["chat:read", "chat:edit"]]);
  assert(Math.abs(account.expiresAt - runtime.clock.wall() - 14_000_000) < 1_000);
  await world.until(Promise.all([auth.account(), auth.accessToken()]));
  assertEquals(id.asked, ["validate"]);
  await world.run(HOUR);
  await world.until(auth.accessToken());
  assertEquals(id.asked, ["validate", "validate"]);
});

test("TwitchAuth.accessToken: a token that is not valid is refreshed, once for all who ask", async () => {
  const { world, id, auth } = twitch();
  id.valid = undefined;
  const tokens = await world.until(Promise.all([auth.accessToken(), auth.accessToken(), auth.account()]));
  assertEquals(tokens.slice(0, 2), ["tok2", "tok2"]);
  assertEquals(id.asked, ["validate", "refresh", "validate"]);
});

test("TwitchAuth.accessToken: a new token that has expired on its way is followed by another, not without end", async () => {
  const { world, id, auth } = twitch();
  id.valid = undefined;
  let expired = 2;
  id.wrong = (ask) => {
    if (ask === "validate" && id.valid !== undefined && expired-- > 0) id.valid = undefined;
    return undefined;
  };
  assertEquals(await world.until(auth.accessToken()), "tok4");
  expired = Infinity;
  await assertRejects(
    () => world.until(auth.accessToken({ refused: "tok4" })),
    ConnectionError,
    "new tokens",
  );
});

test("TwitchAuth.accessToken: one that has expired is not given, though it was valid within the hour", async () => {
  const { world, id, auth } = twitch();
  id.lasts = 600;
  await world.until(auth.accessToken());
  await world.run(601_000);
  id.valid = undefined;
  assertEquals(await world.until(auth.accessToken()), "tok2");
});

test("TwitchAuth.accessToken: a token that was refused is refreshed, though Twitch calls it valid", async () => {
  const { world, id, auth } = twitch();
  const refused = await world.until(auth.accessToken());
  const both = [auth.accessToken({ refused }), auth.accessToken({ refused })];
  assertEquals(await world.until(Promise.all(both)), ["tok2", "tok2"]);
  assertEquals(id.asked, ["validate", "refresh", "validate"]);
  // Who comes late with the same gets what is good by now.
  assertEquals(await world.until(auth.accessToken({ refused })), "tok2");
  assertEquals(id.asked.length, 3);
});

test("TwitchAuth.accessToken: one that is refused while it is being validated is not given again", async () => {
  const { world, auth } = twitch();
  const first = auth.account();
  const other = auth.accessToken({ refused: "tok1" });
  await world.until(first);
  assertEquals(await world.until(other), "tok2");
});

test("TwitchAuth.accessToken: is given as it is while Twitch cannot be asked, but not once it was refused", async () => {
  const { world, id, auth } = twitch();
  const answers = [
    () => Promise.resolve(new Response("busy", { status: 503 })),
    () => Promise.resolve(new Response("{}", { status: 429 })),
    () => Promise.resolve(new Response("<!doctype html>")),
    () => Promise.reject(new TypeError("connection reset")),
    () => hang(world),
  ];
  for (const answer of answers) {
    id.wrong = answer;
    assertEquals(await world.until(auth.accessToken()), "tok1");
    const error = await assertRejects(() => world.until(auth.accessToken({ refused: "tok1" })));
    assert(error instanceof ConnectionError || error instanceof TimeoutError, String(error));
  }
  id.wrong = undefined;
  assertEquals(await world.until(auth.accessToken({ refused: "tok1" })), "tok2");
});

test("TwitchAuth: only a refusal of the token service is final", async () => {
  const { world, id, auth } = twitch();
  id.valid = undefined;
  id.wrong = (ask) => ask === "refresh" ? hang(world) : undefined;
  await assertRejects(() => world.until(auth.account()), TimeoutError, "refresh the token");
  id.wrong = (ask) => ask === "refresh" ? Promise.resolve(new Response("", { status: 500 })) : undefined;
  await assertRejects(() => world.until(auth.account()), ConnectionError, "answered 500");
  // A wall in between says nothing in Twitch's words.
  id.wrong = (ask) =>
    ask === "refresh" ? Promise.resolve(new Response("<h1>Denied</h1>", { status: 403 })) : undefined;
  await assertRejects(() => world.until(auth.account()), ConnectionError, "answered 403");
  id.wrong = (ask) =>
    ask === "refresh"
      ? Promise.resolve(Response.json({ status: 403, message: "invalid client secret" }, { status: 403 }))
      : undefined;
  await assertRejects(() => world.until(auth.account()), AuthenticationError, "answered 403");
  id.wrong = undefined;
  id.refreshToken = "another";
  const error = await assertRejects(() => world.until(auth.account()), AuthenticationError, "400");
  for (const secret of ["tok1", "r1"]) assertFalse(inspect(error).includes(secret));
});

test("TwitchAuth: an application without a secret refreshes without one, one with a secret shows it to nobody", async () => {
  for (const clientSecret of [undefined, "hush"]) {
    const forms: string[] = [];
    const id = new IdTwitch();
    id.valid = undefined;
    const world = new Simulation();
    world.serveHttp("https://id.twitch.tv", (input, init = {}) => {
      if (init.body !== undefined) forms.push(String(init.body));
      return id.fetch(input, init);
    });
    const runtime = world.host("bot");
    const auth = new TwitchAuth({
      clientId: "id",
      tokens: TOKENS,
      runtime,
      ...(clientSecret !== undefined && { clientSecret }),
    });
    await world.until(auth.account());
    const secret = clientSecret === undefined ? "" : "client_secret=hush&";
    assertEquals(forms, [`client_id=id&${secret}grant_type=refresh_token&refresh_token=r1`]);
    for (const text of [inspect(auth), JSON.stringify(auth)]) {
      for (const secret of ["hush", "tok", "r1", "r2"]) assertFalse(text.includes(secret));
    }
  }
});

test("TwitchAuth: keeps what was refreshed, again later where the store fails, and says so", async () => {
  const saved: TwitchTokens[] = [];
  let full = true;
  const store = {
    load: () => TOKENS,
    save: (tokens: TwitchTokens) => {
      if (full) throw new Error("ENOSPC");
      saved.push(tokens);
    },
  };
  const world = new Simulation();
  const id = new IdTwitch();
  world.serveHttp("https://id.twitch.tv", id.fetch);
  const auth = new TwitchAuth({ clientId: "id", store, runtime: world.host("bot") });
  id.valid = undefined;
  const errors: unknown[] = [];
  const undo = auth.watch((error) => void errors.push(error));
  assertEquals(await world.until(auth.accessToken()), "tok2");
  assertEquals([errors.map(String), saved], [["Error: ENOSPC"], []]);
  full = false;
  await world.run(HOUR + 10_000);
  assertEquals(saved, [{ accessToken: "tok2", refreshToken: "r2" }]);
  undo();
  const { length } = id.asked;
  await world.run(3 * HOUR);
  assertEquals(id.asked.length, length);
});

test("TwitchAuth: what the store cannot keep is printed where nobody watches, and a store that hangs is not waited for", async () => {
  const printed: unknown[][] = [];
  const world = new Simulation();
  const id = new IdTwitch();
  id.valid = undefined;
  world.serveHttp("https://id.twitch.tv", id.fetch);
  const runtime = {
    ...world.host("bot"),
    console: { error: (...what: unknown[]) => void printed.push(what) },
  };
  const store = { load: () => TOKENS, save: () => hang(world) };
  const auth = new TwitchAuth({ clientId: "id", store, runtime });
  assertEquals(await world.until(auth.accessToken()), "tok2");
  assertEquals(printed.length, 1);
  assert(printed[0]?.[1] instanceof TimeoutError);
  const deaf = new TwitchAuth({
    clientId: "id",
    store: { load: () => hang(world), save: () => {} },
    runtime,
  });
  await assertRejects(() => world.until(deaf.account()), TimeoutError, "load the tokens");
  const empty = new TwitchAuth({ clientId: "id", store: { load: () => undefined, save: () => {} }, runtime });
  await assertRejects(() => world.until(empty.account()), AuthenticationError, "no tokens are stored");
});

test("TwitchAuth.watch: validates each hour, refreshes what is good no more, and tells what cannot be", async () => {
  const { world, id, auth } = twitch();
  const errors: unknown[] = [];
  const undo = auth.watch((error) => void errors.push(error));
  await world.run(2 * HOUR + 10_000);
  assertEquals(id.asked, ["validate", "validate", "validate"]);
  id.wrong = () => Promise.resolve(new Response("", { status: 503 }));
  await world.run(HOUR);
  assertEquals(errors.splice(0).map((error) => error instanceof ConnectionError), [true]);
  id.wrong = undefined;
  id.valid = undefined;
  id.refreshToken = "gone";
  await world.run(2 * HOUR);
  assertEquals(errors.map((error) => error instanceof AuthenticationError), [true]);
  undo();
});

test("TwitchAuth.require: names the scope that is missing, and where it can be granted", async () => {
  const { world, auth } = twitch({ redirectUri: "https://bot.example/login" });
  await world.until(auth.require("chat:edit"));
  const error = await assertRejects(
    () => world.until(auth.require("moderator:manage:banned_users")),
    TwitchScopeError,
    "moderator:manage:banned_users",
  );
  assertEquals(error.scope, "moderator:manage:banned_users");
  const { searchParams } = new URL(error.grantUrl);
  assertEquals(searchParams.get("scope"), "chat:read chat:edit moderator:manage:banned_users");
  assertEquals(searchParams.get("redirect_uri"), "https://bot.example/login");
});

test("TwitchAuth.provider: connections that were refused with the same token share one refresh", async () => {
  const { world, id, auth } = twitch();
  const { signal } = new AbortController();
  const [one, two] = await world.until(Promise.all([auth.provider(signal), auth.provider(signal)]));
  assertEquals([one, two], ["tok1", "tok1"]);
  assertEquals(await world.until(Promise.resolve(auth.provider(signal, REFUSED, "tok1"))), "tok2");
  assertEquals(await world.until(Promise.resolve(auth.provider(signal, REFUSED, "tok1"))), "tok2");
  assertEquals(id.asked.filter((ask) => ask === "refresh").length, 1);
});

test("TwitchAuth: who gives up waiting waits no longer, and others do", async () => {
  const { world, id, auth } = twitch();
  let answer = (_: Response) => {};
  id.wrong = () => new Promise((resolve) => void (answer = resolve));
  const controller = new AbortController();
  const [given, other] = [auth.account({ signal: controller.signal }), auth.account()];
  controller.abort(new Error("enough"));
  await assertRejects(() => given, Error, "enough");
  id.wrong = undefined;
  answer(Response.json({ user_id: "42", login: "bot", scopes: [], expires_in: 1 }));
  assertEquals((await world.until(other)).login, "bot");
});

test("TwitchAuth: new tokens are kept before Twitch is asked about them", async () => {
  const saved: TwitchTokens[] = [];
  const { world, id, auth } = twitch({
    store: { load: () => undefined, save: (tokens) => void saved.push(tokens) },
  });
  id.valid = undefined;
  id.wrong = (ask) =>
    ask === "validate" && id.valid !== undefined
      ? Promise.resolve(new Response("", { status: 503 }))
      : undefined;
  await assertRejects(() => world.until(auth.account()), ConnectionError, "503");
  assertEquals(saved, [{ accessToken: "tok2", refreshToken: "r2" }]);
});

test("TwitchAuth: what is stored goes before the tokens of the options, which are of the first run", async () => {
  let stored: TwitchTokens | undefined;
  const { world, id, auth, runtime } = twitch({
    store: { load: () => stored, save: (tokens) => void (stored = tokens) },
  });
  assertEquals(await world.until(auth.accessToken()), "tok1");
  assertEquals(await world.until(auth.accessToken({ refused: "tok1" })), "tok2");
  const next = new TwitchAuth({
    clientId: "id",
    tokens: TOKENS,
    store: { load: () => stored, save: () => {} },
    runtime,
  });
  const { length } = id.asked;
  assertEquals(await world.until(next.accessToken()), "tok2");
  assertEquals(id.asked.slice(length), ["validate"]);
});

test("TwitchAuth: what another process has refreshed is taken from the store, though its own is refused", async () => {
  let stored = TOKENS;
  const { world, id, auth } = twitch({
    store: { load: () => stored, save: (tokens) => void (stored = tokens) },
  });
  await world.until(auth.account());
  id.valid = "tok9";
  id.refreshToken = "r9";
  stored = { accessToken: "tok9", refreshToken: "r9" };
  assertEquals(await world.until(auth.accessToken({ refused: "tok1" })), "tok9");
  // Where the store has nothing else, it is final.
  id.valid = undefined;
  id.refreshToken = "gone";
  await assertRejects(() => world.until(auth.accessToken({ refused: "tok9" })), AuthenticationError, "400");
});

test("TwitchAuth.accessToken: who was refused with an old token has nobody forget that the new one is", async () => {
  const { world, auth } = twitch();
  const first = auth.account();
  const other = auth.accessToken({ refused: "tok1" });
  const late = auth.accessToken({ refused: "tok0" });
  await world.until(first);
  assertEquals(await world.until(Promise.all([other, late])), ["tok2", "tok2"]);
});

test("TwitchAuth: a token that lasts for ever, as Twitch says by 0 seconds, is asked about once an hour", async () => {
  const { world, id, auth } = twitch();
  id.lasts = 0;
  assertEquals((await world.until(auth.account())).expiresAt, Infinity);
  await world.until(auth.accessToken());
  assertEquals(id.asked, ["validate"]);
});

test("TwitchAuth: whose account it is, is known while Twitch cannot be asked, for which nobody waits more than once a minute", async () => {
  const { world, id, auth } = twitch();
  assertEquals(await world.until(auth.userId()), "42");
  await world.run(HOUR);
  id.wrong = () => hang(world);
  assertEquals(await world.until(auth.userId()), "42");
  const asked = id.asked.length;
  const from = world.clock.now();
  assertEquals(await world.until(auth.accessToken()), "tok1");
  assertEquals(await world.until(auth.accessToken()), "tok1");
  await world.until(auth.require("chat:edit"));
  assertEquals([id.asked.length - asked, world.clock.now() - from], [1, 10_000]);
  await assertRejects(() => world.until(auth.account()), TimeoutError);
  await assertRejects(() => world.until(auth.require("bits:read")), TimeoutError);
  id.wrong = undefined;
  await world.run(60_000);
  assertEquals((await world.until(auth.account())).id, "42");
});

test("TwitchAuth.watch: goes on where what it tells throws, and prints that", async () => {
  const printed: unknown[][] = [];
  const world = new Simulation();
  const id = new IdTwitch();
  world.serveHttp("https://id.twitch.tv", id.fetch);
  const runtime = {
    ...world.host("bot"),
    console: { error: (...what: unknown[]) => void printed.push(what) },
  };
  const auth = new TwitchAuth({ clientId: "id", tokens: TOKENS, runtime });
  id.wrong = () => Promise.resolve(new Response("", { status: 503 }));
  const undo = auth.watch(() => {
    throw new Error("mine");
  });
  await world.run(1_000);
  assertEquals(printed.map(([, error]) => String(error)), ["Error: mine"]);
  id.wrong = undefined;
  await world.run(60_000);
  assertEquals(id.asked, ["validate", "validate"]);
  undo();
});

test("TwitchAuth: what cannot be a token is refused before it is sent, and shown to nobody", async () => {
  const { world, id, runtime } = twitch();
  const broken = { accessToken: "tok1\nsecret", refreshToken: "r1" };
  const error = assertThrows(() => new TwitchAuth({ clientId: "id", tokens: broken, runtime }), OptionError);
  assertFalse(inspect(error).includes("secret"));
  const stored = new TwitchAuth({
    clientId: "id",
    store: { load: () => broken, save: () => {} },
    runtime,
  });
  const other = await assertRejects(() => world.until(stored.account()), OptionError);
  assertFalse(inspect(other).includes("secret"));
  assertEquals(id.asked, []);
});

test("TwitchAuth: an error of the host's fetch shows no secret", async () => {
  const { world, id, auth } = twitch({ clientSecret: "hush" });
  id.valid = undefined;
  id.wrong = (ask) =>
    ask === "refresh"
      ? Promise.reject(new TypeError("cannot send client_secret=hush&refresh_token=r1"))
      : undefined;
  const error = await assertRejects(() => world.until(auth.account()), ConnectionError, "cannot send");
  for (const secret of ["hush", "=r1"]) assertFalse(inspect(error).includes(secret));
});

test("TwitchAppAuth: a token that Twitch gives again, though it was refused, is asked for once", async () => {
  const { world, id, runtime } = twitch();
  id.wrong = () => Promise.resolve(Response.json({ access_token: "app", expires_in: 14_000 }));
  const app = new TwitchAppAuth({ clientId: "id", clientSecret: "hush", runtime });
  assertEquals(await world.until(app.accessToken()), "app");
  assertEquals(await world.until(app.accessToken({ refused: "app" })), "app");
  assertEquals(id.asked.length, 2);
});

test("deviceLogin: asks no more than once a second, whatever Twitch says, and shows nothing once it was given up", async () => {
  const { world, id, runtime } = twitch();
  const shown: unknown[] = [];
  const controller = new AbortController();
  const device = (interval: number) => () =>
    Promise.resolve(
      Response.json({ device_code: "d", user_code: "u", verification_uri: "v", expires_in: 60, interval }),
    );
  const begin = () =>
    deviceLogin({
      clientId: "id",
      scopes: [],
      show: (what) => shown.push(what),
      runtime,
      signal: controller.signal,
    });
  id.wrong = (ask) => ask === "device" ? device(0)() : undefined;
  const given = begin();
  await world.run(10_000);
  assert(id.asked.length <= 11, `${id.asked.length}`);
  const both = [given, begin()].map((login) => assertRejects(() => world.until(login), Error, "enough"));
  controller.abort(new Error("enough"));
  await Promise.all(both);
  assertEquals(shown.length, 1);
});

test("TwitchAuth: refuses options that cannot be meant", () => {
  assertThrows(() => new TwitchAuth({ clientId: "", tokens: TOKENS }), OptionError);
  assertThrows(() => new TwitchAuth({ clientId: "id" }), OptionError, "tokens, or a store");
  assertThrows(() => new TwitchAppAuth({ clientId: "id", clientSecret: "" }), OptionError);
});

test("TwitchAuth: what is secret follows no redirect", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.url === "/oauth2/validate" && seen.length === 2) return void response.writeHead(401).end();
    response.writeHead(307, { Location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on a port");
  const origin = `http://127.0.0.1:${address.port}`;
  const runtime = {
    fetch: (input: string, init?: RequestInit) => fetch(input.replace("https://id.twitch.tv", origin), init),
  };
  const auth = new TwitchAuth({ clientId: "id", tokens: TOKENS, runtime });
  try {
    assertEquals(await auth.accessToken(), "tok1");
    await assertRejects(() => auth.account(), ConnectionError, "a redirect, which is not followed");
    assertEquals(seen, ["GET /oauth2/validate", "GET /oauth2/validate", "POST /oauth2/token"]);
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});

test("TwitchAppAuth: one token for all, until it expires or is refused", async () => {
  const { world, id, runtime } = twitch();
  const app = new TwitchAppAuth({ clientId: "id", clientSecret: "hush", runtime });
  const ask = (refused?: string) => world.until(app.accessToken(refused === undefined ? {} : { refused }));
  assertEquals(await Promise.all([ask(), ask()]), ["app1", "app1"]);
  assertEquals(await ask("app1"), "app2");
  await world.run(14_000_000);
  assertEquals(await ask(), "app3");
  assertEquals(id.asked.length, 3);
  assertFalse(inspect(app).includes("hush"));
});

test("deviceLogin: shows the code, and asks until it was entered, also while Twitch is unwell", async () => {
  const { world, id, runtime } = twitch();
  const shown: unknown[] = [];
  const login = deviceLogin({
    clientId: "id",
    scopes: ["chat:read"],
    show: (what) => shown.push(what),
    runtime,
  });
  await world.run(11_000);
  assertEquals(shown, [{ url: "https://www.twitch.tv/activate?device-code=ABCD", code: "ABCD" }]);
  assertEquals(id.asked, ["device", "device token", "device token"]);
  id.wrong = () => Promise.resolve(new Response("", { status: 503 }));
  await world.run(6_000);
  id.wrong = undefined;
  id.authorized = true;
  assertEquals(await world.until(login), { accessToken: "tok2", refreshToken: "r2" });
});

test("deviceLogin: ends when it is denied, given up, or the code expires", async () => {
  const { world, id, runtime } = twitch();
  const begin = (signal?: AbortSignal) =>
    deviceLogin({ clientId: "id", scopes: [], show: () => {}, runtime, ...(signal && { signal }) });
  await assertRejects(() => world.until(begin()), AuthenticationError, "30 minutes");
  const controller = new AbortController();
  const given = begin(controller.signal);
  await world.run(1_000);
  controller.abort(new Error("enough"));
  await assertRejects(() => world.until(given), Error, "enough");
  id.wrong = (ask) =>
    ask === "device token"
      ? Promise.resolve(Response.json({ message: "invalid device code" }, { status: 400 }))
      : undefined;
  await assertRejects(() => world.until(begin()), AuthenticationError);
});

const BASE = "https://tokens.test/auth";

test("baseUrl: tokens are asked for there and nowhere else, and grants are given there", async () => {
  const { world, id, runtime } = twitch();
  world.serveHttp(
    "https://tokens.test",
    (input, init) => id.fetch(input.replace("/auth/", "/oauth2/"), init),
  );
  const asked: string[] = [];
  const fetch = (input: string, init?: RequestInit) => {
    asked.push(input);
    return runtime.fetch(input, init);
  };
  const parts = { clientId: "id", baseUrl: `${BASE}//`, runtime: { ...runtime, fetch } };
  const elsewhere = new TwitchAuth({ ...parts, tokens: TOKENS });
  assertEquals(elsewhere.baseUrl, BASE);
  id.valid = undefined;
  assertEquals(await world.until(elsewhere.accessToken()), "tok2");
  const { grantUrl } = await world.until(
    assertRejects(() => elsewhere.require("bits:read"), TwitchScopeError),
  );
  assert(grantUrl.startsWith(`${BASE}/authorize?response_type=code&client_id=id`), grantUrl);
  const app = new TwitchAppAuth({ ...parts, clientSecret: "secret" });
  assertEquals(await world.until(app.accessToken()), "app2");
  id.authorized = true;
  const scopes = ["chat:read"];
  assertEquals(await world.until(deviceLogin({ ...parts, scopes, show: () => {} })), {
    accessToken: "tok4",
    refreshToken: "r4",
  });
  const redirectUri = "https://bot.example/back";
  const secret = { clientSecret: "secret", redirectUri, scopes, granted: () => {} };
  const login = new TwitchLoginEndpoint({ ...parts, ...secret });
  assert(login.begin().headers.get("location")?.startsWith(`${BASE}/authorize?`));
  assertEquals([...new Set(asked)], ["validate", "token", "device"].map((path) => `${BASE}/${path}`));
});

test("baseUrl: what is no address of a service is refused, and no password is shown", () => {
  const { runtime } = twitch();
  const parts = { clientId: "id", clientSecret: "secret", runtime, scopes: [], granted: () => {} };
  for (
    const baseUrl of ["id.twitch.tv", "ftp://id.twitch.tv", "https://u:hunter2@id.test", "https://id.test?x"]
  ) {
    for (
      const make of [
        () => new TwitchAuth({ ...parts, tokens: TOKENS, baseUrl }),
        () => new TwitchAppAuth({ ...parts, baseUrl }),
        () => new TwitchLoginEndpoint({ ...parts, redirectUri: "https://bot.example", baseUrl }),
      ]
    ) {
      assertFalse(assertThrows(make, OptionError, "baseUrl").message.includes("hunter2"));
    }
  }
});

test("TwitchAuth: only what Twitch itself refuses ends it, not who answers in its place", async () => {
  for (const status of [400, 401, 403]) {
    const { world, id, auth } = twitch();
    id.valid = undefined;
    id.wrong = (ask) =>
      ask === "refresh" ? Promise.resolve(new Response("<h1>No</h1>", { status })) : undefined;
    await assertRejects(() => world.until(auth.account()), ConnectionError, `${status}`);
    id.wrong = undefined;
    assertEquals((await world.until(auth.account())).login, "bot");
  }
});

test("TwitchLoginEndpoint: a secret that is not there is said at once, or where it is wanted, and is sent to nobody", async () => {
  const { world, id, runtime } = twitch();
  const options = {
    clientId: "id",
    clientSecret: () => "",
    redirectUri: "https://bot.example/back",
    scopes: ["chat:read"],
    granted: () => {},
    runtime,
  };
  // As who writes JavaScript may have it, of an environment without it.
  const without = (missing: object) => () =>
    Reflect.construct(TwitchLoginEndpoint, [{ ...options, ...missing }]);
  for (const name of ["clientId", "clientSecret", "redirectUri", "scopes", "granted"]) {
    assertThrows(without({ [name]: undefined }), OptionError, `\`${name}\` is missing`);
  }
  for (const secret of ["", undefined]) {
    const login: TwitchLoginEndpoint = without({ clientSecret: () => secret })();
    const [cookie = ""] = login.begin().headers.get("set-cookie")?.split(";") ?? [];
    const state = cookie.split("=")[1];
    const back = new Request(`https://bot.example/back?code=c&state=${state}`, { headers: { cookie } });
    await assertRejects(() => world.until(login.finish(back)), OptionError, "no client secret");
  }
  assertEquals(id.asked, []);
});

test("TwitchAuth: a service that repeats what is secret as it refuses it does not make the error show it", async () => {
  const { world, id, auth } = twitch({
    clientSecret: "sesame",
    tokens: { accessToken: "tok0", refreshToken: "refreshing" },
  });
  id.wrong = (ask) =>
    ask === "refresh"
      ? Promise.resolve(Response.json({ message: "no: refreshing, sesame" }, { status: 400 }))
      : undefined;
  const error: unknown = await world.until(auth.account()).catch((error: unknown) => error);
  assert(error instanceof AuthenticationError);
  assertFalse(/refreshing|sesame/.test(inspect(error, { depth: Infinity })), inspect(error));
});
