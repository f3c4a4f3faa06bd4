import { assert, assertEquals } from "@std/assert";
import { describe, it } from "node:test";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { Driver } from "../../src/driver/driver.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  discordServerFetch,
  type DiscordServerLimits,
  type RestResponse,
  Simulation,
} from "../../testing/mod.ts";
import { Hand } from "../_hand.ts";

const CHANNEL = "81384788765712384";
const OTHER = "81384788765712385";
const MESSAGES = "POST /channels/:id/messages";
const guilds = [{
  id: "197038439483310086",
  name: "parley",
  channels: [{ id: CHANNEL, name: "general" }, { id: OTHER, name: "other" }],
}];

/** A server driven by hand. */
class Discord extends Hand<DiscordServerCommand, DiscordServerEvent> {
  readonly server: DiscordServer;

  constructor(limits: DiscordServerLimits) {
    const server = new DiscordServer({ limits, guilds });
    super(server, 1_000_000);
    this.server = server;
    this.start();
  }

  rest(method: string, path: string, authorization = "Bot parley.test.token"): RestResponse {
    const body = '{"content":"hi"}';
    const ticket = this.command({
      kind: "rest",
      method,
      path: `/api/v10${path}`,
      headers: { authorization },
      body,
    });
    const outcome = this.outcomes.get(ticket);
    return Object(outcome?.kind === "done" ? outcome.value : undefined);
  }

  say(channel = CHANNEL): RestResponse {
    return this.rest("POST", `/channels/${channel}/messages`);
  }
}

describe("DiscordServer, limits", () => {
  it("DiscordServer: tells of a limit by headers, and refuses what is over it until it resets", () => {
    const discord = new Discord({ routes: { [MESSAGES]: { limit: 2, window: 5_000, bucket: "abc" } } });
    const first = discord.say();
    assertEquals(first.status, 200);
    discord.pass(1_000);
    const { headers } = discord.say();
    assertEquals(headers["x-ratelimit-limit"], "2");
    assertEquals(headers["x-ratelimit-remaining"], "0");
    assertEquals(headers["x-ratelimit-reset"], "1005.000");
    assertEquals(headers["x-ratelimit-reset-after"], "4.000");
    assertEquals(headers["x-ratelimit-bucket"], "abc");
    const over = discord.say();
    assertEquals([over.status, JSON.parse(over.body)], [429, {
      message: "You are being rate limited.",
      retry_after: 4,
      global: false,
    }]);
    assertEquals([over.headers["retry-after"], over.headers["x-ratelimit-scope"]], ["4", "user"]);
    assertEquals(discord.say(OTHER).status, 200);
    assertEquals(discord.rest("GET", "/users/@me").headers["x-ratelimit-limit"], undefined);
    discord.pass(4_000);
    assertEquals(discord.say().status, 200);
  });

  it("DiscordServer: counts routes of one bucket together, and each webhook for itself", () => {
    const rule = { limit: 1, window: 1_000, bucket: "b" };
    const discord = new Discord({ routes: { "GET /users/@me": rule, "GET /gateway/bot": rule } });
    assertEquals(discord.rest("GET", "/users/@me").status, 200);
    assertEquals(discord.rest("GET", "/gateway/bot").status, 429);
    discord.command({
      kind: "limits",
      limits: { routes: { "POST /webhooks/:id/:id": { limit: 1, window: 1_000 } } },
    });
    assertEquals([1, 2].map(() => discord.rest("POST", "/webhooks/1/a").status), [404, 429]);
    assertEquals(discord.rest("POST", "/webhooks/1/b").status, 404);
  });

  it("DiscordServer: limits a resource that is everybody's without a warning", () => {
    const shared = { limit: 1, window: 2_500, scope: "shared" } as const;
    const discord = new Discord({ routes: { [MESSAGES]: shared }, invalid: 1 });
    discord.say();
    const { status, headers } = discord.say();
    assertEquals([status, headers["x-ratelimit-scope"], headers["retry-after"]], [429, "shared", "3"]);
    assertEquals(discord.server.invalidRequests, 0);
  });

  it("DiscordServer: limits all requests of a second, but not those of interactions", () => {
    const discord = new Discord({ global: 2 });
    discord.say();
    discord.rest("GET", "/users/@me");
    assertEquals(discord.rest("GET", "/webhooks/1/a/messages/@original").status, 404);
    const { status, headers, body } = discord.say();
    assertEquals([status, headers["x-ratelimit-global"], JSON.parse(body).global], [429, "true", true]);
    discord.pass(1_000);
    assertEquals(discord.say().status, 200);
  });

  it("DiscordServer: answers nothing any more after too many invalid requests, for 10 minutes", () => {
    const discord = new Discord({ invalid: 3 });
    for (let n = 0; n < 3; n++) assertEquals(discord.rest("GET", "/users/@me", "Bot wrong").status, 401);
    assertEquals(discord.server.invalidRequests, 3);
    discord.pass(1_000);
    const blocked = discord.rest("GET", "/users/@me");
    assertEquals([blocked.status, blocked.headers["retry-after"]], [429, "599"]);
    assertEquals(blocked.headers["x-ratelimit-scope"], undefined);
    discord.pass(599_000);
    assertEquals(discord.rest("GET", "/users/@me").status, 200);
  });
});

/** How often the server refused, while a bot said all this at once, and whether all was said. */
async function saying(
  limits: DiscordServerLimits,
  count: number,
): Promise<{ refused: number; said: number }> {
  const world = new Simulation({ seed: 1, latency: 40, jitter: 30 });
  const core = new DiscordServer({ limits, guilds });
  let said = 0;
  const server = new Driver(core, {
    host: world.host("server"),
    label: "server",
    deliver: ({ kind }: DiscordServerEvent) => void (kind === "message" && said++),
  });
  server.start();
  world.serveHttp("https://discord.test", discordServerFetch(server));
  const { clock, fetch } = world.host("bot");
  const rest = new DiscordRest({
    token: "parley.test.token",
    baseUrl: "https://discord.test/api",
    clock,
    fetch,
  });
  const messages = Array.from({ length: count }, (_, n) => {
    return rest.createMessage(n % 2 === 0 ? CHANNEL : OTHER, { content: String(n) });
  });
  await world.until(Promise.all(messages));
  const refused = core.log.filter((entry) => entry.kind === "request" && entry.status === 429).length;
  return { refused, said };
}

describe("DiscordRest at DiscordServer", () => {
  it("DiscordRest: keeps to the headers, and is never refused", async () => {
    const limits = { routes: { [MESSAGES]: { limit: 5, window: 5_000 } }, global: 50, invalid: 1 };
    assertEquals(await saying(limits, 60), { refused: 0, said: 60 });
  });

  it("DiscordRest: says everything, though it is refused where no header told of the limit", async () => {
    for (const scope of ["user", "shared"] as const) {
      const rule = { limit: 3, window: 5_000, scope, headers: false };
      const { refused, said } = await saying({ routes: { [MESSAGES]: rule } }, 20);
      assertEquals(said, 20);
      assert(refused > 0 && refused < 20, `${scope}: ${refused}`);
    }
  });

  it("DiscordRest: says everything, though a global limit lower than Discord's refuses some of it", async () => {
    const { refused, said } = await saying({ global: 3 }, 20);
    assertEquals(said, 20);
    assert(refused > 0 && refused < 20, String(refused));
  });
});
