import { test } from "node:test";
import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { createServer } from "node:http";
import { inspect } from "node:util";
import { AuthenticationError, ConnectionError } from "../../src/protocol/errors.ts";
import { TwitchLoginError } from "../../src/twitch/session/login.ts";
import { refreshingToken, type TwitchTokens } from "../../src/twitch/host/refreshing_token.ts";

const OLD: TwitchTokens = { accessToken: "old", refreshToken: "r1" };
const { signal } = new AbortController();

/** Twitch's token endpoints; `good` is the token that is valid, `status` what a refresh is answered with. */
function twitch(good: string | Error, status = 200) {
  const asked: string[] = [];
  const kept: TwitchTokens[] = [];
  const fetch = (input: string, init: RequestInit = {}): Promise<Response> => {
    if (input.endsWith("/validate")) {
      const token = new Headers(init.headers).get("authorization")?.slice("OAuth ".length);
      asked.push(`validate ${token}`);
      if (good instanceof Error) return Promise.reject(good);
      return Promise.resolve(new Response("{}", { status: token === good ? 200 : 401 }));
    }
    asked.push(`${init.method} ${init.body}`);
    const body = { access_token: "new", refresh_token: "r2", expires_in: 14_000 };
    return Promise.resolve(Response.json(status === 200 ? body : { status }, { status }));
  };
  const options = { clientId: "id", clientSecret: "hush", tokens: OLD, fetch };
  const provider = refreshingToken({ ...options, onRefresh: (tokens) => void kept.push(tokens) });
  return { provider, asked, kept };
}

test("refreshingToken: gives a token that is good as it is", async () => {
  const { provider, asked, kept } = twitch("old");
  assertEquals([await provider(signal), asked, kept], ["old", ["validate old"], []]);
});

test("refreshingToken: refreshes a token that is not, and hands over both new ones", async () => {
  const { provider, asked, kept } = twitch("new");
  assertEquals(await provider(signal), "new");
  const form = "client_id=id&client_secret=hush&grant_type=refresh_token&refresh_token=r1";
  assertEquals(asked, ["validate old", `POST ${form}`]);
  assertEquals(kept, [{ accessToken: "new", refreshToken: "r2" }]);
  assertEquals(await provider(signal), "new");
});

test("refreshingToken: connections that ask at the same time share one refresh", async () => {
  const { provider, asked } = twitch("new");
  assertEquals(await Promise.all([provider(signal), provider(signal), provider(signal)]), [
    "new",
    "new",
    "new",
  ]);
  assertEquals(asked.filter((what) => what.startsWith("POST")).length, 1);
});

test("refreshingToken: gives the token as it is if Twitch cannot be asked", async () => {
  const { provider } = twitch(new Error("no network"));
  assertEquals(await provider(signal), "old");
});

test("refreshingToken: refreshes what Twitch has refused, though it cannot be asked whether that is good", async () => {
  const refused = new TwitchLoginError("expired", "Login authentication failed");
  const page = () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } });
  for (
    const answer of [() => new Response("", { status: 503 }), () => new Response("", { status: 429 }), page]
  ) {
    const fetch = (input: string): Promise<Response> =>
      Promise.resolve(
        input.endsWith("/validate") ? answer() : Response.json({ access_token: "new", refresh_token: "r2" }),
      );
    const provider = refreshingToken({ clientId: "id", clientSecret: "hush", tokens: OLD, fetch });
    assertEquals([await provider(signal), await provider(signal, refused)], ["old", "new"]);
  }
});

test("refreshingToken: says when a token cannot be refreshed, and shows none", async () => {
  const { provider } = twitch("new", 400);
  const error = await assertRejects(() => Promise.resolve(provider(signal)), AuthenticationError, "400");
  for (const secret of ["hush", "old", "r1"]) assertFalse(inspect(error).includes(`"${secret}"`));
  assertFalse(error.message.includes("r1"));
});

test("refreshingToken: what is secret follows no redirect", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    request.resume();
    if (request.url === "/oauth2/validate" && seen.length > 2) return void response.writeHead(401).end();
    response.writeHead(307, { Location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on a port");
  const origin = `http://127.0.0.1:${address.port}`;
  const provider = refreshingToken({
    clientId: "id",
    clientSecret: "hush",
    tokens: OLD,
    fetch: (input, init) => fetch(input.replace("https://id.twitch.tv", origin), init),
  });
  try {
    assertEquals([await provider(signal), await provider(signal)], ["old", "old"]);
    await assertRejects(
      async () => await provider(signal),
      ConnectionError,
      "a redirect, which is not followed",
    );
    const validate = "GET /oauth2/validate";
    assertEquals(seen, [validate, validate, validate, "POST /oauth2/token"]);
  } finally {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
});
