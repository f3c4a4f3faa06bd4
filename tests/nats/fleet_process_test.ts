import process from "node:process";
import { after, before, describe, it, test } from "node:test";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { ownRuntime } from "../_program.ts";
import { pause } from "../transport/_harness.ts";
import { chatStory } from "./_chat_processes.ts";
import { fanOutStory, fleetStory } from "./_fleet_processes.ts";
import { kvSuite } from "./_kv_suite.ts";
import { type NatsServer, startNats, withoutNats } from "./_nats_server.ts";
import { requestSuite } from "./_request_suite.ts";
import { streamSuite } from "./_stream_suite.ts";

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

  for (const [index, [what, check]] of Object.entries(streamSuite).entries()) {
    it(`NatsStreams: ${what}`, async () => {
      const connection = await connect({ servers: nats().address });
      await check({ streams: await jetstreamManager(connection), pause }, `suite-${index}`);
      await connection.close();
    });
  }

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
