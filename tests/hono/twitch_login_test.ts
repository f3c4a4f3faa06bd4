import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { test } from "node:test";
import { twitchLogin } from "../../src/hono/mod.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import type { TwitchLogin, TwitchLoginOptions } from "../../src/twitch/mod.ts";
import { TwitchAuth } from "../../src/twitch/mod.ts";
import { serveTwitch, Simulation } from "../../testing/mod.ts";

const ORIGIN = "https://bot.example";
const CALLBACK = `${ORIGIN}/twitch/callback`;

function site(options: Partial<TwitchLoginOptions> = {}, accounts = { ronni: {} }) {
  const world = new Simulation();
  const service = serveTwitch(world, { accounts });
  const runtime = world.host("site");
  const granted: TwitchLogin[] = [];
  const login = twitchLogin({
    clientId: "client",
    clientSecret: "secret",
    redirectUri: CALLBACK,
    scopes: ["user:read:chat", "user:write:chat"],
    granted: (login) => void granted.push(login),
    runtime,
    ...options,
  });
  const app = new Hono().get("/twitch", login.begin).get("/twitch/callback", login.finish);
  /** Begins a login, and lets the account's owner grant it; where Twitch sends the browser then, with its cookie. */
  const begin = async () => {
    const begun = await app.request(`${ORIGIN}/twitch`);
    const cookie = begun.headers.get("set-cookie") ?? "";
    const url = begun.headers.get("location") ?? "";
    const sentBack = await service.fetch(url, { redirect: "manual" });
    return { begun, url, cookie: cookie.split(";")[0] ?? "", back: sentBack.headers.get("location") ?? "" };
  };
  const finish = (url: string, cookie: string) =>
    world.until(Promise.resolve(app.request(url, { headers: { cookie } })));
  return { world, service, runtime, granted, begin, finish };
}

test("twitchLogin: sends a browser to Twitch and back, and gives the account's tokens", async () => {
  const { world, runtime, granted, begin, finish } = site();
  const { begun, url, cookie, back } = await begin();
  assertEquals(begun.status, 302);
  const { origin, pathname, searchParams } = new URL(url);
  assertEquals(`${origin}${pathname}`, "https://id.twitch.tv/oauth2/authorize");
  assertEquals(searchParams.get("redirect_uri"), CALLBACK);
  assertEquals(searchParams.get("scope"), "user:read:chat user:write:chat");
  assert((searchParams.get("state") ?? "").length >= 32);
  assert(begun.headers.get("set-cookie")?.includes("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"));
  assert(back.startsWith(CALLBACK));

  const answer = await finish(back, `theme=dark; ${cookie}`);
  assertEquals([answer.status, await answer.text()], [200, "Access was granted: this page may be closed"]);
  // The code is used, and nobody is to be told of it, or to find it in a history of answers.
  assertEquals(answer.headers.get("cache-control"), "no-store");
  assertEquals(answer.headers.get("referrer-policy"), "no-referrer");
  assert(answer.headers.get("set-cookie")?.includes("Max-Age=0"));
  const [login] = granted;
  assertEquals(login?.account.login, "ronni");
  assertEquals(login?.account.scopes, ["user:read:chat", "user:write:chat"]);
  assert(login !== undefined);
  const options = { clientId: "client", clientSecret: "secret", tokens: login.tokens, runtime };
  assertEquals((await world.until(new TwitchAuth(options).account())).login, "ronni");
});

test("twitchLogin: takes nobody back whose browser has begun no login, and asks Twitch nothing", async () => {
  const { service, granted, begin, finish } = site();
  const { cookie, back } = await begin();
  const other = await begin();
  const forged = new URL(back);
  forged.searchParams.set("state", "");
  const without = new URL(back);
  without.searchParams.delete("state");
  const asked = service.asked.length;
  for (
    const [url, sent] of [
      [back, ""],
      [back, other.cookie],
      [other.back, cookie],
      [forged.href, cookie.replace(/=.*/, "=")],
      [without.href, cookie],
      [back, `${cookie}0`],
    ] as const
  ) {
    assertEquals((await finish(url, sent)).status, 400, url);
  }
  assertEquals([service.asked.length, granted.length], [asked, 0]);
});

test("twitchLogin: a code that is refused, used or not granted is 403, and Twitch out of reach is 502", async () => {
  const { service, granted, begin, finish } = site();
  const { cookie, back } = await begin();
  assertEquals((await finish(back, cookie)).status, 200);
  assertEquals((await finish(back, cookie)).status, 403);
  const next = await begin();
  service.answers.set("POST /oauth2/token", () => new Response("busy", { status: 503 }));
  const busy = await finish(next.back, next.cookie);
  assertEquals([busy.status, granted.length], [502, 1]);
  const nobody = site({}, {} as { ronni: Record<string, never> });
  const denied = await nobody.begin();
  assert(denied.back.includes("error=access_denied"));
  assertEquals((await nobody.finish(denied.back, denied.cookie)).status, 403);
});

test("twitchLogin: shows neither secret nor code nor token", async () => {
  const wrong = site({ clientSecret: "another secret" });
  const { cookie, back } = await wrong.begin();
  const code = new URL(back).searchParams.get("code") ?? "?";
  const answer = await wrong.finish(back, cookie);
  assertEquals(answer.status, 403);
  const shown = `${await answer.text()} ${JSON.stringify([...answer.headers])}`;
  for (const secret of ["another secret", code]) assertFalse(shown.includes(secret), shown);
});

test("twitchLogin: granted may answer, its failure is the app's, and the secret may come with the request", async () => {
  const { begin, finish } = site({
    clientSecret: () => "secret",
    granted: () => Response.redirect(`${ORIGIN}/home`, 303),
  });
  const { cookie, back } = await begin();
  const answer = await finish(back, cookie);
  assertEquals([answer.status, answer.headers.get("location")], [303, `${ORIGIN}/home`]);
  assertEquals(answer.headers.get("cache-control"), "no-store");
  const failing = site({
    granted: () => {
      throw new Error("ENOSPC");
    },
  });
  const login = await failing.begin();
  assertEquals((await failing.finish(login.back, login.cookie)).status, 500);
  const without = site({ clientSecret: () => "" });
  const unset = await without.begin();
  assertEquals((await without.finish(unset.back, unset.cookie)).status, 500);
});

test("twitchLogin: over plain HTTP, as at home, the cookie is not for HTTPS only", async () => {
  const { begin } = site({ redirectUri: "http://localhost:3000/twitch/callback" });
  const { cookie, begun } = await begin();
  assert(cookie.startsWith("parley-twitch-login="));
  assertFalse(begun.headers.get("set-cookie")?.includes("Secure"));
});

test("twitchLogin: options that cannot be meant are refused", () => {
  for (const redirectUri of ["", "/callback", "ftp://a.example/", `${CALLBACK}#here`]) {
    assertThrows(() => site({ redirectUri }), OptionError, "Cannot come back to");
  }
  assertThrows(() => site({ clientId: "" }), OptionError);
});
