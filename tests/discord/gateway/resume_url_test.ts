import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  GatewaySession,
  type GatewaySessionOptions,
  MemorySessionStore,
} from "../../../src/discord/gateway/mod.ts";
import { OptionError } from "../../../src/protocol/errors.ts";
import { FIRST_URL, Hand } from "./_drive.ts";
import { GATEWAY, worldOf } from "./_world.ts";

const EVIL = "wss://evil.example";
const LOCAL = "ws://localhost:7878";

/** Where a session is resumed whose READY names that URL, and what is told of it. */
function resumedAt(
  named: string,
  options: Partial<GatewaySessionOptions> = {},
): [string, string | undefined] {
  const hand = new Hand(options).start().open().hello();
  hand.outputs.length = 0;
  hand.readyEvent("one", named);
  const told = hand.outputs.find((output) => output.kind === "malformed");
  const dialled = hand.lost().wait(1_000).took().at(-1) ?? "";
  return [
    dialled.replace("dial ", "").replace(/[?&]v=10&encoding=json/, ""),
    told && String(Object(told).reason),
  ];
}

const first = FIRST_URL.replace("?v=10&encoding=json", "");

test("GatewaySession: READY may name any of Discord's hosts, the host of `url`, and those that are trusted", () => {
  const trusted: [named: string, options?: Partial<GatewaySessionOptions>][] = [
    ["wss://gateway-us-east1-b.discord.gg/"],
    ["wss://discord.gg/"],
    ["wss://gateway-us-east1-b.discord.gg/", { url: LOCAL }],
    ["ws://localhost:7878/", { url: LOCAL }],
    ["ws://localhost:7879/there", { url: LOCAL }],
    ["ws://proxy.internal:7878/", { url: LOCAL, trustedHosts: ["proxy.internal"] }],
    ["wss://two.gateway.example/", { url: "wss://one.gateway.example", trustedHosts: ["gateway.example"] }],
    ["wss://[::1]/", { url: "wss://gateway.test", trustedHosts: ["[::1]"] }],
  ];
  for (const [named, options] of trusted) assertEquals(resumedAt(named, options), [named, undefined]);
});

test("GatewaySession: where READY names another host, the token goes to the first URL, and that is told", () => {
  const others: [named: string, options?: Partial<GatewaySessionOptions>][] = [
    [EVIL],
    ["wss://evildiscord.gg/"],
    ["wss://discord.gg.evil.example/"],
    ["wss://gateway.discord.gg@evil.example/"],
    ["wss://evil.example/#gateway.discord.gg"],
    ["ws://gateway-us-east1-b.discord.gg/"],
    ["https://gateway.discord.gg/"],
    ["gateway.discord.gg"],
    [""],
  ];
  for (const [named, options] of others) {
    const [dialled, told] = resumedAt(named, options);
    assertEquals(dialled, first);
    assertStringIncludes(told ?? "", "READY is taken, but not where to resume");
  }
  assertStringIncludes(resumedAt(EVIL)[1] ?? "", '"evil.example", which gets no token');
  // A neighbour under a domain where anybody may be, and Discord without TLS.
  for (
    const [named, url] of [["wss://evil.fly.dev", "wss://mine.fly.dev"], ["ws://gateway.discord.gg", LOCAL]]
  ) {
    assertEquals(resumedAt(named ?? "", { url: url ?? "" })[0], `${url}/`);
  }
});

test("GatewaySession: a stored session is resumed only where the token may go", () => {
  const options = { token: "a.token", intents: 1, random: () => 0.5 };
  const resume = { sessionId: "one", sequence: 1, resumeUrl: EVIL };
  const error = assertThrows(() => new GatewaySession({ ...options, resume }), OptionError, "evil.example");
  assertEquals(error.message.includes("a.token"), false);
  const session = new GatewaySession({ ...options, resume, trustedHosts: ["evil.example"] });
  session.start(0);
  assertEquals(Object(session.poll()).url, "wss://evil.example/?v=10&encoding=json");
  // It is over: nothing is to be resumed.
  const over = new GatewaySession({ ...options, resume: { ...resume, ended: true } });
  over.start(0);
  assertEquals(Object(over.poll()).url, FIRST_URL);
});

test("GatewaySession: refuses hosts to trust that are none", () => {
  for (
    const host of ["", "wss://a.example", "a.example:443", "a.example/", "A.example", "*.a.example", " "]
  ) {
    assertThrows(() => new Hand({ trustedHosts: [host] }), OptionError, "Cannot trust the host");
  }
});

test("DiscordGateway: a stored session that names a stranger's host is told, lost, and not resumed there", async () => {
  const { world, core, connect } = worldOf();
  const store = new MemorySessionStore();
  const first = await connect({ store });
  await world.until(first.close({ resumable: true }));
  const stored = store.load(0);
  if (!stored?.session) throw new Error("It was kept");
  store.save({ ...stored, session: { ...stored.session, resumeUrl: EVIL } });
  const dialled: string[] = [];
  const host = world.host("client");
  const told: unknown[] = [];
  const gateway = await connect({
    store,
    runtime: { ...host, observe: (seen) => void (seen.kind === "dial" && dialled.push(seen.url)) },
  }, (gateway) => {
    gateway.on("error", ({ error }) => told.push(String(error)));
    gateway.on("gap", ({ resumed }) => told.push(resumed));
  });
  assertStringIncludes(String(told[0]), 'resumed at "evil.example", which gets no token');
  assertEquals(told.slice(1), [false]);
  assertEquals(dialled, [`${GATEWAY}/?v=10&encoding=json`]);
  assertEquals(core.log.some((entry) => Object(entry).op === 6), false);
  await world.until(gateway.close());
});
