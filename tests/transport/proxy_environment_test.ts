import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { OptionError } from "../../src/protocol/errors.ts";
import type { StreamAddress } from "../../src/transport/_address.ts";
import { environmentProxies, isExcepted } from "../../src/transport/proxy/environment.ts";
import { ipBytes } from "../../src/transport/proxy/ip.ts";
import { knowsProxies, onNode } from "./_harness.ts";

const HEEDED = { NODE_USE_ENV_PROXY: "1" };
const WSS: StreamAddress = { hostname: "chat.test", port: 443, secure: true };
const WS: StreamAddress = { hostname: "chat.test", port: 80, secure: false };

/** The ports of the proxies by which a secure and a plain WebSocket go. */
function ports(variables: Readonly<Record<string, string>>): (number | undefined)[] {
  const proxyFor = environmentProxies((name) => ({ ...HEEDED, ...variables })[name]);
  return [WSS, WS].map((address) => proxyFor?.(address)?.port);
}

describe("environmentProxies", { skip: !knowsProxies }, () => {
  it("environmentProxies: takes HTTPS_PROXY for wss: and HTTP_PROXY for ws:, the lower case before the upper", () => {
    assertEquals(ports({}), [undefined, undefined]);
    assertEquals(ports({ HTTPS_PROXY: "http://a:1", HTTP_PROXY: "b:2" }), [1, 2]);
    assertEquals(ports({ HTTPS_PROXY: "http://a:1", https_proxy: "http://a:3" }), [3, undefined]);
    assertEquals(ports({ HTTPS_PROXY: "http://a:1", https_proxy: "" }), [1, undefined]);
  });

  it("environmentProxies: takes another variable only where the runtime does", () => {
    assertEquals(ports({ HTTP_PROXY: "http://a:1" }), [onNode ? 1 : undefined, 1]);
    assertEquals(ports({ ALL_PROXY: "socks5://a" }), onNode ? [undefined, undefined] : [1080, 1080]);
  });

  it("environmentProxies: is off on Node unless Node itself heeds them", () => {
    const told = (variables: Readonly<Record<string, string>>) =>
      environmentProxies((name) => ({ HTTPS_PROXY: "http://a:1", ...variables })[name]) !== undefined;
    assertEquals(told({}), !onNode);
    assertEquals(told({ NODE_OPTIONS: "--use-env-proxy" }), true);
    assertEquals(told({ NODE_USE_ENV_PROXY: "1" }), true);
  });

  it("environmentProxies: names the variable that holds no proxy, and not what is secret in it", () => {
    const read = (name: string) => ({ ...HEEDED, HTTPS_PROXY: "gopher://me:secret@a" })[name];
    const { message } = assertThrows(() => environmentProxies(read), OptionError);
    assertEquals(
      message,
      'Cannot use the proxy "gopher://a" of HTTPS_PROXY: use "http:", "https:" or "socks5:"',
    );
  });

  it("environmentProxies: goes straight to what NO_PROXY lists", () => {
    const variables: Readonly<Record<string, string>> = {
      ...HEEDED,
      HTTPS_PROXY: "http://a:1",
      no_proxy: "chat.test",
    };
    const proxyFor = environmentProxies((name) => variables[name]);
    assert(proxyFor !== undefined);
    assertEquals(proxyFor(WSS), undefined);
    assertEquals(proxyFor({ ...WSS, hostname: "other.test" })?.port, 1);
  });
});

describe("NO_PROXY", () => {
  it("isExcepted: knows names and what is below them, ports, addresses and ranges", () => {
    const cases: [list: string, host: string, excepted: boolean][] = [
      ["", "a.test", false],
      ["*", "a.test", true],
      ["b.test,a.test", "a.test", true],
      ["b.test a.test", "a.test", true],
      ["A.Test", "a.test", true],
      [".a.test", "a.test", true],
      ["*.a.test", "x.a.test", true],
      ["a.test", "x.a.test", true],
      ["a.test", "xa.test", false],
      ["test", "a.test", true],
      ["a.test:443", "a.test", true],
      ["a.test:80", "a.test", false],
      ["127.0.0.1", "127.0.0.1", true],
      ["127.0.0.1:443", "127.0.0.1", true],
      ["127.0.0.0/8", "127.9.9.9", true],
      ["10.0.0.0/12", "10.16.0.1", false],
      ["0.0.0.0/0", "10.16.0.1", true],
      ["10.0.0.0/8", "fd00::1", false],
      ["::1", "::1", true],
      ["2001:db8::1", "2001:db8::1", true],
      ["[::1]", "::1", true],
      ["[::1]:443", "::1", true],
      ["[::1]:80", "::1", false],
      ["fd00::/8", "fd12::1", true],
      ["1.1", "1.1.1.1", false],
    ];
    for (const [list, host, excepted] of cases) {
      assertEquals([list, host, isExcepted(host, 443, list)], [list, host, excepted]);
    }
  });

  it("ipBytes: reads addresses, and nothing else", () => {
    assertEquals(ipBytes("192.0.2.1"), new Uint8Array([192, 0, 2, 1]));
    assertEquals(ipBytes("::"), new Uint8Array(16));
    assertEquals(ipBytes("2001:db8::1:0"), new Uint8Array([32, 1, 13, 184, ...Array(9).fill(0), 1, 0, 0]));
    assertEquals(ipBytes("1:2:3:4:5:6:7:8"), new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) => [0, n])));
    for (const name of ["", "a.test", "256.0.0.1", "1.2.3", ":", "1:2", "g::1"]) {
      assertEquals(ipBytes(name), undefined);
    }
  });
});
