import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { Driver } from "../../../src/driver/driver.ts";
import { hostWith } from "../../../src/driver/host.ts";
import { discordServerFetch } from "../../../testing/discord/fetch.ts";
import {
  DiscordServer,
  type DiscordServerCommand,
  type DiscordServerEvent,
} from "../../../testing/discord/server.ts";
import { type Listener, listenWebSocket } from "../../../testing/world/network/listen.ts";
import { dialer } from "../../../src/transport/dial.ts";
import { serveWorker } from "../../workers/_workerd.ts";

const CHANNEL = "81384788765712384";
const HEARTBEAT = 500;

/** A Discord of its own, and what the object that is connected to it has told so far. */
class Side implements AsyncDisposable {
  readonly told: string[] = [];
  readonly #name: string;
  readonly #origin: string;
  readonly #server: Driver<DiscordServerCommand, DiscordServerEvent>;
  readonly #listener: Listener;

  private constructor(
    name: string,
    origin: string,
    server: Driver<DiscordServerCommand, DiscordServerEvent>,
    listener: Listener,
  ) {
    this.#name = name;
    this.#origin = origin;
    this.#server = server;
    this.#listener = listener;
  }

  static async listen(name: string, origin: string): Promise<Side> {
    const core = new DiscordServer({ heartbeatInterval: HEARTBEAT, maxConcurrency: 1 });
    const options = { host: hostWith(dialer()), label: name, deliver: () => {} };
    const server = new Driver<DiscordServerCommand, DiscordServerEvent>(core, options);
    server.start();
    return new Side(
      name,
      origin,
      server,
      await listenWebSocket(server, { fetch: discordServerFetch(server) }),
    );
  }

  async ask(what: string): Promise<void> {
    const api = `${this.#listener.url.replace(/^ws/, "http")}/api`;
    const response = await fetch(
      `${this.#origin}/${what}?object=${this.#name}&api=${encodeURIComponent(api)}`,
    );
    // An object that has just ended has nothing to tell.
    if (response.ok) this.told.push(...await response.json());
    else await response.body?.cancel();
  }

  count(what: string): number {
    return this.told.filter((one) => one === what).length;
  }

  async tells(what: string, times = 1): Promise<void> {
    for (const end = Date.now() + 6_000; this.count(what) < times; await this.ask("heard")) {
      assert(Date.now() < end, `${this.#name} has not told "${what}" ${times} times: ${this.told}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async say(content: string): Promise<void> {
    await this.#server.command({ kind: "message", channel: CHANNEL, content });
  }

  cut(): void {
    this.#listener.cut();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.shutdown("end");
    await this.#listener[Symbol.asyncDispose]();
  }
}

test("DiscordGateway: Durable Objects of one isolate have one each, and none is harmed by another's end", async () => {
  const module = new URL("./_durable_object.ts", import.meta.url).pathname;
  await using workerd = await serveWorker(module, { objects: ["Bot"] });
  await using first = await Side.listen("first", workerd.origin);
  await using second = await Side.listen("second", workerd.origin);
  const both = (act: (side: Side) => Promise<void>) => Promise.all([act(first), act(second)]);

  await both((side) => side.ask("connect"));
  await both((side) => side.say("hello"));
  await both((side) => side.tells("hello"));
  await both((side) => side.tells("heartbeat_ack", 3));

  second.cut();
  await second.say("while away");
  await second.tells("resumed");
  await second.tells("while away");
  assertEquals(first.count("reconnecting"), 0);

  await first.ask("abort");
  await second.say("to the one that is left");
  await second.tells("to the one that is left");
  await second.tells("heartbeat_ack", second.count("heartbeat_ack") + 3);
  await second.ask("say");
  await second.tells("said by an object");

  assertEquals(second.told.filter((one) => one !== "heartbeat_ack"), [
    "ready",
    "hello",
    "reconnecting",
    "while away",
    "resumed",
    "to the one that is left",
    "said by an object",
  ]);
  assertEquals(first.told.filter((one) => one !== "heartbeat_ack"), ["ready", "hello"]);
  assertEquals(workerd.crossings, []);
});
