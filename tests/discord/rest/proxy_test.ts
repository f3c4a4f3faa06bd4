import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { createServer } from "node:http";
import { test } from "node:test";
import { proxiedFetch } from "../../../src/discord/rest/_proxied_fetch.ts";
import { DiscordRest } from "../../../src/discord/rest/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";

const goesByProxies = "Deno" in globalThis || "Bun" in globalThis;

test("proxy: requests go by it, with its password", { skip: !goesByProxies }, async () => {
  const asked: (string | undefined)[][] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push([url, headers["proxy-authorization"], headers.authorization]);
    response.writeHead(200, { "content-type": "application/json" }).end('{"url":"wss://gateway.test"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(typeof address === "object" && address !== null);
  try {
    const proxy = `http://user:pass@127.0.0.1:${address.port}`;
    const rest = new DiscordRest({ token: "t", proxy, baseUrl: "http://discord.test/api" });
    assertEquals(await rest.getGateway(), { url: "wss://gateway.test" });
    const basic = `Basic ${btoa("user:pass")}`;
    assertEquals(asked, [["http://discord.test/api/v10/gateway", basic, undefined]]);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("proxy: a password with a percent sign that escapes nothing is taken as it is", () => {
  const ways: unknown[] = [];
  const Deno = { createHttpClient: ({ proxy }: { proxy: unknown }) => void ways.push(proxy) };
  proxiedFetch("http://a%40b:100%@proxy.test:8080", { Deno });
  assertEquals(ways, [{
    url: "http://proxy.test:8080/",
    basicAuth: { username: "a@b", password: "100%" },
  }]);
});

test("proxy: what is none, or where none can be used, is refused without its password", () => {
  for (const proxy of ["", "127.0.0.1:1", "socks5://user:hunter2@127.0.0.1", "http://user:hunter2@["]) {
    const error = assertThrows(
      () => new DiscordRest({ token: "t", proxy }),
      OptionError,
      "Cannot go by the proxy",
    );
    assertFalse(error.message.includes("hunter2"));
  }
  const url = "http://user:hunter2@127.0.0.1:1";
  const error = assertThrows(() => proxiedFetch(url, {}), OptionError, "NODE_USE_ENV_PROXY=1");
  assertFalse(error.message.includes("hunter2"));
});
