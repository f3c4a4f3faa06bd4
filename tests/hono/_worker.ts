/**
 * A worker for `workerd`: interactions and webhook events behind Hono, with the public key from a binding, so
 * that it also shows that nothing is done while the module is loaded that a worker may not do then.
 *
 * @module
 */
import { Hono } from "hono";
import { command, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";

interface Bindings {
  /** The application's public key. */
  readonly PUBLIC_KEY: string;
}

const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const seen: string[] = [];
let handlers: ReturnType<typeof makeHandlers> | undefined;

function makeHandlers(publicKey: string) {
  return {
    interactions: interactions({ publicKey, router }),
    events: webhookEvents<Bindings>({
      publicKey,
      on: {
        ENTITLEMENT_CREATE: async ({ data }, { env }) => {
          await Promise.resolve();
          seen.push(`${data.sku_id} ${env.PUBLIC_KEY === publicKey}`);
        },
      },
    }),
  };
}

const app = new Hono<{ Bindings: Bindings }>();
app.post("/interactions", (c) => (handlers ??= makeHandlers(c.env.PUBLIC_KEY)).interactions(c));
app.post("/events", (c) => (handlers ??= makeHandlers(c.env.PUBLIC_KEY)).events(c));
app.get("/seen", (c) => c.json(seen));

export default app;
