import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { Link, LinkEvents } from "../../src/protocol/link.ts";
import type { CloseInfo, Data } from "../../src/protocol/protocol.ts";
import type { NetworkConditions } from "../../testing/world/network/network.ts";
import { Simulation } from "../../testing/world/simulation.ts";

const decoder = new TextDecoder();

/** One end of a link: what it was told, and when. */
class Ear {
  readonly told: string[] = [];
  link: Link | undefined;
  readonly events: LinkEvents;

  constructor(world: Simulation) {
    const tell = (what: string) => void this.told.push(`${Math.round(world.clock.now())} ${what}`);
    const receive = (data: Data) => tell(typeof data === "string" ? data : decoder.decode(data));
    this.events = {
      opened: () => tell("opened"),
      receive,
      receiveBatch: (batch) => batch.forEach(receive),
      closed: ({ cause, code }: CloseInfo) => tell(`closed ${cause} ${code}`),
    };
  }
}

function link(conditions: NetworkConditions = {}, url = "ws://server.test/") {
  const world = new Simulation({ seed: 5, latency: 10, ...conditions });
  const servers: Ear[] = [];
  world.serve(url, {
    accept(_info, attach) {
      const ear = new Ear(world);
      servers.push(ear);
      ear.link = attach(ear.events);
      return -servers.length;
    },
  });
  const dial = () => {
    const ear = new Ear(world);
    ear.link = world.host("client").dial({ url }, ear.events);
    return ear;
  };
  return { world, servers, client: dial(), dial };
}

test("Network: a dial takes a round trip, data half of one, and a polite close is heard by both", async () => {
  const { world, servers, client } = link();
  await world.run(20);
  client.link?.send("a");
  client.link?.close(4000, "done");
  client.link?.send("not any more");
  await world.run(100);
  assertEquals(client.told, ["20 opened", "40 closed peer 4000"]);
  assertEquals(servers[0]?.told, ["30 a", "30 closed peer 4000"]);
});

test("Network: whatever is no WebSocket is a stream", async () => {
  const kinds: string[] = [];
  for (const scheme of ["irc", "tcp", "tls", "nats", "ws", "wss"]) {
    const url = `${scheme}://server.test:4222`;
    const world = new Simulation({ seed: 5 });
    world.serve(url, {
      accept(_info, attach) {
        attach({ opened() {}, receive() {}, receiveBatch() {}, closed() {} }).send("text");
        return -1;
      },
    });
    world.host("client").dial({ url }, {
      opened() {},
      receive: (data) => kinds.push(`${scheme} ${typeof data === "string" ? "text" : "bytes"}`),
      receiveBatch() {},
      closed() {},
    });
    await world.run(200);
  }
  assertEquals(kinds, ["irc bytes", "tcp bytes", "tls bytes", "nats bytes", "ws text", "wss text"]);
});

test("Network: an abort is heard by the other end alone, and one before the opening by nobody", async () => {
  const { world, servers, client, dial } = link();
  await world.run(20);
  client.link?.abort();
  const early = dial();
  early.link?.abort();
  await world.run(100);
  assertEquals([client.told, early.told], [["20 opened"], []]);
  assertEquals(servers.map(({ told }) => told), [["30 closed lost 1006"]]);
});

test("Network: what is sent arrives in order, whatever the jitter", async () => {
  const { world, servers, client } = link({ jitter: 100 });
  await world.run(20);
  for (let n = 0; n < 50; n++) client.link?.send(String(n));
  await world.run(200);
  assertEquals(
    servers[0]?.told.map((line) => line.split(" ")[1]),
    Array.from({ length: 50 }, (_, n) => String(n)),
  );
});

test("Network: streams may arrive in pieces, messages never", async () => {
  const stream = link({ chunking: true }, "irc://server.test");
  const messages = link({ chunking: true });
  for (const { world, servers, client } of [stream, messages]) {
    await world.run(20);
    for (let n = 0; n < 20; n++) client.link?.send("0123456789");
    await world.run(100);
    const texts = servers[0]?.told.map((line) => line.split(" ")[1]) ?? [];
    assertEquals(texts.join(""), "0123456789".repeat(20));
    assert(texts.length === 20 ? world === messages.world : world === stream.world);
  }
});

