/**
 * One contender of the interactions benchmark, in a process of its own, on Deno, Bun or Node:
 *
 *     _interactions_contender.ts <contender> <warm-up> <requests> <in flight> [<folder>]
 *
 * `<folder>` is where another version of this repository is, whose contenders have "beside: " before their names.
 *
 * Prints one line of JSON.
 *
 * @module
 */
import { Hono } from "hono";
import process from "node:process";
import * as handlers from "../src/discord/interactions/mod.ts";
import * as adapters from "../src/hono/mod.ts";
import { SigningKeys } from "../testing/interactions/keys.ts";

/** What one run of one contender measured. */
export interface Run {
  /** How long a request took: of batches, the lower quartile. */
  readonly seconds: number;
  /** How much processor time all of the process used for a request, likewise. */
  readonly cpuSeconds: number;
  /** What it answered to a command, a PING, and a command of which a byte was changed. */
  readonly answers: readonly Answer[];
}

/** An answer, as it is compared. */
export interface Answer {
  readonly status: number;
  /** The body, of a 200 only: what failures say is everybody's own. */
  readonly body: unknown;
}

type App = (request: Request) => Response | Promise<Response>;

const [name = "", warmUp = "", count = "", inFlight = "", folder = ""] = process.argv.slice(2);

const URL = "https://bot.example/interactions";
const VARIETY = 64;
const BATCH = 200;
const PING = { id: "1", application_id: "2", type: 1, token: "aW50ZXJhY3Rpb246", version: 1 };

/** Makes an endpoint that verifies each request, answers a PING, and the command "ping" with "pong". */
const contenders: Record<string, (publicKey: string) => App | Promise<App>> = {
  // No framework, no router, no check of anything: the runtime's own verification and JSON.
  "floor": async (publicKey) => {
    const key = await crypto.subtle.importKey("raw", fromHex(publicKey), "Ed25519", false, ["verify"]);
    const encoder = new TextEncoder();
    return async (request) => {
      const signature = fromHex(request.headers.get("x-signature-ed25519") ?? "");
      const timestamp = request.headers.get("x-signature-timestamp") ?? "";
      const body = await request.text();
      if (!await crypto.subtle.verify("Ed25519", key, signature, encoder.encode(timestamp + body))) {
        return new Response("Invalid request signature", { status: 401 });
      }
      return json(answer(JSON.parse(body)));
    };
  },

  "parley": (publicKey) => parley(publicKey, { ...handlers, ...adapters }),

  "parley, without Hono": (publicKey) => handlers.interactionHandler({ publicKey, router: pinged(handlers) }),

  "beside: parley": async (publicKey) =>
    parley(publicKey, {
      ...await import(`${folder}/src/discord/interactions/mod.ts`),
      ...await import(`${folder}/src/hono/mod.ts`),
    }),

  "discord-hono": async (publicKey) => {
    const { DiscordHono } = await import("discord-hono");
    const discord = new DiscordHono({ discordEnv: () => ({ PUBLIC_KEY: publicKey }) })
      .command("ping", (c) => c.res("pong"));
    const app = new Hono().mount("/interactions", discord.fetch);
    // It reads the bindings, which most runtimes have none of.
    return (request) => app.fetch(request, {}, { waitUntil() {}, passThroughOnException() {}, props: {} });
  },

  "discord-interactions": (publicKey) => withVerifyKey(publicKey),

  // It takes an imported key, too, though its documentation does not show that.
  "discord-interactions, imported": async (publicKey) =>
    withVerifyKey(await crypto.subtle.importKey("raw", fromHex(publicKey), "Ed25519", false, ["verify"])),
};

type Handlers = Pick<typeof handlers, "command" | "InteractionRouter">;

function parley(publicKey: string, version: Handlers & Pick<typeof adapters, "interactions">): App {
  return new Hono().post("/interactions", version.interactions({ publicKey, router: pinged(version) })).fetch;
}

function pinged({ command, InteractionRouter }: Handlers) {
  return new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
}

async function withVerifyKey(key: string | CryptoKey): Promise<App> {
  const { verifyKey } = await import("discord-interactions");
  return new Hono().post("/interactions", async (c) => {
    const signature = c.req.header("x-signature-ed25519") ?? "";
    const timestamp = c.req.header("x-signature-timestamp") ?? "";
    const body = await c.req.text();
    if (!await verifyKey(body, signature, timestamp, key)) return c.text("Bad request signature", 401);
    return c.json(answer(JSON.parse(body)));
  }).fetch;
}

