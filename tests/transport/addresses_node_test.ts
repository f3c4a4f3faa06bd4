import { assertEquals } from "@std/assert";
import net from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { nodeNet } from "../../src/transport/streams/node_net.ts";
import { connect } from "./_harness.ts";

test("nodeNet: each address has a second before Node gives it up for the next", () => {
  const limits: unknown[] = [];
  const before = { plain: net.connect, secured: tls.connect };
  const noted = (options: net.TcpNetConnectOpts) => {
    limits.push(options.autoSelectFamilyAttemptTimeout);
    return new net.Socket();
  };
  Object.assign(net, { connect: noted });
  Object.assign(tls, { connect: noted });
  try {
    for (const scheme of ["tcp", "tls"]) connect(nodeNet(), `${scheme}://both.test:1`).link.abort();
  } finally {
    Object.assign(net, { connect: before.plain });
    Object.assign(tls, { connect: before.secured });
  }
  assertEquals(limits, [1_000, 1_000]);
});
