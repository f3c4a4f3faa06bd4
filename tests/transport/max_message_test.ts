import type { Socket } from "node:net";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { WebSocket as NpmWebSocket } from "ws";
import { systemClock } from "../../src/driver/clock/clock.ts";
import { Driver } from "../../src/driver/driver.ts";
import { hostWith, type Observation } from "../../src/driver/host.ts";
import type { Dial } from "../../src/protocol/link.ts";
import { LocalPermits } from "../../src/driver/permits.ts";
import { GatewaySession } from "../../src/discord/gateway/session/session.ts";
import { IrcClient } from "../../src/irc/client.ts";
import { IrcSession } from "../../src/irc/session/session.ts";
import { OptionError } from "../../src/protocol/errors.ts";
import type { Protocol } from "../../src/protocol/protocol.ts";
import { listenWebSocket } from "../../testing/world/network/listen.ts";
import { Simulation } from "../../testing/world/simulation.ts";
import { dialer } from "../../src/transport/dial.ts";
import { nodeNet } from "../../src/transport/streams/node_net.ts";
import { streamWebSocket } from "../../src/transport/websocket/stream_websocket.ts";
import { webSocket } from "../../src/transport/websocket/websocket.ts";
import { TwitchClient } from "../../src/twitch/client.ts";
import { TwitchPool } from "../../src/twitch/session/pool.ts";
import { TwitchSession } from "../../src/twitch/session/session.ts";
import { connect, onBun, Peers, rawHandshake, rawServer, Recorder } from "./_harness.ts";

const makers: [name: string, dial: Dial, code: number][] = [
  // What the web's WebSocket lets nobody send becomes 4000.
  ["the runtime's WebSocket", webSocket(), 4000],
  ["npm's ws", webSocket({ WebSocket: NpmWebSocket }), 4000],
  ["our own", streamWebSocket(nodeNet()), 1009],
];

/** The header of a text frame as a server sends it. */
function header(length: number): Uint8Array {
  const bytes = new Uint8Array(10);
  bytes.set([0x81, 127]);
  const view = new DataView(bytes.buffer);
  view.setUint32(2, Math.floor(length / 2 ** 32));
  view.setUint32(6, length % 2 ** 32);
  return bytes;
}

/** A server that says this, and what it is told, without masks. */
async function saying(say: (socket: Socket) => void) {
  const heard: number[] = [];
  const server = await rawServer((socket) =>
    rawHandshake(socket, () => {
      socket.on("data", (bytes: Uint8Array) => heard.push(...bytes));
      say(socket);
    })
  );
  const closeCode = () => {
    const [first, , m0 = 0, m1 = 0, , , c0 = 0, c1 = 0] = heard;
    return first === 0x88 ? ((c0 ^ m0) << 8) | (c1 ^ m1) : undefined;
  };
  return { server, url: `ws://127.0.0.1:${server.port}`, closeCode };
}

