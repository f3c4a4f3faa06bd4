import { assert, assertEquals } from "@std/assert";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith } from "../../src/driver/host.ts";
import { dialer } from "../../src/transport/dial.ts";
import { TwitchServer } from "../../testing/twitch/server.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { pause } from "../transport/_harness.ts";
import { type Engine, type Member, Members, PATIENCE, signalTo } from "./_members.ts";
import type { NatsServer } from "./_nats_server.ts";

const LOGINS = ["bot_a", "bot_b", "bot_c"];
const LEASE = 5_000;

/**
 * Two processes that hold three accounts of Twitch, and one that handles what they hear, under traffic: one is killed,
 * then all are replaced. Checks that no two heard the same, that nothing was handled twice, and that what nobody handled
 * was said in a gap that was told.
 */
export async function chatStory(nats: NatsServer, engines: readonly Engine[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const core = new TwitchServer({ accounts: Object.fromEntries(LOGINS.map((login) => [login, "abc123"])) });
  const server = new Driver(core, { host: hostWith(dialer()), label: "twitch", deliver: () => {} });
  server.start();
  stack.defer(() => server.shutdown("end"));
  const { url } = stack.use(await listenWebSocket(server));
  const members = stack.use(new Members(nats, engines));
  const begin = (label: string, role = "holder"): Member =>
    members.begin("tests/nats/_chat_child.ts", label, url, LOGINS.join(), String(LEASE), role);
  const said: { readonly slot: number; readonly content: string; readonly at: number }[] = [];
  let talks = true;
  const talk = async () => {
    while (talks) {
      for (const [slot, login] of LOGINS.entries()) {
        const content = String(said.length);
        said.push({ slot, content, at: Date.now() });
        await server.command({ kind: "say", channel: `#of_${login}`, login: "ronni", text: content });
      }
      await pause(20);
    }
  };
  const [a, b] = ["a", "b"].map((label) => begin(label));
  const worker = begin("w", "worker");
  assert(a !== undefined && b !== undefined);
  await members.settles([a, b], LOGINS.length);
  await members.settles([worker], 2);
  const first = Date.now();
  const talking = talk();
  stack.defer(async () => {
    talks = false;
    await talking;
  });
  await pause(1_000);

  await a.program.stop("SIGKILL");
  const took = await members.settles([b], LOGINS.length);
  assert(took < LEASE + 12_000, `${took} ms`);

  const fresh = ["c", "d"].map((label) => begin(label));
  signalTo(b, "SIGTERM");
  assertEquals(await b.program.ends(), 0);
  await members.settles(fresh, LOGINS.length);
  // Until a gap is told that ends with the last JOIN.
  await pause(4_000);
  talks = false;
  await talking;

  const missing = () => {
    const handled = new Set(members.linesOf("handled").map(({ content }) => content));
    const gaps = members.linesOf("gap");
    const isTold = (slot: number, at: number) =>
      gaps.some((gap) => gap.slot === slot && (gap.from ?? Infinity) <= at && at <= (gap.to ?? 0));
    return said.filter(({ slot, content, at }) => !handled.has(content) && !isTold(slot, at));
  };
  for (const from = performance.now(); missing().length > 0; await pause(100)) {
    const shown = () => JSON.stringify([missing(), members.linesOf("gap"), first]);
    assert(performance.now() - from < PATIENCE, `Nobody has handled, and no gap tells of: ${shown()}`);
  }
  for (const kind of ["heard", "handled"]) {
    const contents = members.linesOf(kind).filter(({ repeated }) => !repeated).map(({ content }) => content);
    assertEquals(contents.filter((content, index) => contents.indexOf(content) !== index), [], kind);
    assert(contents.length > 300, `${contents.length} were ${kind}`);
  }
  for (const member of [...fresh, worker]) signalTo(member, "SIGTERM");
  assertEquals(await Promise.all([...fresh, worker].map(({ program }) => program.ends())), [0, 0, 0]);
}
