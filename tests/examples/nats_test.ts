import { readFileSync } from "node:fs";
import { describe, it, test } from "node:test";
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { NatsClient, NatsCore, type NatsEvent } from "../../examples/nats.ts";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import { Driver } from "../../src/driver/driver.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { Simulation, type SimulationOptions } from "../../testing/world/simulation.ts";
import { Hand } from "../_hand.ts";
import { NatsServer, type NatsServerCommand, type NatsServerEvent } from "./_nats_server.ts";

const URL_ = "nats://nats.test:4222";
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** A world with a server and clients in it. */
class World {
  readonly world: Simulation;
  readonly lines: string[] = [];
  readonly #server: Driver<NatsServerCommand, NatsServerEvent>;

  constructor(options: SimulationOptions = {}) {
    this.world = new Simulation({ seed: 3, latency: 20, ...options });
    this.#server = new Driver<NatsServerCommand, NatsServerEvent>(new NatsServer(), {
      host: this.world.host("server"),
      label: "server",
      deliver: ({ line }) => this.lines.push(line),
    });
    this.#server.start();
    this.world.serve(URL_, this.#server);
  }

  server(command: NatsServerCommand): void {
    void this.#server.command(command);
  }

  async client(name = "client"): Promise<{ nats: NatsClient; told: (NatsEvent | ClientEvent)[] }> {
    const nats = new NatsClient(URL_, { runtime: this.world.host(name) });
    const told: (NatsEvent | ClientEvent)[] = [];
    void (async () => {
      for await (const event of nats) told.push(event);
    })().catch(() => {});
    const connecting = nats.connect();
    await this.world.run(1_000);
    await connecting;
    return { nats, told };
  }
}

const texts = (told: readonly (NatsEvent | ClientEvent)[]) =>
  told.flatMap((event) => event.kind === "MSG" ? [event.text] : []);
const kinds = (told: readonly { readonly kind: string }[]) => told.map(({ kind }) => kind);

