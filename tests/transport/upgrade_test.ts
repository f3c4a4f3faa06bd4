import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { OptionError } from "../../src/protocol/errors.ts";
import { askForUpgrade, readUpgrade, type UpgradeAnswer } from "../../src/transport/websocket/_upgrade.ts";

// The key and its digest are those of RFC 6455, 1.3.
const crypto = {
  random: () => "dGhlIHNhbXBsZSBub25jZQ==",
  sha1: (text: string) =>
    text === "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
      ? "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
      : "",
};
const upgrade = askForUpgrade({ url: "wss://gateway.example:8443/chat?v=10#x", protocols: ["a", "b"] }, {
  "X-Parley": "yes",
}, crypto);

const ACCEPT = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const HEAD = `HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n`;

function answer(text: string): UpgradeAnswer | undefined {
  return readUpgrade(new TextEncoder().encode(text), upgrade);
}

test("askForUpgrade: asks as RFC 6455 says", () => {
  assertEquals(upgrade.request.split("\r\n"), [
    "GET /chat?v=10 HTTP/1.1",
    "Host: gateway.example:8443",
    "X-Parley: yes",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: a, b",
    "",
    "",
  ]);
});

test("askForUpgrade: throws on what would be another request", () => {
  const url = "ws://127.0.0.1/";
  for (const protocols of [["a b"], ["a\r\nX: y"], ["a", "a"], [""]]) {
    assertThrows(() => askForUpgrade({ url, protocols }, {}, crypto), OptionError, "subprotocol");
  }
  for (const [name, value] of [["X", "a\r\nY: b"], ["X Y", "a"], ["X", "\0"], ["upgrade", "h2c"], ["", ""]]) {
    assertThrows(() => askForUpgrade({ url }, { [name ?? ""]: value ?? "" }, crypto), OptionError, "header");
  }
  const { request } = askForUpgrade({ url }, { host: "other.example" }, crypto);
  assertEquals(request.match(/host:.*/gi), ["host: other.example"]);
});

test("readUpgrade: opens, and tells where the frames begin", () => {
  const head = `${HEAD}${ACCEPT}\r\n`;
  assertEquals(answer(`${head}\x81`), { kind: "open", protocol: "", size: head.length });
  const chosen = answer(`${HEAD}${ACCEPT}Sec-WebSocket-Protocol: b\r\n\r\n`);
  assertEquals(chosen?.kind === "open" && chosen.protocol, "b");
  for (let size = 0; size < head.length; size++) assertEquals(answer(head.slice(0, size)), undefined);
});

test("readUpgrade: takes interim answers ahead of the 101, also in pieces", () => {
  const head = "HTTP/1.1 100 Continue\r\n\r\n" +
    "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" +
    `${HEAD}${ACCEPT}\r\n`;
  assertEquals(answer(`${head}\x81`), { kind: "open", protocol: "", size: head.length });
  for (let size = 0; size < head.length; size++) assertEquals(answer(head.slice(0, size)), undefined);
  const most = `${"HTTP/1.1 199 X\r\n\r\n".repeat(16)}${HEAD}${ACCEPT}\r\n`;
  assertEquals(answer(most)?.kind, "open");
});

test("readUpgrade: refuses what is no answer to what was asked, and says why", () => {
  const refused: [text: string, reason: RegExp][] = [
    ["HTTP/1.1 403 Forbidden\r\n\r\n", /^The server answered the WebSocket handshake with "403 Forbidden"$/],
    ["HTTP/1.1 500 \x1b[31m\r\n\r\n", /"500 \?\[31m"$/],
    ["SSH-2.0-OpenSSH\r\n\r\n", /does not speak HTTP/],
    [`HTTP/1.1 101 X\r\n${ACCEPT}\r\n`, /did not upgrade/],
    [`${HEAD}\r\n`, /another handshake/],
    [`${HEAD}${ACCEPT.replace("s3p", "S3p")}\r\n`, /another handshake/],
    [`${HEAD}${ACCEPT}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n`, /extension/],
    [`${HEAD}${ACCEPT}Sec-WebSocket-Protocol: c\r\n\r\n`, /subprotocol/],
    [`${HEAD}${ACCEPT}no field\r\n\r\n`, /not HTTP/],
    [`${HEAD}${ACCEPT}X: a\0b\r\n\r\n`, /not HTTP/],
    [`${HEAD}${ACCEPT}X: a\rb\r\n\r\n`, /not HTTP/],
    [`${HEAD}${ACCEPT}X: a\nY: b\r\n\r\n`, /not HTTP/],
    ["HTTP/1.1 103 Early\r\nX: a\0b\r\n\r\n", /not HTTP/],
    [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n`, /with "403 Forbidden"$/],
    ["HTTP/1.1 100 Continue\r\n\r\n".repeat(17), /more than 16 interim/],
    [`HTTP/1.1 103 Early\r\nX: ${"x".repeat(15_000)}\r\n\r\nX: ${"x".repeat(2_000)}`, /longer than/],
    [`${HEAD}X: ${"x".repeat(20_000)}`, /longer than/],
    [`${HEAD}X: ${"x".repeat(20_000)}\r\n\r\n`, /longer than/],
  ];
  for (const [text, reason] of refused) {
    const told = answer(text);
    assertEquals([text.slice(0, 60), told?.kind === "refused" && reason.test(told.reason)], [
      text.slice(0, 60),
      true,
    ]);
  }
});

test("readUpgrade: never throws, and never opens by chance", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, begun) => {
    const bytes = begun
      ? new Uint8Array([...new TextEncoder().encode(HEAD), ...noise, 13, 10, 13, 10])
      : noise;
    assertEquals(readUpgrade(bytes, upgrade)?.kind === "open", false);
  }));
});
