import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { root } from "../../tools/shared/config.ts";
import { deaf } from "../_deaf.ts";
import { dialling } from "./_dialling.ts";

const HOSTS = "127.0.0.1 localhost\n127.0.0.1 both.test\n::1 both.test\n";
/** Runs a program that sees another list of hosts than everybody else. */
const WITH_HOSTS = ["-m", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"'];

const scratch = mkdtempSync(join(tmpdir(), "parley-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const hosts = join(scratch, "hosts");
writeFileSync(hosts, HOSTS);

/** Only root may do that, and not in every container. */
const { status, stdout } = spawnSync("unshare", [...WITH_HOSTS, hosts, "cat", "/etc/hosts"], {
  encoding: "utf8",
});
const skip = status !== 0 || stdout !== HOSTS;

function run(args: readonly string[]): Promise<string> {
  const options = { cwd: root, timeout: 20_000, killSignal: "SIGKILL" } as const;
  return new Promise((resolve, reject) => {
    execFile("unshare", [...WITH_HOSTS, hosts, process.execPath, ...args], options, (error, out, said) => {
      if (error === null) resolve(out);
      else reject(new Error(`${error.message}\n${out}\n${said}`));
    });
  });
}

async function listening(host: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

describe("a name with an address of IPv6 and one of IPv4", () => {
  for (const address of ["127.0.0.1", "::1"]) {
    it(`dialer: connects where only ${address} listens`, { skip }, async () => {
      await using server = await listening(address);
      const url = `tcp://both.test:${server.port}`;
      assertStringIncludes(await run(dialling([url])), `dial ${url} opened`);
    });
  }

  it("dialer: connects by IPv4 where IPv6 leads nowhere", { skip }, async () => {
    await using server = await listening("127.0.0.1");
    await using _ = await deaf("::1", server.port);
    const url = `tcp://both.test:${server.port}`;
    assertStringIncludes(await run(dialling([url])), `dial ${url} opened`);
  });

  it("dialer: tells why if neither listens", { skip }, async () => {
    const out = await run(dialling(["tcp://both.test:9"]));
    assertEquals(/^dial \S+ (\w+):/.exec(out)?.[1], "refused");
  });
});
