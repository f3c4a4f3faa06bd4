import { deepStrictEqual, ok } from "node:assert";
import { httpConnect } from "../../src/transport/proxy/http_connect.ts";
import { socks5 } from "../../src/transport/proxy/socks5.ts";
import type { Tunnel, TunnelStep } from "../../src/transport/proxy/tunnel.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

const TARGET = { hostname: "irc.test", port: 6667, secure: false };
const CREDENTIALS = { username: "me", password: "secret" };

interface Answers {
  readonly make: () => Tunnel;
  readonly bytes: Uint8Array;
  /** Whether they open a way; undefined: nobody knows. */
  readonly opens: boolean | undefined;
}

function httpAnswers(draw: Draw): Answers {
  const line = () => `X: ${draw.text(draw.integer(0, 40)).replace(/[^\t\x20-\x7e]/g, "")}\r\n`;
  const head = (code: number) =>
    `HTTP/1.${draw.integer(0, 1)} ${code} X\r\n${draw.list(2, line).join("")}\r\n`;
  const last = draw.pick([200, 204, 299, 302, 403, 407, 502, 503]);
  const interim = draw.list(draw.integer(0, 2), () => head(draw.pick([100, 102, 103])));
  const long = draw.chance(0.05) ? `HTTP/1.1 100 ${"x".repeat(20_000)}\r\n\r\n` : "";
  const bytes = Uint8Array.from([...long, ...interim, head(last)].join(""), (c) => c.charCodeAt(0));
  return { make: () => httpConnect(TARGET, CREDENTIALS), bytes, opens: long === "" && last < 300 };
}

function socksAnswers(draw: Draw): Answers {
  const method = draw.pick([0, 2, 2, 2, 0xff, 1]);
  const status = draw.pick([0, 0, 0, 1, 255]);
  const reply = draw.pick([0, 0, 0, 1, 5, 8, 0xf0]);
  const name = draw.bytes(draw.integer(0, 255));
  const address = draw.pick([
    [1, ...draw.bytes(4)],
    [4, ...draw.bytes(16)],
    [3, name.length, ...name],
    [7, 0],
  ]);
  const parts = [5, method, ...(method === 2 ? [1, status] : []), 5, reply, 0, ...address, ...draw.bytes(2)];
  const opens = (method === 0 || (method === 2 && status === 0)) && reply === 0 && address[0] !== 7;
  return { make: () => socks5(TARGET, CREDENTIALS), bytes: new Uint8Array(parts), opens };
}

/** What comes of answers that arrive in these pieces: what is sent, how it ends, and what is left for the server. */
function talk(tunnel: Tunnel, pieces: readonly Uint8Array[]) {
  const sent: number[][] = [];
  let unread = new Uint8Array();
  let end: TunnelStep | undefined;
  for (const piece of pieces) {
    unread = new Uint8Array([...unread, ...piece]);
    while (end === undefined) {
      const step = tunnel.read(unread);
      if (step === undefined) break;
      if (step.kind === "send") sent.push([...step.bytes]);
      else end = step;
      if (step.kind !== "refused") {
        ok(step.size > 0 && step.size <= unread.length, `${step.size} of ${unread.length}`);
        unread = unread.slice(step.size);
      }
    }
    ok(end !== undefined || unread.length <= 16_384, "a proxy is listened to for too long");
  }
  return { sent, kind: end?.kind, left: end?.kind === "open" ? unread.length : undefined };
}

/** Answers of proxies, right and wrong: only right ones open a way, and how they are cut makes no difference. */
export const proxyAnswers: Fuzzer = {
  name: "proxy",
  inSuite: 2_000,
  feed: (draw) => {
    const { make, bytes: right, opens } = draw.chance(0.5) ? httpAnswers(draw) : socksAnswers(draw);
    const behind = draw.bytes(draw.integer(0, 5));
    const bytes = new Uint8Array([...right, ...behind]);
    const changed = draw.chance(0.4);
    if (changed) bytes[draw.integer(0, bytes.length - 1)] = draw.integer(0, 255);
    const whole = talk(make(), [bytes]);
    if (!changed) {
      deepStrictEqual(whole.kind, opens ? "open" : "refused");
      if (opens) deepStrictEqual(whole.left, behind.length);
    }
    const cut = talk(make(), draw.cut(bytes, draw.integer(2, 6)));
    // A head that is found wrong early may be too long for another reason as well.
    deepStrictEqual([cut.kind, cut.left], [whole.kind, whole.left]);
    if (whole.kind !== "refused") deepStrictEqual(cut.sent, whole.sent);
  },
};