describe("maxMessage", () => {
  for (const [name, dial, code] of makers) {
    it(`${name}: takes a message of just so many bytes, and ends the link at one more`, async () => {
      const fits = "é".repeat(50);
      const { server, url, closeCode } = await saying((socket) => {
        for (const text of [fits, `${fits}a`, "b"]) {
          const bytes = new TextEncoder().encode(text);
          socket.write(header(bytes.length));
          socket.write(bytes);
        }
      });
      await using _server = server;
      const { seen } = connect(dial, { url, maxMessage: 100 });
      const info = await seen.close();
      assertEquals(seen.data, [fits]);
      assertEquals(info, {
        code: 1006,
        reason: "A message is longer than 100 bytes",
        clean: false,
        cause: "corrupt",
      });
      await seen.until(() => {
        setTimeout(() => seen.wake(), 10);
        return closeCode() !== undefined;
      });
      assertEquals(closeCode(), code);
    });
  }

  it("our own: refuses a message by its header, before any of it has come", async () => {
    for (const [maxMessage, length] of [[undefined, 67_108_865], [1_000, 1_001]] as const) {
      const { server, url, closeCode } = await saying((socket) => socket.write(header(length)));
      await using _server = server;
      const { seen } = connect(dialer(), { url, ...(maxMessage && { maxMessage }) });
      assertEquals((await seen.close()).cause, "corrupt");
      assertEquals(closeCode(), 1009);
    }
  });

  it("dialer: throws on what is no number of bytes", () => {
    for (const maxMessage of [0, -1, 1.5, NaN, Infinity]) {
      const request = { url: "wss://127.0.0.1:9", maxMessage };
      assertThrows(() => dialer()(request, new Recorder()), OptionError, "maxMessage");
    }
  });

  it("listenWebSocket: closes a client that sends more with 1009, and tells its server nothing of it", async () => {
    const peers = new Peers();
    await using listener = await listenWebSocket(peers, { maxMessage: 100 });
    const { link, seen } = connect(dialer(), listener.url);
    await seen.open();
    link.send("x".repeat(100));
    link.send("x".repeat(101));
    assertEquals((await seen.close()).code, 1009);
    const peer = await peers.peer();
    await peer.close();
    assertEquals(peer.data, ["x".repeat(100)]);
  });

  it("Simulation: a client's link takes no more, either", async () => {
    const simulation = new Simulation({ seed: 1 });
    const peers = new Peers();
    simulation.serve("wss://sim.test", peers);
    const { seen } = connect(simulation.host("client").dial, { url: "wss://sim.test", maxMessage: 4 });
    await simulation.run(1_000);
    const peer = await peers.peer();
    for (const text of ["éé", "éée", "e"]) peer.link.send(text);
    await simulation.run(1_000);
    assertEquals([seen.data, seen.closes.map(({ cause }) => cause)], [["éé"], ["corrupt"]]);
    assertEquals(peer.closes.map(({ code }) => code), [1009]);
  });

  it("sessions: dial with what their protocol takes, or the user says, and refuse what is no number", async () => {
    const random = () => 0.5;
    const token = "a.b.c";
    const make: [dial: (maxMessage?: number) => Promise<unknown>, bytes: number][] = [
      [(most) => dialled(new IrcSession({ url: "wss://a", nick: "a", random, ...some(most) })), 262_144],
      [(most) => dialled(new TwitchSession({ random, ...some(most) })), 262_144],
      [(most) => dialled(new TwitchPool({ channels: ["#a"], random, ...some(most) })), 262_144],
      [(most) => dialled(new GatewaySession({ token, intents: 0, random, ...some(most) })), 67_108_864],
    ];
    for (const [dial, bytes] of make) {
      assertEquals(await dial(), bytes);
      assertEquals(await dial(5_000), 5_000);
      assertThrows(() => void dial(0), OptionError, "maxMessage");
    }
  });

  const clients: [
    name: string,
    greeting: string,
    connect: (options: ConnectOptions) => Promise<Connected>,
  ][] = [
    [
      "IrcClient",
      ":s CAP * LS :\r\n:s 001 bot :hi\r\n:s 376 bot :end\r\n",
      async (options) => {
        const irc = await new IrcClient({ ...options, nick: "bot" }).connect();
        return { close: () => irc.close(), lost: (signal) => irc.wait("reconnecting", { signal }) };
      },
    ],
    [
      "TwitchClient",
      ":t CAP * ACK :twitch.tv/tags\r\n:t 001 justinfan1 :hi\r\n",
      async (options) => {
        const chat = await new TwitchClient(options).connect();
        return { close: () => chat.close(), lost: (signal) => chat.wait("reconnecting", { signal }) };
      },
    ],
  ];
  for (const [name, greeting, start] of clients) {
    it(`${name}: what one read makes it do is bounded, whatever a server sends`, async () => {
      const message = "a\n".repeat(131_072);
      const { server, url } = await saying((socket) => {
        const send = (text: string) => {
          socket.write(header(text.length));
          socket.write(text);
        };
        send(greeting);
        for (let n = 0; n < 4; n++) send(message);
        send(`${message}a`);
      });
      await using _server = server;
      /** For each message that came, how long it was and how many events were told of it. */
      const work: { readonly bytes: number; events: number }[] = [];
      let end: Observation | undefined;
      const observe = (observation: Observation) => {
        const last = work.at(-1);
        if (observation.kind === "event" && last !== undefined) last.events++;
        if (observation.kind === "received") work.push({ bytes: observation.data?.length ?? 0, events: 0 });
        if (observation.kind === "closed") end ??= observation;
      };
      const client = await start({ url, runtime: { observe } });
      if (end === undefined) await client.lost(AbortSignal.timeout(20_000));
      await client.close();
      assert(end?.kind === "closed");
      assertEquals([end.info.cause, end.info.reason], ["corrupt", "A message is longer than 262144 bytes"]);
      const floods = work.filter(({ bytes }) => bytes > 100);
      assertEquals(floods.map(({ bytes }) => bytes), Array(4).fill(262_144));
      for (const { events } of floods) assert(events >= 131_072 && events <= 131_080, `${events} events`);
    });
  }

  it("dialer: while a server sends without end, other tasks get their turn", async () => {
    const most = 16 * 1_048_576;
    await using server = await rawServer((socket) => {
      const chunk = new Uint8Array(1_048_576).fill(97);
      for (let n = 0; n < most; n += chunk.length) socket.write(chunk);
    });
    let turn = 0;
    let counting = true;
    const count = () => {
      turn++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    const bytes = new Map<number, number>();
    const seen = new Recorder();
    let total = 0;
    const link = dialer()({ url: `irc://127.0.0.1:${server.port}` }, {
      opened: () => {},
      closed: (info) => seen.closed(info),
      receiveBatch: () => {},
      receive: (data) => {
        total += data.length;
        bytes.set(turn, (bytes.get(turn) ?? 0) + data.length);
        // The work that a core has with it: what comes meanwhile waits in the system.
        for (let n = 0, sum = 0; n < 300_000; n++) sum += n;
        seen.wake();
      },
    });
    await seen.until(() => total >= most);
    counting = false;
    link.abort();
    // In a turn, Node reads at most 32 times 64 KiB, and Bun 11 times 512 KiB.
    const limit = onBun ? 5_767_168 : 2_097_152;
    assert(Math.max(...bytes.values()) <= limit, `${Math.max(...bytes.values())} bytes in one turn`);
  });
});

/** What a client is connected with here, and what is done with it then. */
interface ConnectOptions {
  readonly url: string;
  readonly runtime: { readonly observe: (observation: Observation) => void };
}

interface Connected {
  close(): Promise<unknown>;
  /** Waits until its link is lost. */
  lost(signal: AbortSignal): Promise<unknown>;
}

function some(maxMessage: number | undefined): { readonly maxMessage?: number } {
  return maxMessage === undefined ? {} : { maxMessage };
}

/** With which `maxMessage` a session dials first. */
function dialled<Command, Event extends { readonly kind: string }, Ask, Answer>(
  core: Protocol<Command, Event, Ask, Answer>,
): Promise<unknown> {
  return new Promise((resolve) => {
    const host = hostWith(({ maxMessage }) => {
      resolve(maxMessage);
      return { send() {}, close() {}, abort() {} };
    }, { permits: new LocalPermits(systemClock) });
    const driver = new Driver<Command, Event, Ask, Answer>(core, { host, label: "a", deliver: () => {} });
    driver.start();
    setTimeout(() => driver.shutdown("end"), 100);
  });
}
