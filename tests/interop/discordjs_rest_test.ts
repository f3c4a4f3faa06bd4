import { createRequire } from "node:module";
import { test } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { DiscordGateway, Intents } from "../../src/discord/gateway/mod.ts";
import { DiscordCalls, type HttpMethod, type RawRequestOptions } from "../../src/discord/rest/mod.ts";
import { withQuery } from "../../src/discord/rest/request.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { serve } from "./_serve.ts";

/** What `@discordjs/rest` takes of a request, as far as it is used here. */
interface RestRequest {
  readonly method: HttpMethod;
  readonly fullRoute: string;
  readonly body?: unknown;
  readonly files?: { readonly name: string; readonly data: unknown; readonly contentType?: string }[];
  readonly reason?: string | undefined;
  readonly auth?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Rest {
  setToken(token: string): Rest;
  request(request: RestRequest): Promise<unknown>;
}

/** What we use of `@discordjs/rest`, which comes with `@discordjs/ws`, and only it can see. */
interface RestModule {
  readonly REST: new (options: {
    readonly api: string;
    readonly hashSweepInterval: number;
    readonly handlerSweepInterval: number;
  }) => Rest;
}

const { REST }: RestModule = createRequire(import.meta.resolve("@discordjs/ws"))("@discordjs/rest");

/** All that it takes to put `@discordjs/rest` in the place of `DiscordRest`. */
class DiscordJsRest extends DiscordCalls {
  readonly #rest: Rest;
  asked: string[] = [];

  constructor(rest: Rest) {
    super();
    this.#rest = rest;
  }

  override async raw(method: HttpMethod, path: string, options: RawRequestOptions = {}): Promise<unknown> {
    const { body, query, files, reason, signal } = options;
    this.asked.push(`${method} ${path}`);
    return await this.#rest.request({
      method,
      fullRoute: withQuery(path, query),
      body,
      reason,
      signal,
      // A token in the path takes the place of the bot's.
      auth: options.auth ?? !/^\/(webhooks|interactions)\/\d+\/./.test(path),
      ...(files && {
        files: files.map(({ name, data, contentType }) => ({
          name,
          data: data instanceof Blob
            ? data
            : new Blob([typeof data === "string" ? data : Uint8Array.from(data)]),
          ...(contentType !== undefined && { contentType }),
        })),
      }),
    });
  }
}

const TOKEN = "parley.test.token";
const CHANNEL = "81384788765712384";

test("DiscordGateway: takes @discordjs/rest in the place of DiscordRest", async () => {
  const core = new DiscordServer({ token: TOKEN, heartbeatInterval: 200 });
  await using server = await serve(
    core,
    (runner) => listenWebSocket(runner, { fetch: discordServerFetch(runner) }),
  );
  const api = `${server.listener.url.replace(/^ws/, "http")}/api`;
  const theirs = new REST({ api, hashSweepInterval: 0, handlerSweepInterval: 0 }).setToken(TOKEN);
  const rest = new DiscordJsRest(theirs);
  await using gateway = await new DiscordGateway({
    token: TOKEN,
    intents: Intents.Guilds | Intents.GuildMessages | Intents.MessageContent,
    rest,
  }).connect();
  assertEquals(rest.asked, ["GET /gateway/bot"]);
  assertEquals(gateway.rest, rest);

  const heard = gateway.wait("MESSAGE_CREATE", { signal: AbortSignal.timeout(30_000) });
  const sent = await gateway.rest.createMessage(CHANNEL, { content: "naïve ☕" });
  const { data } = await heard;
  assertEquals([data.id, data.content], [sent.id, "naïve ☕"]);

  // What is wrong is found before @discordjs/rest is asked; what Discord refuses is told in its words.
  await assertRejects(() => gateway.rest.createMessage(CHANNEL, { content: "" }));
  await assertRejects(() => gateway.rest.createMessage("1", { content: "x" }), Error, "Unknown Channel");
  assertEquals(rest.asked.length, 3);
});
