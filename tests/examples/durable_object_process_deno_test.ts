import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { dialer } from "../../src/transport/dial.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
  discordServerFetch,
  listenWebSocket,
} from "../../testing/mod.ts";
import { serveWorker } from "../workers/_workerd.ts";
import { within } from "../_within.ts";

const CHANNEL = "81384788765712384";

test("durable_object.ts: answers, is evicted, is woken by its alarm, and resumes with what came meanwhile", async () => {
  const told: string[] = [];
  let news = () => {};
  const server = new Driver<DiscordServerCommand, DiscordServerEvent>(new DiscordServer(), {
    host: hostWith(dialer()),
    label: "server",
    deliver: (event) => {
      if (event.kind === "identified" || event.kind === "resumed") told.push(event.kind);
      if (event.kind === "message" && event.bot) told.push(event.message.content);
      news();
    },
  });
  server.start();
  const tells = async (what: string) => {
    const seen = async () => {
      while (!told.includes(what)) await new Promise<void>((resolve) => news = resolve);
    };
    await within(what, seen(), () => told.join(", "));
  };
  const say = (content: string) => server.command({ kind: "message", channel: CHANNEL, content });

  await using listener = await listenWebSocket(server, { fetch: discordServerFetch(server) });
  const bindings = {
    DISCORD_TOKEN: "parley.test.token",
    DISCORD_API: `${listener.url.replace(/^ws/, "http")}/api`,
    WATCH: "1000",
  };
  const module = new URL("./_durable_object_worker.ts", import.meta.url).pathname;
  await using workerd = await serveWorker(module, { bindings, objects: { BOT: "Bot" } });

  const shards = await (await fetch(workerd.origin)).json();
  assertEquals(shards.map(({ id, state }: { id: number; state: string }) => [id, state]), [[0, "ready"]]);
  await say("!ping");
  await tells("pong");
  assertEquals(told.splice(0), ["identified", "pong"]);

  const saves = async () => {
    while (!await (await fetch(`${workerd.origin}/saved`)).json()) {
      await new Promise((wait) => setTimeout(wait, 50));
    }
  };
  await within("the session to be saved", saves());
  await (await fetch(`${workerd.origin}/evict`)).body?.cancel();
  await say("!ping");
  // Nobody asks for it: only its alarm can have brought it back.
  await tells("pong");
  assertEquals(told.filter((what) => what !== "pong"), ["resumed"]);
  server.shutdown("end");
});
