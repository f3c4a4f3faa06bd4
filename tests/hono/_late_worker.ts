/**
 * A worker for `workerd` whose handlers do what is late in every way: with one router, one handler and one REST
 * client for all requests, as they are made once for each isolate. What they do arrives at the API of the
 * binding.
 *
 * @module
 */
import { Hono } from "hono";
import { autoDefer, command, InteractionRouter, option } from "../../src/discord/interactions/mod.ts";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";

interface Bindings {
  /** The application's public key. */
  readonly PUBLIC_KEY: string;
  /** Where Discord's API is. */
  readonly API: string;
}

interface Context {
  readonly env: Bindings;
}

const CHANNEL = "81384788765712384";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

let rest: DiscordRest | undefined;
const restOf = ({ API }: Bindings) => rest ??= new DiscordRest({ token: "a.bot.token", baseUrl: API });

async function note(env: Bindings, text: string): Promise<void> {
  await fetch(`${env.API}/notes`, { method: "POST", body: JSON.stringify({ content: text }) });
}

const router = new InteractionRouter<Context>({ onError: (error, _, { env }) => note(env, String(error)) })
  .add(
    command("more", "Says more after its reply", async (i) => {
      await i.reply("first");
      await i.edit("second");
      await i.followUp("third");
    }),
    command("gone", "Takes its reply back", async (i) => {
      await i.reply("first");
      await i.delete();
    }),
    command("later", "Defers, and edits later", async (i) => {
      await i.defer();
      await sleep(100);
      await i.edit("at last");
    }),
    command("kept", "Has its isolate wait for it", (i) => {
      i.waitUntil(sleep(100).then(() => i.edit("kept")));
      return i.reply("at once");
    }),
    command("slow", "Is deferred by the clock", {
      ms: option.integer("How long it takes", { required: true }),
    }, async (i) => {
      await sleep(i.options.ms);
      await i.reply("slowly");
    }, { autoDefer: autoDefer({ after: 600 }) }),
    command("silent", "Does not answer in time", async () => await sleep(4_000)),
    command("post", "Posts to the channel that all post to", {
      text: option.string("What to post", { required: true }),
    }, async (i, { env }) => {
      await i.reply("posting");
      await restOf(env).createMessage(CHANNEL, { content: i.options.text });
    }),
  );

let handlers: ReturnType<typeof makeHandlers> | undefined;

function makeHandlers(env: Bindings) {
  const publicKey = env.PUBLIC_KEY;
  return {
    interactions: interactions<Context>({ publicKey, router, rest: restOf(env) }),
    events: webhookEvents<Bindings>({
      publicKey,
      on: {
        ENTITLEMENT_CREATE: async ({ data }, { env }) => {
          await restOf(env).createMessage(CHANNEL, { content: `sold ${data.sku_id}` });
        },
      },
    }),
  };
}

const app = new Hono<{ Bindings: Bindings }>();
app.post("/interactions", (c) => (handlers ??= makeHandlers(c.env)).interactions(c));
app.post("/events", (c) => (handlers ??= makeHandlers(c.env)).events(c));
// Nobody awaits the call, so that it ends with its request: a mistake that must cost nobody else anything.
app.get("/abandon", (c) => {
  restOf(c.env).createMessage(CHANNEL, { content: "abandoned" }).catch(() => {});
  return c.text("gone");
});

export default app;
