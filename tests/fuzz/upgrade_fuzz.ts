import { deepStrictEqual, ok } from "node:assert";
import { askForUpgrade, readUpgrade } from "../../src/transport/websocket/_upgrade.ts";
import type { Draw, Fuzzer } from "./_fuzzer.ts";

const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const crypto = { random: () => "dGhlIHNhbXBsZSBub25jZQ==", sha1: () => ACCEPT };
const upgrade = askForUpgrade({ url: "wss://host/", protocols: ["a", "b"] }, {}, crypto);

const FIELDS = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${ACCEPT}`] as const;
const WRONG = [
  "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
  `Sec-WebSocket-Accept: ${ACCEPT.toLowerCase()}`,
  "Sec-WebSocket-Extensions: permessage-deflate",
  "Sec-WebSocket-Protocol: c",
  "Sec-WebSocket-Protocol: a, b",
  "no colon",
  " folded: yes",
  "space : before",
  ": no name",
  "X: a\0b",
  "X: a\rb",
  "X: a\nY: b",
];

interface Answer {
  readonly head: string;
  /** Whether it may open a WebSocket. */
  readonly right: boolean;
}

function answerOf(draw: Draw): Answer {
  let right = true;
  const wrong = (probability: number) => {
    const is = draw.chance(probability);
    if (is) right = false;
    return is;
  };
  const interim = draw.chance(0.2)
    ? draw.list(draw.integer(1, 20), () => `HTTP/1.1 ${draw.pick([100, 102, 103])} X`)
    : [];
  if (interim.length > 16) right = false;
  const status = wrong(0.2)
    ? draw.pick(["HTTP/1.1 200 OK", "HTTP/2 101", "HTTP/1.1 301 X", "ICY 101", ""])
    : "HTTP/1.1 101 X";
  const fields: string[] = FIELDS.filter(() => !wrong(0.05));
  if (wrong(0.2)) fields.splice(draw.integer(0, fields.length), 0, draw.pick(WRONG));
  if (draw.chance(0.3)) fields.push(`Sec-WebSocket-Protocol: ${draw.pick(["a", "b"])}`);
  if (draw.chance(0.3)) fields.push(`X: ${draw.text(draw.integer(0, 40)).replace(/[^\t\x20-\xff]/g, "")}`);
  if (wrong(0.03)) fields.push(`X: ${"x".repeat(draw.integer(16_400, 40_000))}`);
  // Two subprotocols are none that was offered.
  if (fields.filter((field) => field.startsWith("Sec-WebSocket-Protocol")).length > 1) right = false;
  const heads = [...interim.map((line) => `${line}\r\n\r\n`), `${[status, ...fields].join("\r\n")}\r\n\r\n`];
  return { head: heads.join(""), right };
}

/** Answers to an upgrade, right and wrong, in pieces: only right ones open, for whatever cut, and within a bound. */
export const upgradeAnswers: Fuzzer = {
  name: "upgrade",
  inSuite: 2_000,
  feed: (draw) => {
    const { head, right } = answerOf(draw);
    const behind = "\x81\x01a\r\n\r\n".slice(0, draw.integer(0, 7));
    const bytes = Uint8Array.from(head + behind, (character) => character.charCodeAt(0) & 255);
    const changed = draw.chance(0.3);
    if (changed) bytes[draw.integer(0, bytes.length - 1)] = draw.integer(0, 255);
    const whole = readUpgrade(bytes, upgrade);
    if (!changed) deepStrictEqual([whole?.kind, head], [right ? "open" : "refused", head]);
    if (whole?.kind === "open") ok(whole.size <= 16_384 && (changed || whole.size === head.length));
    if (whole?.kind === "refused") ok(/^[\x20-\x7e]{1,200}$/.test(whole.reason), whole.reason);
    // It is read again with each piece that comes, until there is an answer.
    let size = 0;
    for (const piece of draw.cut(bytes, draw.integer(1, 5))) {
      size += piece.length;
      const answer = readUpgrade(bytes.subarray(0, size), upgrade);
      if (answer === undefined) {
        ok(size <= 16_384);
        continue;
      }
      // A head that is found wrong early may be too long for another reason as well.
      deepStrictEqual(answer.kind, whole?.kind);
      if (answer.kind === "open") deepStrictEqual(answer, whole);
      break;
    }
  },
};