function answer(interaction: { readonly type: number; readonly data?: { readonly name: string } }): object {
  if (interaction.type === 1) return { type: 1 };
  if (interaction.data?.name === "ping") return { type: 4, data: { content: "pong" } };
  return { type: 4, data: { content: "Unknown command", flags: 64 } };
}

function json(value: object): Response {
  return new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** A use of the command as Discord sends it, of about 1.5 KB. */
function use(id: number): object {
  const user = {
    id: "80351110224678912",
    username: "ada",
    discriminator: "0",
    global_name: "Ada",
    avatar: null,
  };
  const guild_id = "290926798626357999";
  return {
    ...PING,
    id: `8464626391346056${String(id).padStart(2, "0")}`,
    type: 2,
    token: `aW50ZXJhY3Rpb24${"Z".repeat(180)}${id}`,
    data: { id: "290926798626357250", name: "ping", type: 1 },
    guild_id,
    guild: { id: guild_id, locale: "en-US", features: ["COMMUNITY", "NEWS"] },
    guild_locale: "en-US",
    member: {
      user,
      roles: ["539082325061836999"],
      permissions: "2147483647",
      joined_at: "2020-01-01T00:00:00.000000+00:00",
      premium_since: null,
      deaf: false,
      mute: false,
      nick: null,
      pending: false,
      flags: 0,
    },
    channel_id: "645027906669510667",
    channel: { id: "645027906669510667", type: 0, name: "general", guild_id, permissions: "2147483647" },
    locale: "en-US",
    app_permissions: "442368",
    entitlements: [],
    authorizing_integration_owners: { 0: guild_id },
    context: 0,
    attachment_size_limit: 10_485_760,
  };
}

/** What a POST is made of, signed before anything is measured. */
interface Signed {
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function signed(keys: SigningKeys, payload: object): Promise<Signed> {
  const body = JSON.stringify(payload);
  // As a server gives them: the length is said.
  const length = String(new TextEncoder().encode(body).length);
  return { headers: { ...await keys.sign(body), "Content-Length": length }, body };
}

const post = ({ headers, body }: Signed) => new Request(URL, { method: "POST", headers, body });

async function ask(app: App, request: Signed): Promise<Answer> {
  const response = await app(post(request));
  const text = await response.text();
  return { status: response.status, body: response.status === 200 ? JSON.parse(text) : undefined };
}

async function requests(name: string, warmUp: number, count: number, inFlight: number): Promise<Run> {
  const contender = contenders[name];
  if (contender === undefined) throw new Error(`There is no contender "${name}"`);
  const keys = await SigningKeys.generate();
  const app = await contender(keys.publicKey);
  const variety = await Promise.all(Array.from({ length: VARIETY }, (_, i) => signed(keys, use(i))));
  const [first = await signed(keys, use(0))] = variety;
  const forged = { ...first, body: first.body.replace("ada", "eve") };
  const answers = [
    await ask(app, first),
    await ask(app, await signed(keys, PING)),
    await ask(app, forged),
  ];

  const batches: { readonly seconds: number; readonly cpuSeconds: number }[] = [];
  const run = async (): Promise<void> => {
    // Made before they are wanted: what a request costs to make is not measured.
    const waiting = Array.from({ length: BATCH }, (_, i) => post(variety[i % VARIETY] ?? first));
    const cpu = process.cpuUsage();
    const began = performance.now();
    const worker = async () => {
      for (let request = waiting.pop(); request !== undefined; request = waiting.pop()) {
        const response = await app(request);
        if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    batches.push({ seconds, cpuSeconds: (user + system) / 1_000_000 });
  };
  for (let done = 0; done < warmUp; done += BATCH) await run();
  batches.length = 0;
  for (let done = 0; done < count; done += BATCH) await run();
  return {
    seconds: quartile(batches.map(({ seconds }) => seconds)) / BATCH,
    cpuSeconds: quartile(batches.map(({ cpuSeconds }) => cpuSeconds)) / BATCH,
    answers,
  };
}

/** The lower quartile: what else runs on the machine can only make a batch slower. */
function quartile(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 2] ?? NaN;
}

console.log(JSON.stringify(await requests(name, Number(warmUp), Number(count), Number(inFlight))));
process.exit(0);
