import { assert, assertEquals } from "@std/assert";
import { GatewaySession } from "../../src/discord/gateway/session/session.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import type { CloseInfo, Data, Instant } from "../../src/protocol/protocol.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

const TOKEN = "a.secret.token";

/**
 * What a hostile gateway could say, before HELLO, before READY and in a session, with links lost and time passing in
 * between. Nothing throws; what is no payload is one `malformed` event, shortened; outputs are few for each input
 * and refer to the link there is; the token goes only to hosts that are trusted, in what is marked as secret.
 */
export const gatewayPayload: Fuzzer = {
  name: "gateway_payload",
  inSuite: 400,
  feed(draw) {
    const events = draw.chance(0.2) ? { events: ["MESSAGE_CREATE"] as const } : {};
    const world = new World(
      new GatewaySession({
        token: TOKEN,
        intents: 513,
        random: () => draw.number(),
        url: draw.pick(["wss://gateway.discord.gg", "ws://localhost:7878", "wss://gateway.example"]),
        trustedHosts: ["trusted.example"],
        ...events,
      }),
    );
    world.do(() => world.session.start(world.now));
    for (let step = draw.integer(1, 40); step > 0 && world.session.state !== "ended"; step--) {
      world.now += draw.pick([0, 0, 1, 100, 5_000]);
      const choice = draw.number();
      if (choice < 0.1) world.pass();
      else if (choice < 0.15) world.close(draw);
      else world.receive(choice < 0.55 ? usual(draw, world) : unusual(draw));
    }
  },
};

/** The session, and what is known of it from outside. */
class World {
  now: Instant = 0;
  link = 0;
  isOpen = false;
  sequence = 1;
  readonly session: GatewaySession;

  constructor(session: GatewaySession) {
    this.session = session;
  }

  receive(data: Data): void {
    if (this.link === 0) return;
    const { state } = this.session;
    const told = this.do(() => this.session.receive(this.link, data, this.now));
    if (this.isOpen && !isObject(data)) {
      assertEquals(
        told.filter((kind) => kind === "malformed"),
        ["malformed"],
        `${state}: ${String(data).slice(0, 80)}`,
      );
    }
  }

  close(draw: Draw): void {
    if (this.link === 0) return;
    const code = draw.pick([1000, 1001, 1005, 1006, 4000, 4004, 4007, 4009, 4014, 4999, -1, 65_535]);
    const info: CloseInfo = {
      code,
      reason: draw.text(5),
      clean: draw.chance(0.5),
      cause: draw.pick(["peer", "lost"]),
    };
    const { link } = this;
    this.link = 0;
    this.isOpen = false;
    this.do(() => this.session.closed(link, info, this.now));
  }

  /** Lets time pass until something is due. */
  pass(): void {
    const at = this.session.deadline();
    // Time may come to a point where a millisecond is nothing.
    if (at > 1e12) return;
    this.now = Math.max(this.now, at);
    this.do(() => this.session.tick(this.now));
    assert(this.session.deadline() > this.now, "What was due is due again at once");
  }

  /** Gives an input, does what comes of it, and returns the kinds of what was told. */
  do(input: () => void): string[] {
    input();
    const told: string[] = [];
    for (let outputs = 0;; outputs++) {
      const output = this.session.poll();
      if (output === undefined) break;
      assert(outputs < 50, "One input makes outputs without end");
      switch (output.kind) {
        case "event": {
          told.push(output.event.kind);
          look(output.event);
          break;
        }
        case "dial": {
          const { hostname } = new URL(output.url);
          assert(
            /^((.+\.)?discord\.gg|localhost|gateway\.example|(.+\.)?trusted\.example)$/.test(hostname),
            output.url,
          );
          assertEquals(this.link, 0, "A second link");
          this.link = output.link;
          this.isOpen = true;
          this.session.opened(output.link, { url: "", protocol: "" }, this.now);
          break;
        }
        case "send":
          assertEquals([output.link, this.isOpen], [this.link, true], "Something is sent where nobody is");
          assert(String(output.data).length <= 4096);
          assertEquals(String(output.data).includes(TOKEN), output.secret === true);
          break;
        case "close":
          this.isOpen = false;
          break;
        case "abort":
          this.link = 0;
          this.isOpen = false;
          break;
        case "ask":
          this.session.answered(output.id, { kind: "permit" }, this.now);
          break;
      }
    }
    assert(this.session.latencies.length <= 10);
    return told;
  }
}

