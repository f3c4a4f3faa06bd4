import { spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Kvm } from "@nats-io/kv";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { dialer } from "../../src/transport/dial.ts";
import { discordServerFetch } from "../../testing/discord/fetch.ts";
import { DiscordServer } from "../../testing/discord/server.ts";
import { listenWebSocket } from "../../testing/world/listen.ts";
import { canRun, freePorts, started, stopped } from "../interop/_daemon.ts";
import { Program, runArgs } from "../_program.ts";
import { pause } from "../transport/_harness.ts";
import { kvSuite } from "./_kv_suite.ts";
import { streamSuite } from "./_stream_suite.ts";

const NATS = "/usr/sbin/nats-server";
const skip = canRun(NATS) ? false : "nats-server is not installed";
const SHARDS = 12;
const LEASE = 5_000;
const PATIENCE = 25_000;

interface Line {
  readonly kind: string;
  readonly slot?: number;
  readonly shard?: number;
  readonly at?: string;
  readonly content?: string;
  readonly resumed?: boolean;
}

/** A process of the fleet, and the file it writes into. */
interface Member {
  readonly program: Program;
  readonly path: string;
}

function linesOf({ path }: Member): Line[] {
  if (!existsSync(path)) return [];
  // The last line may not be whole yet.
  return readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The slots that a process runs, by what it has printed. */
function slotsOf(member: Member): number[] {
  const slots = new Set<number>();
  for (const { kind, slot = -1 } of linesOf(member)) {
    if (kind === "slot_started") slots.add(slot);
    if (kind === "slot_stopped") slots.delete(slot);
  }
  return [...slots];
}

describe("nats-server", { skip }, () => {
  let server: ChildProcess | undefined;
  let folder = "";
  let address = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "parley-nats-"));
    // It does not run as we do.
    await chmod(folder, 0o777);
    const [port = 0] = await freePorts(1);
    address = `127.0.0.1:${port}`;
    server = await started(
      NATS,
      ["-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", folder],
      "Server is ready",
    );
  });
  after(async () => {
    await stopped(server, "SIGKILL");
    // What it has written is not ours to remove where we are not root.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  });

  for (const [index, [what, check]] of Object.entries(kvSuite).entries()) {
    it(`NatsKv: ${what}`, async () => {
      const connection = await connect({ servers: address });
      await check({ buckets: new Kvm(connection), pause }, `suite-${index}`);
      await connection.close();
    });
  }

  for (const [index, [what, check]] of Object.entries(streamSuite).entries()) {
    it(`NatsStreams: ${what}`, async () => {
      const connection = await connect({ servers: address });
      await check({ streams: await jetstreamManager(connection), pause }, `suite-${index}`);
      await connection.close();
    });
  }

  it("discordFleet: processes are killed, suspended and replaced under traffic, and nothing is lost", async () => {
    const core = new DiscordServer({ shards: SHARDS, maxConcurrency: 16, heartbeatInterval: 1_000 });
    const driver = new Driver(core, { host: hostWith(dialer()), label: "discord", deliver: () => {} });
    driver.start();
    await using listener = await listenWebSocket(driver, { fetch: discordServerFetch(driver) });
    const api = `${listener.url.replace(/^ws/, "http")}/api`;
    await using stack = new AsyncDisposableStack();
    const all: Member[] = [];
    const begin = (label: string): Member => {
      const path = join(folder, `${label}.jsonl`);
      const args = [address, api, String(SHARDS), String(LEASE), label, path];
      const member = {
        program: stack.use(new Program(runArgs("tests/nats/_fleet_child.ts", ...args))),
        path,
      };
      all.push(member);
      return member;
    };
    const settles = async (programs: readonly Member[]) => {
      const from = performance.now();
      const counts = () => programs.map((program) => slotsOf(program).length);
      const isEven = () => counts().every((count) => count === SHARDS / programs.length);
      while (!isEven()) {
        const told = (member: Member) => linesOf(member).filter(({ kind }) => kind !== "heard");
        const shown = () => JSON.stringify(all.map(told), undefined, 1);
        assert(performance.now() - from < PATIENCE, `The shards are shared out ${counts()}:\n${shown()}`);
        await pause(50);
      }
      return performance.now() - from;
    };

    let said = 0;
    let talks = true;
    const traffic = (async () => {
      while (talks) {
        const content = String(said);
        const guild = String((BigInt(said % SHARDS) << 22n) + 1n);
        await driver.command({
          kind: "dispatch",
          t: "MESSAGE_CREATE",
          d: { id: content, guild_id: guild, content },
        });
        said++;
        await pause(10);
      }
    })();

    const [a, b, c] = ["a", "b", "c"].map(begin);
    assert(a !== undefined && b !== undefined && c !== undefined);
    await settles([a, b, c]);

    await a.program.stop("SIGKILL");
    const took = await settles([b, c]);
    // The lease, a resume, and what a busy machine adds.
    assert(took < LEASE + 7_000, `${took} ms`);

    const d = begin("d");
    await settles([b, c, d]);

    signalTo(b, "SIGSTOP");
    await settles([c, d]);
    const heardBefore = linesOf(b).length;
    signalTo(b, "SIGCONT");
    await settles([b, c, d]);
    // It must have seen that it was late before it has read anything of a link.
    assertEquals(linesOf(b)[heardBefore]?.kind, "lease_expired");

    const fresh = ["e", "f", "g"].map(begin);
    for (const old of [b, c, d]) {
      signalTo(old, "SIGTERM");
      assertEquals(await old.program.ends(), 0);
    }
    await settles(fresh);

    talks = false;
    await traffic;
    await pause(500);
    const heard = all.flatMap((member) => linesOf(member).filter(({ kind }) => kind === "heard"));
    const contents = new Set(heard.map(({ content }) => content));
    assert(contents.size > 500, `${contents.size} were heard`);
    const first = Math.min(...[...contents].map(Number));
    const missing = Array.from({ length: said - first }, (_, at) => String(first + at)).filter((one) =>
      !contents.has(one)
    );
    // What comes again is known by session and number.
    assertEquals(
      new Set(heard.map(({ at, content }) => `${at} ${content}`)).size,
      new Set(heard.map(({ at }) => at)).size,
    );
    const identifies = core.log.filter((entry) => entry.kind === "received" && entry.op === 2).length;
    const gaps = all.flatMap((program) =>
      linesOf(program).filter(({ kind, resumed }) => kind === "gap" && !resumed)
    );
    assertEquals([missing, identifies, gaps], [[], SHARDS, []]);
    for (const member of fresh) signalTo(member, "SIGTERM");
    assertEquals(await Promise.all(fresh.map(({ program }) => program.ends())), [0, 0, 0]);
    driver.shutdown("end");
  });
});

function signalTo({ program }: Member, signal: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
  // By a program: Deno counts a child as ended that it has sent a signal.
  spawnSync("kill", [`-${signal.slice(3)}`, String(program.pid)]);
}