describe("NatsClient", () => {
  it("publish: what is subscribed to comes, whole and in order, in whatever pieces", async () => {
    const world = new World({ chunking: true });
    const { nats, told } = await world.client();
    void nats.subscribe("a.ü");
    const said = ["hello", "", "Grüße, 世界 🎉", "two\r\nlines\r\nMSG a.ü 0 1", "x".repeat(100_000)];
    const published = Promise.all(said.map((text) => nats.publish("a.ü", text)));
    await world.world.run(5_000);
    await published;
    assertEquals(texts(told), said);
  });

  it("publish: is done with the PONG behind it, and lost if the link dies before", async () => {
    const world = new World();
    const { nats, told } = await world.client();
    world.server({ kind: "freeze" });
    let done = false;
    const published = nats.publish("a", "text").then(() => done = true);
    await world.world.run(500);
    assertEquals(done, false);
    const lost = assertRejects(() => published, CommandError);
    world.server({ kind: "cut" });
    await world.world.run(500);
    assertEquals((await lost).code, "lost");
    assertEquals(kinds(told), ["ready", "reconnecting"]);
    assertEquals((await assertRejects(() => nats.publish("a", "away"), CommandError)).code, "cancelled");
  });

  it("gap: subscriptions are restored, and the time away is told", async () => {
    const world = new World();
    const { nats, told } = await world.client();
    const other = await world.client("other");
    void nats.subscribe("a");
    void nats.subscribe("b");
    await world.world.run(100);
    world.world.network.reset({ client: "client" });
    void nats.subscribe("c");
    await world.world.run(10_000);
    for (const subject of ["a", "b", "c"]) void other.nats.publish(subject, `in ${subject}`);
    await world.world.run(1_000);
    assertEquals(kinds(told), ["ready", "reconnecting", "ready", "gap", "MSG", "MSG", "MSG"]);
    assertEquals(texts(told), ["in a", "in b", "in c"]);
    const gap = told.find((event) => event.kind === "gap");
    assert(gap?.kind === "gap" && gap.to > gap.from && gap.to - gap.from < 10_000);
  });

  it("reconnecting: a server that stands still is noticed, and dialled again with a growing pause", async () => {
    const world = new World();
    const { told } = await world.client();
    world.server({ kind: "freeze" });
    await world.world.run(200_000);
    const waits = told.flatMap((event) => event.kind === "reconnecting" ? [event.after] : []);
    assert(waits.length > 4 && waits.length < 20, `${waits}`);
    assert((waits.at(-1) ?? 0) > 5_000 && (waits.at(-1) ?? 0) <= 60_000, `${waits}`);
    world.server({ kind: "thaw" });
    await world.world.run(100_000);
    assertEquals(kinds(told).slice(-2), ["ready", "gap"]);
  });

  it("malformed: what is not NATS ends the link, is told, and is bounded", async () => {
    const broken = [
      "HELLO\r\n",
      "MSG a 0 9999999\r\n",
      "MSG a 0 -1\r\n",
      "MSG a 0 1\r\nab\r\n",
      "PONG\r\n",
      "\r\n",
    ];
    for (const text of [...broken, "x".repeat(1_100_000), `${"y".repeat(2_000_000)}\r\n`]) {
      const world = new World({ maxBuffered: Infinity });
      const { told } = await world.client();
      world.server({ kind: "raw", text });
      await world.world.run(10_000);
      assertEquals(kinds(told), ["ready", "malformed", "reconnecting", "ready", "gap"]);
      const [, malformed] = told;
      assert(malformed?.kind === "malformed" && malformed.text.length <= 200);
    }
  });

  it("-ERR: is told, and an answer to PING is given", async () => {
    const world = new World();
    const { told } = await world.client();
    world.server({ kind: "raw", text: "-ERR 'Permissions Violation'\r\nINFO {}\r\nPING\r\n" });
    await world.world.run(100);
    assertEquals(told.slice(1), [{ kind: "-ERR", text: "'Permissions Violation'" }]);
    assertEquals(world.lines.slice(-1), ["PONG"]);
  });

  it("close: what was published before has been handled, and nothing is told behind it", async () => {
    const world = new World();
    const { nats } = await world.client();
    const published = nats.publish("a", "last words");
    const closing = nats.close();
    await world.world.run(500);
    await Promise.all([published, closing, nats.closed]);
    assert(world.lines.some((line) => line === "PUB a 10"));
  });

  it("close: does not wait for a server that stands still", async () => {
    const world = new World();
    const { nats } = await world.client();
    world.server({ kind: "freeze" });
    const lost = assertRejects(() => nats.publish("a", "never"), CommandError);
    const closing = nats.close();
    await world.world.run(15_000);
    await closing;
    assertEquals((await lost).code, "lost");
  });
});

test("NatsCore: what is no subject, or too long, is refused before anything is sent", () => {
  const hand = new Hand(new NatsCore({ url: URL_, random: () => 0.5 })).start().open();
  hand.lines("INFO {}", "PONG").taken();
  for (const subject of ["", "a b", "a\r\nPUB b", "a\0", "x".repeat(1_001)]) {
    assertThrows(() => hand.command({ subject, text: "x" }), CommandError);
  }
  assertThrows(() => hand.command({ subject: "a", text: "ü".repeat(524_289) }), CommandError);
  assertEquals(hand.sent(), []);
});

test("examples/nats.ts: is what the page shows, takes less than 100 lines, and imports what is public", () => {
  const code = read("examples/nats.ts");
  assert(
    read("docs/your-own-protocol.md").includes(`\`\`\`ts\n${code}\`\`\`\n`),
    "the page shows another text",
  );
  const lines = code.split("\n").filter((line) => !/^\s*($|\/\/|\/\*\*.*\*\/$)/.test(line));
  assert(lines.length < 100, `${lines.length} lines`);
  for (const [, from] of code.matchAll(/from "([^"]+)"/g)) {
    assertMatch(from ?? "", /^@parley\/parley\/(protocol|driver|transport)$/);
  }
});
