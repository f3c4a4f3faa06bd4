import process from "node:process";
import { after, before, describe, it, test } from "node:test";
import { assert } from "@std/assert";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { systemClock } from "../../src/driver/clock/clock.ts";
import { Fleet, type NatsStreamConfig, type NatsStreams } from "../../src/nats/mod.ts";
import { ownRuntime } from "../_program.ts";
import { pause } from "../transport/_harness.ts";
import { chatStory } from "./_chat_processes.ts";
import { fanOutStory, fleetStory } from "./_fleet_processes.ts";
import { kvSuite, lostBucket } from "./_kv_suite.ts";
import { type NatsServer, startNats, withoutNats } from "./_nats_server.ts";
import { notPermitted, requestSuite } from "./_request_suite.ts";
import { droppedEvents, largeEvent, lostStream, streamSuite } from "./_stream_suite.ts";

const engines = [{ runtime: ownRuntime(), path: process.execPath }];

describe("nats-server", { skip: withoutNats }, () => {
  let server: NatsServer | undefined;
  const nats = (): NatsServer => {
    if (server === undefined) throw new Error("There is no NATS");
    return server;
  };

  before(async () => {
    server = await startNats();
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  for (const [index, [what, check]] of Object.entries(kvSuite).entries()) {
    it(`NatsKv: ${what}`, async () => {
      const connection = await connect({ servers: nats().address });
      await check({ buckets: new Kvm(connection), pause }, `suite-${index}`);
      await connection.close();
    });
  }

  it("NatsKv: a bucket that is gone refuses all, says so to who watches, and can be made again", async () => {
    const connection = await connect({ servers: nats().address });
    const { streams } = await jetstreamManager(connection);
    const lose = async () => void await streams.delete("KV_lost");
    await lostBucket({ buckets: new Kvm(connection), pause }, "lost", lose);
    await connection.close();
  });

  it("Fleet: where NATS loses its leases, slots are shared out anew", async () => {
    const connection = await connect({ servers: nats().address });
    const { streams } = await jetstreamManager(connection);
    const errors: string[] = [];
    const fleets = ["a", "b"].map((label) =>
      new Fleet({
        nats: new Kvm(connection),
        name: "forgetful",
        label,
        slots: 4,
        lease: 2_000,
        run: () => ({ ready: Promise.resolve(), stop: () => Promise.resolve() }),
        onEvent: (event) => void (event.kind === "error" && errors.push(String(event.error))),
      })
    );
    const untilHeld = async (what: string, held: readonly number[]) => {
      const isSo = () => String(fleets.map((fleet) => fleet.held.length)) === String(held);
      for (let waited = 0; !isSo(); waited += 50) {
        assert(waited < 30_000, `${what}: ${fleets.map(({ held }) => held.length)}; ${errors.join("; ")}`);
        await pause(50);
      }
    };
    try {
      for (const fleet of fleets) fleet.join();
      await untilHeld("they share", [2, 2]);
      await streams.delete("KV_forgetful-leases");
      await untilHeld("no lease lasts", [0, 0]);
      await untilHeld("they share anew", [2, 2]);
      assert(
        errors.some((error) => error.includes("NATS has lost what it kept of the leases")),
        errors.join("; "),
      );
    } finally {
      await Promise.all(fleets.map((fleet) => fleet.leave({ within: 1_000 })));
      await connection.close();
    }
  });

  it("EventStream: who reads from a stream that is removed and made again goes on with what comes then", async () => {
    const connection = await connect({ servers: nats().address });
    const streams = await jetstreamManager(connection);
    const lose = async (name: string) => void await streams.streams.delete(name);
    await lostStream({ streams, pause, clock: systemClock }, "removed", lose);
    await connection.close();
  });

  it("PartitionReader: who reads from a stream is told that something is gone if it may be, and else not", async () => {
    const connection = await connect({ servers: nats().address });
    const streams = await jetstreamManager(connection);
    await droppedEvents({ streams, pause, clock: systemClock }, "dropped");
    await connection.close();
  });

  it("EventStream: an event that is larger than NATS or its stream takes comes without its data, and holds up nothing", async () => {
    await using small = await startNats("max_payload: 64000");
    const connection = await connect({ servers: small.address });
    const streams = await jetstreamManager(connection);
    await largeEvent({ streams, pause, clock: systemClock }, "large", 100_000);
    const add = async (config: NatsStreamConfig) =>
      await streams.streams.add({ ...config, max_msg_size: 1_000 });
    const limited: NatsStreams = {
      consumers: streams.consumers,
      streams: { add, info: (name) => streams.streams.info(name) },
      jetstream: () => streams.jetstream(),
    };
    await largeEvent({ streams: limited, pause, clock: systemClock }, "limited", 2_000);
    await connection.close();
  });

  for (const [index, [what, check]] of Object.entries(streamSuite).entries()) {
    it(`NatsStreams: ${what}`, async () => {
      const connection = await connect({ servers: nats().address });
      await check({ streams: await jetstreamManager(connection), pause }, `suite-${index}`);
      await connection.close();
    });
  }

  it("RemoteGateway: what NATS does not permit is told at once, and that nothing was sent", async () => {
    const permissions = `{ publish: { deny: "bot.1.slots.>" } }`;
    const settings = `authorization: { users: [{ user: a, password: a, permissions: ${permissions} }] }`;
    await using strict = await startNats(settings);
    const connection = await connect({ servers: strict.address, user: "a", pass: "a" });
    await notPermitted(connection);
    await connection.close();
  });

  for (const [index, [what, check]] of Object.entries(requestSuite).entries()) {
    it(`NatsConnection: ${what}`, async () => {
      const connection = await connect({ servers: nats().address });
      await check({ connection, pause }, `requests.${index}`);
      await connection.close();
    });
  }
});

test("discordFleet: processes are killed, suspended and replaced under traffic, and nothing is lost", {
  skip: withoutNats,
  timeout: 180_000,
}, async () => {
  await using nats = await startNats();
  await fleetStory(nats, engines);
});

test("discordWorkers: a worker and a gateway are killed under traffic, and nothing is lost, repeats marked", {
  skip: withoutNats,
  timeout: 180_000,
}, async () => {
  await using nats = await startNats();
  await fanOutStory(nats, engines);
});

test(
  "chatFleet: a process is killed and the others are replaced under traffic, and what nobody heard is a gap",
  {
    skip: withoutNats,
    timeout: 180_000,
  },
  async () => {
    await using nats = await startNats();
    await chatStory(nats, engines);
  },
);
