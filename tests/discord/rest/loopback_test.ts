import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { DiscordHttpError, DiscordRest } from "../../../src/discord/rest/mod.ts";
import { ConnectionError } from "../../../src/protocol/errors.ts";

interface Heard {
  readonly url: string | undefined;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An HTTP server that remembers each request, and answers it, or sends it on to `elsewhere`. */
async function listening(
  heard: Heard[],
  elsewhere?: string,
): Promise<AsyncDisposable & { readonly baseUrl: string }> {
  const server = createServer(async (request, response) => {
    heard.push({ url: request.url, headers: headersOf(request), body: await bytesOf(request) });
    if (elsewhere !== undefined) return void response.writeHead(307, { location: elsewhere }).end();
    response.writeHead(200, { "content-type": "application/json" }).end('{"id":"1"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert(isAddress(address));
  return {
    baseUrl: `http://127.0.0.1:${address.port}/api`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

function headersOf({ headers }: IncomingMessage): Headers {
  return new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of request) chunks.push(Uint8Array.from(chunk));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

test("DiscordRest: names itself and uploads over the runtime's own fetch", async () => {
  const heard: Heard[] = [];
  await using server = await listening(heard);
  const rest = new DiscordRest({ token: "t", baseUrl: server.baseUrl });
  const data = Uint8Array.from({ length: 100_000 }, (_, index) => index);
  await rest.createMessage("1", { content: "naïve ☕" }, { files: [{ name: "a b.bin", data }] });
  await rest.deleteMessage("1", "2", { reason: "grüße" });
  const [upload, removal] = heard;
  assert(upload && removal);
  assertEquals(upload.url, "/api/v10/channels/1/messages");
  assertMatch(upload.headers.get("user-agent") ?? "", /^DiscordBot \(https:\/\/jsr\.io\/@parley\/parley, /);
  assertEquals(upload.headers.get("authorization"), "Bot t");
  const type = upload.headers.get("content-type") ?? "";
  const form = await new Response(upload.body, { headers: { "content-type": type } }).formData();
  assertEquals(form.get("payload_json"), '{"content":"naïve ☕"}');
  const file = form.get("files[0]");
  assert(file instanceof File);
  assertEquals(file.name, "a b.bin");
  assertEquals(new Uint8Array(await file.arrayBuffer()), data);
  assertEquals(removal.headers.get("x-audit-log-reason"), "gr%C3%BC%C3%9Fe");
  assertEquals(removal.body.length, 0);
});

test("DiscordRest: says that nobody listens, over the runtime's own fetch, and shows no token", async () => {
  const heard: Heard[] = [];
  let baseUrl;
  {
    await using server = await listening(heard);
    ({ baseUrl } = server);
  }
  const rest = new DiscordRest({ token: "a.secret.token", baseUrl, retries: 0 });
  const error = await assertRejects(() => rest.getWebhookMessage("1", "secret", "2"), ConnectionError);
  assertEquals(error.code, "unreachable");
  assert(!error.message.includes("secret"), error.message);
});

test("DiscordRest: the token follows no redirect", async () => {
  const heard: Heard[] = [];
  await using server = await listening(heard, "/elsewhere");
  const rest = new DiscordRest({ token: "a.token", baseUrl: `${server.baseUrl}///` });
  for (const ask of [() => rest.getGatewayBot(), () => rest.createMessage("1", { content: "x" })]) {
    const error = await assertRejects(ask, DiscordHttpError);
    assertEquals(error.status, 307);
  }
  assertEquals(heard.map(({ url }) => url), ["/api/v10/gateway/bot", "/api/v10/channels/1/messages"]);
});
