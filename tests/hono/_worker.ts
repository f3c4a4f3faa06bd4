/**
 * A worker for `workerd`: interactions and webhook events behind Hono, and a ping bot of three lines without, with the
 * public key from a binding, so that it also shows that nothing is done while the module is loaded that a worker may
 * not do then.
 *
 * @module
 */
import { Hono } from "hono";
import { command, interactionHandler, InteractionRouter } from "../../src/discord/interactions/mod.ts";
import { interactions, webhookEvents } from "../../src/hono/mod.ts";

interface Bindings {
  /** The application's public key. */
  readonly DISCORD_PUBLIC_KEY: string;
}

const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
const plain = interactionHandler<Bindings>({ router });
const seen: string[] = [];
const calls = new Map<string, number>();

const app = new Hono<{ Bindings: Bindings }>();
app.post("/interactions", interactions({ router }));
app.post("/plain", (c) => plain(c.req.raw, c.env, c.executionCtx));
app.post(
  "/events",
  webhookEvents<Bindings>({
    on: {
      ENTITLEMENT_CREATE: async ({ data }, { env, execution }) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        execution?.waitUntil(
          Promise.resolve().then(() => seen.push(`${data.sku_id} ${env.DISCORD_PUBLIC_KEY !== ""}`)),
        );
      },
    },
  }),
);
app.post(
  "/money",
  webhookEvents<Bindings>({
    acknowledge: "after",
    on: {
      ENTITLEMENT_CREATE: async ({ data }) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const count = (calls.get(data.id) ?? 0) + 1;
        calls.set(data.id, count);
        if (count < 2) throw new Error("the database is down");
        seen.push(`${data.id} at ${count}`);
      },
    },
    onError: () => {},
  }),
);
app.get("/seen", (c) => c.json(seen));

export default app;
