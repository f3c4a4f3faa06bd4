import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Program } from "../_program.ts";
import { dialling } from "./_dialling.ts";
import { certificates, knowsProxies, onDeno, onNode } from "./_harness.ts";
import { httpProxy, httpsProxy } from "./_proxies.ts";

/** Runs the child, and tells its lines and the hosts that the proxy was asked for. */
async function run(
  urls: readonly string[],
  variables: Readonly<Record<string, string>>,
  allowed: readonly string[] = [],
  listen: typeof httpProxy = httpProxy,
): Promise<{ lines: readonly string[]; asked: readonly string[] }> {
  await using proxy = await listen({ refuses: "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n" });
  const env = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.replace("PROXY", proxy.url)]),
  );
  await using child = new Program(dialling(urls, allowed), { ...env, DENO_NO_UPDATE_CHECK: "1" });
  assertEquals(await child.ends(), 0, child.lines.join("\n"));
  return { lines: child.lines, asked: proxy.log.map(({ target }) => target) };
}

const ENV = ["--allow-env"].filter(() => onDeno);
const HEED: Readonly<Record<string, string>> = onNode ? { NODE_USE_ENV_PROXY: "1" } : {};

it("HTTPS_PROXY: is not heeded on a Node whose fetch does not know it", { skip: knowsProxies }, async () => {
  const { asked } = await run(["wss://dial.invalid", "https://fetch.invalid"], {
    ...HEED,
    HTTPS_PROXY: "PROXY",
  });
  assertEquals(asked, []);
});

describe("a process whose environment names a proxy", { skip: !knowsProxies }, () => {
  it("HTTPS_PROXY: is gone by where fetch goes by it", async () => {
    const { lines, asked } = await run(["wss://dial.invalid", "https://fetch.invalid"], {
      ...HEED,
      HTTPS_PROXY: "PROXY",
    }, ENV);
    assertEquals(new Set(asked), new Set(["dial.invalid:443", "fetch.invalid:443"]));
    assert(lines.some((line) => line.includes('answered "502 Bad Gateway"')), lines.join("\n"));
  });

  it("NO_PROXY: is gone straight to, as by fetch", async () => {
    const variables = { ...HEED, HTTPS_PROXY: "PROXY", NO_PROXY: "dial.invalid,fetch.invalid" };
    const { asked } = await run(["wss://dial.invalid", "https://fetch.invalid"], variables, ENV);
    assertEquals(asked, []);
  });

  it("HTTPS_PROXY: one that is spoken to by TLS is gone by, too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "parley-"));
    try {
      const trusted = join(folder, "certificate.pem");
      await writeFile(trusted, (await certificates()).server.cert);
      const variables = {
        ...HEED,
        HTTPS_PROXY: "PROXY",
        DENO_CERT: trusted,
        NODE_EXTRA_CA_CERTS: trusted,
      };
      const urls = ["wss://dial.invalid", "https://fetch.invalid"];
      const { lines, asked } = await run(urls, variables, ENV, httpsProxy);
      assertEquals(new Set(asked), new Set(["dial.invalid:443", "fetch.invalid:443"]), lines.join("\n"));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("NO_PROXY: whatever fetch goes straight to, so does a WebSocket, and what neither lists goes by", async () => {
    const NO_PROXY = "a.test,.b.test,*.c.test,D.test,e.test:443,f.test:80,127.0.0.2,127.1.0.0/16,[::2]";
    const hosts = [
      ...["a.test", "x.a.test", "xa.test", "b.test", "x.b.test", "x.c.test", "d.test", "e.test", "f.test"],
      ...["127.0.0.2", "127.1.2.3", "127.2.0.1", "[::2]", "[::3]"],
    ];
    const straightBy = async (scheme: string) => {
      const urls = hosts.map((host) => `${scheme}://${host}`);
      const { asked } = await run(urls, { ...HEED, HTTPS_PROXY: "PROXY", NO_PROXY }, ENV);
      return hosts.filter((host) => !asked.includes(`${host}:443`));
    };
    const [byFetch, byDial] = await Promise.all([straightBy("https"), straightBy("wss")]);
    assert(byFetch.includes("x.a.test") && byFetch.includes("127.0.0.2"), byFetch.join(" "));
    assertEquals(byFetch.filter((host) => !byDial.includes(host)), []);
    assertEquals(hosts.filter((host) => !byDial.includes(host)), [
      "xa.test",
      "f.test",
      "127.2.0.1",
      "[::3]",
    ]);
  });

  it("HTTPS_PROXY: has no part in IRC by TCP", async () => {
    const { asked } = await run(["ircs://irc.invalid"], { ...HEED, HTTPS_PROXY: "PROXY" }, ENV);
    assertEquals(asked, []);
  });

  it("HTTPS_PROXY: is not heeded on Node unless Node does", { skip: !onNode }, async () => {
    const { asked } = await run(["wss://dial.invalid", "https://fetch.invalid"], { HTTPS_PROXY: "PROXY" });
    assertEquals(asked, []);
  });

  it("HTTP_PROXY, ALL_PROXY: are gone by for wss: where fetch goes by them for https:", async () => {
    for (const name of ["HTTP_PROXY", "ALL_PROXY"]) {
      const { asked } = await run(["wss://dial.invalid", "https://fetch.invalid"], {
        ...HEED,
        [name]: "PROXY",
      }, ENV);
      const fetched = asked.includes("fetch.invalid:443");
      assertEquals([name, asked], [name, fetched ? ["dial.invalid:443", "fetch.invalid:443"] : []]);
    }
  });

  it("HTTPS_PROXY: nobody is asked for a permission to read it", { skip: !onDeno }, async () => {
    const { lines } = await run(["wss://dial.invalid"], { HTTPS_PROXY: "PROXY" });
    assertEquals(lines.filter((line) => !line.startsWith("dial ")), ["done"]);
    assert(!lines.join("\n").includes("env"), lines.join("\n"));
  });
});
