import { describe, it, test } from "node:test";
import { assertEquals } from "@std/assert";
import { denoNet } from "../../src/transport/streams/deno_net.ts";
import { listenTcp } from "../../testing/world/network/listen.ts";
import { certificates, connect, Peers } from "./_harness.ts";

describe("denoNet where connect to port 443 is forbidden, as on Deno Deploy", () => {
  it("dial: opens TLS there, with its own certificates and with those of the caller", async () => {
    const { server, client } = await certificates();
    await using listener = await listenTcp(new Peers({ echo: true }), { tls: server });
    const { connect: plain, connectTls } = Deno;
    const ports: number[] = [];
    Reflect.set(Deno, "connect", (options: Deno.ConnectOptions) => {
      if (options.port === 443) throw new Error("Using Deno.connect to connect to 443 is prohibited");
      return Reflect.apply(plain, Deno, [options]);
    });
    // Where the real one would go, but for the port.
    Reflect.set(Deno, "connectTls", (options: Deno.ConnectTlsOptions) => {
      ports.push(options.port);
      return connectTls.call(Deno, { ...options, port: listener.port });
    });
    try {
      for (const own of [{}, client]) {
        const { link, seen } = connect(
          denoNet({ tls: { caCerts: [server.cert], ...own } }),
          "tls://127.0.0.1:443",
        );
        await seen.open();
        link.send("hello");
        await seen.until(() => seen.size === 5);
        link.close(0, "");
        assertEquals((await seen.close()).clean, true);
      }
      assertEquals(ports, [443, 443]);
    } finally {
      Object.assign(Deno, { connect: plain, connectTls });
    }
  });
});

test("denoNet: a dial that is given up leaves no attempt behind, by which the process would live on", async () => {
  const { connect: plain, connectTls } = Deno;
  const given: unknown[] = [];
  Reflect.set(Deno, "connect", ({ signal }: Deno.ConnectOptions) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener("abort", () => {
      given.push("up");
      reject(signal.reason);
    });
    return promise;
  });
  // It takes no signal, and nothing else ends it.
  Reflect.set(Deno, "connectTls", () => {
    given.push("away");
    return new Promise(() => {});
  });
  try {
    const { link } = connect(denoNet(), "tls://192.0.2.1:443");
    link.abort();
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(given, ["up"]);
  } finally {
    Object.assign(Deno, { connect: plain, connectTls });
  }
});
