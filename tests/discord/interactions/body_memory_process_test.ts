import { assert, assertEquals } from "@std/assert";
import { spawn } from "node:child_process";
import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const CHILD = fileURLToPath(new URL("./_body_child.ts", import.meta.url));
const DENO = ["run", "-A", "--no-check", "--no-config", "--no-lock", "--cached-only"];
const SIGNATURE = `X-Signature-Ed25519: ${"0".repeat(128)}\r\nX-Signature-Timestamp: 1\r\n`;

/**
 * Posts a body to an endpoint in a process of its own: what it answers, 0 if it hangs up, and by how many MB that
 * process grew at most.
 */
async function post(
  endpoint: string,
  fields: string,
  body: string,
): Promise<[status: number, grown: number]> {
  const runtime = "deno" in process.versions ? DENO : [];
  const args = [...runtime, CHILD, endpoint];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => Number((await lines.next()).value);
  const socket = connect(await next(), "127.0.0.1");
  const answer = new Promise<string>((resolve) => {
    socket.once("data", (data) => resolve(String(data)));
    socket.once("error", (error) => resolve(String(error)));
  });
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${fields}${SIGNATURE}\r\n`);
  socket.write(body);
  const status = Number(/^HTTP\/1.1 (\d+)/.exec(await answer)?.[1] ?? 0);
  child.stdin.end();
  const grown = await next();
  socket.destroy();
  return [status, grown];
}

const chunked = "Transfer-Encoding: chunked\r\n";
const chunks = "1\r\na\r\n".repeat(100_000) + "0\r\n\r\n";
const length = 100 << 20;
const lengths = `Content-Length: ${length}\r\n`.repeat(2);

for (const endpoint of ["interactions", "webhook events"]) {
  test(`readSignedBody: 100,000 chunks of one byte take less than 700 MB, of ${endpoint}`, async () => {
    const [status, grown] = await post(endpoint, chunked, chunks);
    assertEquals(status, 401);
    assert(grown < 700, `${grown} MB`);
  });

  test(`readSignedBody: two lengths let no 100 MB in, of ${endpoint}`, async () => {
    const [status, grown] = await post(endpoint, lengths, "a".repeat(length));
    // Node refuses such a request by itself, with 400 if there is time for that.
    assert([413, 400, 0].includes(status), `${status}`);
    assert(grown < 60, `${grown} MB`);
  });
}