/** What an event holds can be read, or says that it cannot, and is short where nobody asked for it. */
function look(event: object): void {
  let data: unknown;
  try {
    data = Reflect.get(event, "data");
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  if (Reflect.get(event, "kind") !== "malformed") return;
  assert(
    String(data).length <= 200 && String(Reflect.get(event, "reason")).length <= 1_000,
    "Quoted at length",
  );
}

function isObject(data: Data): boolean {
  if (typeof data !== "string") return false;
  // By its beginning it is an event of a known name, which is not parsed before somebody reads it.
  if (/^\{"t":"[A-Z_]+","s":\d+,"op":0,"d":/.test(data) && data.endsWith("}")) return true;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** What Discord says, more or less in time. */
function usual(draw: Draw, world: World): string {
  const { state } = world.session;
  const say = (op: number, d: unknown) => JSON.stringify({ t: null, s: null, op, d });
  if (state === "greeting") return say(10, { heartbeat_interval: draw.pick([1, 41_250, 1e300]) });
  const dispatch = (t: string, s: number, d: unknown) =>
    `{"t":"${t}","s":${s},"op":0,"d":${JSON.stringify(d)}}`;
  if (state === "identifying") {
    world.sequence = 1;
    const url = draw.pick([
      "wss://gateway-us-east1-b.discord.gg",
      "wss://evil.example",
      "wss://discord.gg@evil.example",
      "wss://evildiscord.gg",
      "ws://gateway.discord.gg",
      "wss://a.trusted.example",
      "javascript:1",
      `wss://${"x".repeat(10_000)}.example`,
      draw.text(20),
    ]);
    return dispatch("READY", 1, { session_id: draw.pick(["one", draw.text(9)]), resume_gateway_url: url });
  }
  if (draw.chance(0.2)) return say(draw.pick([1, 7, 9, 11]), draw.pick([null, true, false]));
  const name = draw.pick(["MESSAGE_CREATE", "GUILD_CREATE", "RESUMED", "READY", "SOMETHING_NEW"]);
  return dispatch(name, world.sequence += draw.pick([1, 1, 1, 0, 2, 1_000]), { content: draw.text(5) });
}

const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  1e308,
  "",
  "1",
  [],
  {},
  [[]],
  { heartbeat_interval: 0 },
  { heartbeat_interval: "1" },
  { heartbeat_interval: -1 },
  { session_id: 1, resume_gateway_url: [] },
  { session_id: "" },
];

/** What Discord would not say. */
function unusual(draw: Draw): Data {
  const parts = ["t", "s", "op", "d"].filter(() => draw.chance(0.8)).map((name) => {
    const value = draw.pick([
      () => JSON.stringify(draw.pick(ODD)),
      () => String(draw.integer(-1, 13)),
      () => JSON.stringify(draw.pick(["READY", "RESUMED", "MESSAGE_CREATE", "__proto__", draw.text(5)])),
      () => draw.pick(["[", '{"a":']).repeat(draw.pick([3, 1_000, 20_000])),
      () => deep(draw.pick([3, 1_000, 20_000])),
      () => `"${"x".repeat(draw.pick([10, 100_000]))}"`,
      () => "1e999",
    ])();
    return `"${name}":${value}`;
  });
  const text = `{${(draw.chance(0.5) ? parts : parts.reverse()).join(",")}}`;
  const at = draw.integer(0, Math.min(text.length, 60));
  return draw.pick<() => Data>([
    () => text,
    () => text,
    () => text.slice(0, at),
    () => text.slice(0, at) + draw.text(2) + text.slice(at + draw.integer(0, 2)),
    () => draw.text(30),
    () => JSON.stringify(draw.pick(ODD)),
    () => draw.bytes(20),
    () =>
      `{"t":"MESSAGE_CREATE","s":${draw.pick(["1", "2", "9".repeat(14), "9".repeat(20)])},"op":0,"d":${
        draw.text(9)
      }}`,
  ])();
}

function deep(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}
