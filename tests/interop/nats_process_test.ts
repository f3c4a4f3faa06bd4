import type { ChildProcess } from "node:child_process";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NatsClient, type NatsEvent } from "../../examples/nats.ts";
import type { ClientEvent } from "../../src/driver/client/client_event.ts";
import { CommandError } from "../../src/protocol/errors.ts";
import { pause } from "../transport/_harness.ts";
import { canRun, freePorts, started, stopped } from "./_daemon.ts";
import { Journal, takeKind } from "./_serve.ts";

const NATS = "/usr/sbin/nats-server";
const skip = canRun(NATS) ? false : "nats-server is not installed";

type Told = NatsEvent | ClientEvent;

async function connected(url: string): Promise<{ nats: NatsClient; told: Journal<Told> }> {
  const nats = new NatsClient(url, { signal: AbortSignal.timeout(5_000) });
  const told = new Journal<Told>("the client");
  void (async () => {
    for await (const event of nats) told.write(event);
  })().catch(() => {});
  await nats.connect();
  await takeKind(told, "ready");
  return { nats, told };
}

describe("nats-server", { skip }, () => {
  let server: ChildProcess | undefined;
  let port = 0;
  let url = "";
  const start = async () => {
    server = await started(NATS, ["-a", "127.0.0.1", "-p", `${port}`], "Server is ready");
  };

  before(async () => {
    [port = 0] = await freePorts(1);
    url = `tcp://127.0.0.1:${port}`;
    await start();
  });
  after(() => stopped(server, "SIGKILL"));

  it("NatsClient: publishes and hears what it subscribed to, large, small and in any script", async () => {
    const { nats: ours, told } = await connected(url);
    const { nats: other } = await connected(url);
    await ours.subscribe("parley.>");
    const said = ["hello", "", "Grüße, 世界 🎉", "two\r\nlines", "x".repeat(1_048_576)];
    for (const text of said) await other.publish("parley.ü", text);
    const heard: string[] = [];
    while (heard.length < said.length) heard.push((await takeKind(told, "MSG")).text);
    assertEquals(heard, said);
    await Promise.all([ours.close(), other.close()]);
    const others = told.all.map(({ kind }) => kind).filter((kind) => kind !== "MSG" && kind !== "ready");
    assertEquals(others, ["closed"]);
  });

  it("NatsClient: what the server refuses is told by -ERR", async () => {
    const { nats, told } = await connected(url);
    await nats.publish("a..b", "text").catch(() => {});
    await nats.subscribe("a..b").catch(() => {});
    assertEquals((await takeKind(told, "-ERR")).text, "'Invalid Subject'");
    await nats.close();
  });

  it("NatsClient: a server that is killed and started again leaves a gap, and the subscriptions", async () => {
    const { nats, told } = await connected(url);
    await nats.subscribe("news");
    await stopped(server, "SIGKILL");
    await takeKind(told, "reconnecting");
    const { code } = await assertRejects(() => nats.publish("news", "into the void"), CommandError);
    assertEquals(code, "cancelled");
    await start();
    const { from, to } = await takeKind(told, "gap");
    assert(from < to);
    await nats.publish("news", "again");
    assertEquals((await takeKind(told, "MSG")).text, "again");
    await nats.close();
  });

  it("NatsClient: what is under way when the server is killed is lost", async () => {
    const { nats, told } = await connected(url);
    // Not by `kill` of the child, which on Deno counts as ended then.
    if (server?.pid !== undefined) process.kill(server.pid, "SIGSTOP");
    await pause(100); // until all its threads stand still
    const lost = assertRejects(() => nats.publish("news", "never heard of"), CommandError);
    await stopped(server, "SIGKILL");
    assertEquals((await lost).code, "lost");
    await takeKind(told, "reconnecting");
    await nats.close();
    await start();
  });
});