test("Network.stall: holds back what is under way too, and lets it arrive in order", async () => {
  const { world, servers, client } = link();
  await world.run(20);
  client.link?.send("a");
  world.network.stall({}, 100, ["to server"]);
  servers[0]?.link?.send("b");
  client.link?.send("c");
  await world.run(300);
  assertEquals(servers[0]?.told, ["120 a", "120 c"]);
  assertEquals(client.told, ["20 opened", "30 b"]);
});

test("Network.silence: tells neither end, for ever or until the link breaks", async () => {
  for (const ms of [undefined, 1_000]) {
    const { world, servers, client } = link();
    await world.run(20);
    client.link?.send("a");
    world.network.silence({}, ms);
    client.link?.send("b");
    await world.run(100_000);
    const end = ms === undefined ? [] : ["1020 closed lost 1006"];
    assertEquals([client.told, servers[0]?.told], [["20 opened", ...end], end]);
  }
});

test("Network.partition: dials hang until it is over", async () => {
  const { world, client, dial } = link();
  await world.run(20);
  world.network.partition({ client: "client" }, 1_000);
  const late = dial();
  client.link?.send("a");
  await world.run(2_000);
  assertEquals(late.told, ["1040 opened"]);
});

test("Network.refuse: dials fail as they are told to, and only those", async () => {
  const { world, dial } = link();
  world.network.refuse({}, 50, "tls");
  const refused = dial();
  await world.run(60);
  const other = dial();
  const elsewhere = new Ear(world);
  world.host("client").dial({ url: "ws://nobody.test" }, elsewhere.events);
  await world.run(60);
  assertEquals(refused.told, ["20 closed tls 1006"]);
  assertEquals(other.told, ["80 opened"]);
  assertEquals(elsewhere.told, ["80 closed refused 1006"]);
});

test("Network.slow: data takes longer, and does not overtake", async () => {
  const { world, servers, client } = link();
  await world.run(20);
  world.network.slow({}, 30, 500);
  client.link?.send("a");
  await world.run(40);
  client.link?.send("b");
  await world.run(1_000);
  assertEquals(servers[0]?.told, ["520 a", "520 b"]);
});

test("Network: who sends too much to a peer that does not read is told that it is stalled", async () => {
  const { world, servers, client } = link({ maxBuffered: 1_000 });
  await world.run(20);
  world.network.stall({}, 10_000, ["to server"]);
  for (let n = 0; n < 20; n++) client.link?.send("x".repeat(100));
  assertEquals(client.told, ["20 opened", "20 closed stalled 1006"]);
  await world.run(20_000);
  assertEquals(servers[0]?.told.at(-1), "10020 closed lost 1006");
});

test("Network: scopes leave other clients alone", async () => {
  const { world, client } = link();
  const other = new Ear(world);
  other.link = world.host("other").dial({ url: "ws://server.test/" }, other.events);
  await world.run(20);
  world.network.reset({ client: "other" });
  assertEquals([client.told, other.told], [["20 opened"], ["20 opened", "20 closed lost 1006"]]);
});

test("Simulation: HTTP takes time, fails while refused, and waits while partitioned", async () => {
  const world = new Simulation({ latency: 10 });
  const { fetch } = world.host("client");
  world.serveHttp("http://api.test", (input) => Promise.resolve(new Response(`you asked ${input}`)));
  const response = await world.until(fetch("http://api.test/x"));
  assertEquals([await response.text(), world.clock.now()], ["you asked http://api.test/x", 20]);
  world.network.refuse({}, 100);
  const refused = await world.until(fetch("http://api.test/").then(() => "ok", (error) => String(error)));
  assertEquals(refused, 'TypeError: Connection refused: "http://api.test"');
  await world.run(100);
  world.network.partition({}, 1_000);
  const began = world.clock.now();
  await world.until(fetch("http://api.test/"));
  assertEquals(world.clock.now() - began, 1_010);
});
