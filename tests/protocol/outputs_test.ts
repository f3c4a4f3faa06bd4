import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Numbers, Outputs } from "../../src/protocol/core/outputs.ts";

test("Outputs: what is to be done and told comes out in the order it went in", () => {
  const outputs = new Outputs<{ kind: "ready" }, { kind: "token" }>();
  const link = outputs.dial({ url: "wss://a.test", protocols: ["x"] });
  outputs.send(link, "hello");
  outputs.tell({ kind: "ready" });
  outputs.send(link, "secret", { secret: true });
  const ask = outputs.ask({ kind: "token" });
  outputs.release(ask, false);
  outputs.done(1, 5);
  outputs.settle(2, { kind: "lost" });
  outputs.close(link, 1000, "bye");
  outputs.abort(link);
  outputs.end();
  assertEquals(outputs.length, 11);
  assertEquals(Array.from({ length: 12 }, () => outputs.shift()), [
    { kind: "dial", link: 1, url: "wss://a.test", protocols: ["x"] },
    { kind: "send", link: 1, data: "hello" },
    { kind: "event", event: { kind: "ready" } },
    { kind: "send", link: 1, data: "secret", secret: true },
    { kind: "ask", id: 1, ask: { kind: "token" } },
    { kind: "release", id: 1, used: false },
    { kind: "settle", ticket: 1, outcome: { kind: "done", value: 5 } },
    { kind: "settle", ticket: 2, outcome: { kind: "lost" } },
    { kind: "close", link: 1, code: 1000, reason: "bye" },
    { kind: "abort", link: 1 },
    { kind: "end" },
    undefined,
  ]);
});

test("Numbers: cores that share them never give one twice", () => {
  const numbers = new Numbers();
  const [a, b] = [new Outputs<never>(numbers), new Outputs<never>(numbers)];
  const permit = { scope: "s", key: "k", limit: 1, per: 1 };
  assertEquals([a.dial({ url: "" }), b.dial({ url: "" }), a.dial({ url: "" })], [1, 2, 3]);
  assertEquals([a.ask({ kind: "permit", permit }), b.ask({ kind: "permit", permit })], [1, 2]);
});
