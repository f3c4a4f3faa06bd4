import { assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import {
  bot,
  command,
  interactionHandler,
  InteractionRouter,
  webhookHandler,
  type WorkerContext,
} from "../../../src/discord/interactions/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { InteractionClient, SigningKeys } from "../../../testing/mod.ts";

const keys = await SigningKeys.generate();
const { publicKey } = keys;
const bindings = { DISCORD_PUBLIC_KEY: publicKey, SAID: "pong" };
const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));

test("publicKey: left out, it is DISCORD_PUBLIC_KEY of the bindings that come with the request", async () => {
  const interactions = interactionHandler({ router });
  const events = webhookHandler({ on: {} });
  const env = { DISCORD_PUBLIC_KEY: publicKey };
  const use = (handler: typeof interactions) =>
    new InteractionClient({ keys, handler: (request) => handler(request, env) });
  assertEquals((await use(interactions).command("ping")).content, "pong");
  assertEquals((await use(interactions).forge()).status, 401);
  assertEquals((await use(events).webhookEvent("ENTITLEMENT_CREATE")).status, 204);
  assertEquals((await use(events).forge()).status, 401);
});

test("publicKey: left out, it is DISCORD_PUBLIC_KEY of the environment, and else the request says what to do", async () => {
  const client = new InteractionClient({ keys, handler: interactionHandler({ router }) });
  const before = process.env.DISCORD_PUBLIC_KEY;
  try {
    process.env.DISCORD_PUBLIC_KEY = publicKey;
    assertEquals((await client.command("ping")).content, "pong");
    delete process.env.DISCORD_PUBLIC_KEY;
    await assertRejects(() => client.command("ping"), OptionError, "set DISCORD_PUBLIC_KEY");
    process.env.DISCORD_PUBLIC_KEY = "abc";
    await assertRejects(() => client.command("ping"), OptionError, "not a public key");
  } finally {
    if (before === undefined) delete process.env.DISCORD_PUBLIC_KEY;
    else process.env.DISCORD_PUBLIC_KEY = before;
  }
});

test("webhookHandler: its public key may come from the bindings, and so may what its handlers need", async () => {
  const seen: unknown[] = [];
  const works: Promise<unknown>[] = [];
  const execution = { waitUntil: (work: Promise<unknown>) => void works.push(work) };
  const events = webhookHandler<{ readonly KEY: string }>({
    publicKey: ({ env }) => env.KEY,
    on: {
      ENTITLEMENT_CREATE: ({ data }, place) =>
        void seen.push([data.sku_id, place.env.KEY === publicKey, place.execution === execution]),
    },
  });
  const handler = (request: Request) => events(request, { KEY: publicKey }, execution);
  const client = new InteractionClient({ keys, handler });
  assertEquals((await client.webhookEvent("ENTITLEMENT_CREATE", { sku_id: "5" })).status, 204);
  await Promise.all(works);
  assertEquals([seen, works.length], [[["5", true, true]], 1]);
});

test("bot: is a whole bot, with the public key from the bindings", async () => {
  const whole = bot<typeof bindings>(
    command("ping", "Answers pong", (i, { env }: WorkerContext<typeof bindings>) => i.reply(env.SAID)),
    new InteractionRouter().add(command("other", "Answers, too", (i) => i.reply("other"))),
  );
  const client = new InteractionClient({ keys, handler: (request) => whole.fetch(request, bindings) });
  assertEquals([(await client.command("ping")).content, (await client.command("other")).content], [
    "pong",
    "other",
  ]);
  assertEquals((await client.forge()).status, 401);
});
