import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { Client, type ClientOptions } from "../../src/driver/client/client.ts";
import { CommandError, ConnectionError } from "../../src/protocol/errors.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import { FakeHost, turn } from "./_fakes.ts";
import { Toy } from "./_toys.ts";

type ToyEvent = { readonly kind: "ready" } | { readonly kind: "word"; readonly text: string };

/** Ready when told `ready`; ends when told `leave`, or in an error when told `die`; every other word is an event. */
class Talker extends Toy<never, ToyEvent> {
  override start(): void {
    this.outputs.dial({ url: "toy://server/" });
  }
  override receive(_link: number, data: Data): void {
    for (const text of String(data).split(" ")) {
      this.inbox.push(() => {
        if (text === "die") return void this.outputs.end(new ConnectionError("unreachable", "It died"));
        if (text === "leave") return void this.outputs.end();
        return text === "ready" ? { kind: "ready" } : { kind: "word", text };
      });
    }
  }
}

class ToyClient extends Client<ToyEvent> {
  constructor(host: FakeHost, options: ClientOptions = {}, cores = 1) {
    super(host, options, "toy");
    for (let n = 0; n < cores; n++) this.attach<never, never, never>(new Talker());
  }

  override *unfinished() {
    yield* super.unfinished();
  }
}

/** A client that is connected, past the task in which it was. */
async function connected(options: ClientOptions = {}, host = new FakeHost()) {
  const client = new ToyClient(host, options);
  const connecting = client.connect();
  host.link.open().events.receive("ready");
  await connecting;
  host.clock.advance(0);
  const hear = (words: string) => host.link.events.receive(words);
  return { client, host, hear };
}

async function wordsOf(client: ToyClient): Promise<string[]> {
  const words: string[] = [];
  for await (const event of client) {
    words.push(
      event.kind === "word" ? event.text : event.kind === "lagged" ? `missed ${event.missed}` : event.kind,
    );
  }
  return words;
}

test("Client: handlers hear what comes as it comes, before connect has resolved", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  const words: string[] = [];
  client.on("ready", () => void words.push("ready"));
  client.on("word", ({ text }) => {
    words.push(text);
    if (text === "b") client.trigger({ kind: "word", text: "triggered" });
  });
  const early = client.wait("word");
  assertEquals(host.links.length, 0);
  const connecting = client.connect();
  host.link.open().events.receive("early ready b c");
  assertEquals(words, ["early", "ready", "b", "triggered", "c"]);
  assertEquals(await early, { kind: "word", text: "early" });
  assertEquals(await connecting, client);
  host.clock.advance(0);
  host.link.events.receive("d");
  assertEquals(words, ["early", "ready", "b", "triggered", "c", "d"]);
});

test("Client: an iterator taken before connect, or in the task in which it resolves, gets everything", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  const before = wordsOf(client);
  const connecting = client.connect();
  host.link.open().events.receive("a b ready c");
  const meanwhile = wordsOf(client);
  await connecting;
  const [first, second] = [wordsOf(client), wordsOf(client)];
  host.clock.advance(0);
  const late = wordsOf(client);
  host.link.events.receive("d");
  await client.close();
  for (const reading of [before, meanwhile, first, second]) {
    assertEquals(await reading, ["a", "b", "ready", "c", "d", "closed"]);
  }
  assertEquals(await late, ["d", "closed"]);
});

test("Client: who goes on without a part that has failed ends with its error only where all end by themselves", async () => {
  class Survivor extends ToyClient {
    protected override partEnded() {
      return true;
    }
  }
  for (const closes of [true, false]) {
    const host = new FakeHost();
    const client = new Survivor(host, {}, 2);
    const connecting = client.connect();
    for (const link of host.links) link.open().events.receive("ready");
    await connecting;
    host.links[0]?.events.receive("die");
    const heard = client.wait("word");
    host.links[1]?.events.receive("still");
    assertEquals((await heard).text, "still");
    if (closes) void client.close();
    else host.links[1]?.events.receive("leave");
    assertEquals(
      await client.closed.then(() => "closed", ({ message }) => message),
      closes ? "closed" : "It died",
    );
  }
});

test("Client: what came early and does not fit into the mailbox is told by lagged", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host, { mailbox: 2 });
  const connecting = client.connect();
  host.link.open().events.receive("a b c ready");
  await connecting;
  const reading = wordsOf(client);
  host.clock.advance(0);
  await turn();
  void client.close();
  assertEquals(await reading, ["missed 2", "c", "ready", "closed"]);
});

test("Client: what came early is unfinished as long as somebody may come to read it, and nobody listens", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  client.on("error", () => {});
  const connecting = client.connect();
  host.link.open().events.receive("a ready");
  await connecting;
  assertEquals([...client.unfinished()].map(({ kind }) => kind), ["word", "ready"]);
  client.on("word", () => {});
  assertEquals([...client.unfinished()], []);
  const events = client[Symbol.asyncIterator]();
  assertEquals([...client.unfinished()].map(({ kind }) => kind), ["word", "ready"]);
  await events.return?.();
});

test("Client.connect: to call it twice is to call it once", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  const connecting = client.connect();
  assertEquals(client.connect(), connecting);
  host.link.open().events.receive("ready");
  await connecting;
  assertEquals(client.connect(), connecting);
  assertEquals(host.links.length, 1);
});

test("Client.close: before connect it ends the client, which then connects no more", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  const reading = wordsOf(client);
  const waiting = client.wait("word");
  await client.close();
  await client.closed;
  assertEquals(await reading, ["closed"]);
  await assertRejects(() => waiting, CommandError, "has ended");
  const error = await assertRejects(() => client.connect(), ConnectionError, "closed before it was ready");
  assertEquals(error.code, "closed");
  assertEquals(host.links.length, 0);
});

test("Client.close: while it connects it makes connect reject", async () => {
  const host = new FakeHost();
  const client = new ToyClient(host);
  const connecting = client.connect();
  await client.close();
  await assertRejects(() => connecting, ConnectionError, "closed before it was ready");
  assert(host.link.aborted);
});

test("Client.connect: what its beginning rejects with ends the client", async () => {
  class Failing extends ToyClient {
    protected override begin(): Promise<void> {
      return Promise.reject(new ConnectionError("unreachable", "Nobody answers"));
    }
  }
  const client = new Failing(new FakeHost());
  const errors: string[] = [];
  client.on("error", ({ error }) => void errors.push(String(error)));
  await assertRejects(() => client.connect(), ConnectionError, "Nobody answers");
  await assertRejects(() => client.closed, ConnectionError, "Nobody answers");
  assertEquals(errors, ["ConnectionError: Nobody answers"]);
});

test("Client.connect: a beginning that is under way when the client is closed changes nothing any more", async () => {
  const beginning = Promise.withResolvers<void>();
  let aborted: AbortSignal | undefined;
  class Slow extends ToyClient {
    protected override begin(signal: AbortSignal): Promise<void> {
      aborted = signal;
      return beginning.promise;
    }
  }
  const client = new Slow(new FakeHost());
  const connecting = client.connect();
  await client.close();
  assertEquals(aborted?.aborted, true);
  await assertRejects(() => connecting, ConnectionError, "closed before it was ready");
  beginning.reject(new Error("too late"));
  await client.closed;
});

test("Client.on: returns its own undo, also for a function added twice", async () => {
  const { client, hear } = await connected();
  let count = 0;
  const handler = () => void count++;
  const undo = client.on("word", handler);
  client.on("word", handler);
  hear("a");
  undo();
  undo();
  hear("b");
  assertEquals(count, 3);
});

test("Client.on: a handler gets the client as well, so that it can live elsewhere", async () => {
  const { client, hear } = await connected();
  const told: unknown[] = [];
  const handler = (event: { readonly kind: string }, teller: typeof client) =>
    told.push([event.kind, teller === client]);
  client.on("word", handler);
  client.once("word", handler);
  hear("a");
  assertEquals(told, [["word", true], ["word", true]]);
});

test("Client.wait: takes the first of several kinds that is wanted, and one only", async () => {
  const { client, hear } = await connected();
  const waiting = client.wait(["word", "error"], {
    where: (event) => event.kind === "word" && event.text > "b",
  });
  hear("a b c d");
  const event = await waiting;
  assert(event.kind === "word");
  assertEquals(event.text, "c");
});

test("Client.wait: gives up by its signal, or when the client ends", async () => {
  const { client, hear } = await connected();
  const controller = new AbortController();
  const given = client.wait("word", { signal: controller.signal });
  const ended = client.wait("word", { where: () => false });
  controller.abort(new Error("enough"));
  await assertRejects(() => given, Error, "enough");
  hear("die");
  await assertRejects(() => ended, ConnectionError, "It died");
  await assertRejects(() => client.wait("word"), ConnectionError, "It died");
});

test("Client.wait: refuses to wait for an event of no kind, which would never come", async () => {
  const { client } = await connected();
  const waited = await Promise.race([client.wait([]).catch((error: unknown) => error), turn()]);
  assertInstanceOf(waited, CommandError);
  assertEquals(waited.message, "Cannot wait for no event: give a kind");
});

test("Client.waitAll: waits for one of each kind, in whatever order they come", async () => {
  const { client, hear } = await connected();
  const waiting = client.waitAll(["word", "ready"]);
  let done = false;
  void waiting.then(() => void (done = true));
  hear("ready ready");
  await turn();
  assertEquals(done, false);
  hear("a b");
  const [word, ready] = await waiting;
  assertEquals([word, ready], [{ kind: "word", text: "a" }, { kind: "ready" }]);
  assertEquals(word.text, "a");
  const given = client.waitAll(["word", "error"], { signal: AbortSignal.abort(new Error("enough")) });
  await assertRejects(() => given, Error, "enough");
  assertEquals(await client.waitAll([]), []);
});

test("Client: a consumer slower than the wire is told how much it missed", async () => {
  const { client, hear } = await connected({ mailbox: 3 });
  const reading = wordsOf(client);
  hear("a b c d e f");
  await client.close();
  // The reader was waiting for the first, which never saw the mailbox.
  assertEquals(await reading, ["a", "missed 3", "e", "f", "closed"]);
});

test("Client: what a consumer missed is told, even if the client has ended before it looked", async () => {
  const { client, hear } = await connected({ mailbox: 3 });
  const events = client[Symbol.asyncIterator]();
  hear("a b c d e die");
  await client.closed.catch(() => {});
  const kinds: string[] = [];
  const read = async () => {
    for (let next = await events.next(); !next.done; next = await events.next()) kinds.push(next.value.kind);
  };
  await assertRejects(read, ConnectionError, "It died");
  // So is the error an event, and the end.
  assertEquals(kinds, ["lagged", "word", "error", "closed"]);
});

test("Client: an end with an error reaches handlers, iterators and `closed`", async () => {
  const { client, hear } = await connected();
  const errors: string[] = [];
  client.on("error", ({ error }) => void errors.push(String(error)));
  const reading = wordsOf(client);
  hear("a die");
  await assertRejects(() => reading, ConnectionError, "It died");
  await assertRejects(() => client.closed, ConnectionError, "It died");
  assertEquals(errors, ["ConnectionError: It died"]);
  await assertRejects(() => wordsOf(client), ConnectionError, "It died");
});

test("Client.close: ends iteration, and rejects nothing", async () => {
  const { client, hear } = await connected();
  const reading = wordsOf(client);
  hear("a");
  await client.close();
  assertEquals(await reading, ["a", "closed"]);
  await client.closed;
  await client.close();
  await assertRejects(() => client.wait("word"), CommandError, "has ended");
});

test("Client: with several cores it is ready when all are, and ends when one never can be", async () => {
  const host = new FakeHost();
  const connecting = new ToyClient(host, {}, 2).connect();
  const [a, b] = host.links;
  let ready = false;
  void connecting.then(() => ready = true);
  a?.open().events.receive("ready ready");
  await turn();
  assertEquals(ready, false);
  b?.open().events.receive("ready");
  const client = await connecting;
  b?.events.receive("die");
  await assertRejects(() => client.closed, ConnectionError);
  assert(a?.aborted);
});

test("Client.connect: rejects when its core ends first, and when its signal was aborted before", async () => {
  const host = new FakeHost();
  const connecting = new ToyClient(host).connect();
  host.link.open().events.receive("die");
  await assertRejects(() => connecting, ConnectionError, "It died");
  const other = new FakeHost();
  const client = new ToyClient(other, { signal: AbortSignal.abort(new Error("no")) });
  const error = await assertRejects(() => client.connect(), ConnectionError, "nothing had gone wrong");
  assertEquals([error.code, error.cause], ["aborted", new Error("no")]);
  assertEquals(other.links.length, 0);
  await client.closed;
});

test("Client.connect: gives up when its signal is aborted meanwhile, and heeds it no more afterwards", async () => {
  const host = new FakeHost();
  const controller = new AbortController();
  const connecting = new ToyClient(host, { signal: controller.signal }).connect();
  controller.abort(new Error("enough"));
  await assertRejects(() => connecting, ConnectionError, "while waiting for the server to let us in");
  assert(host.link.aborted);
  const later = new AbortController();
  const { client, hear } = await connected({ signal: later.signal });
  later.abort();
  const waiting = client.wait("word");
  hear("a");
  await waiting;
});

test("Client.on: a handler is called until its signal is aborted, and not even in the same event after that", async () => {
  const { client, hear } = await connected();
  const heard: string[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  client.on("word", ({ text }) => {
    if (text === "b") controller.abort();
  });
  client.on("word", ({ text }) => heard.push(text), { signal });
  hear("a b c");
  client.on("word", ({ text }) => heard.push(text), { signal });
  hear("d");
  assertEquals(heard, ["a"]);
});

test("Client.once: calls the handler with the next event, and no other", async () => {
  const { client, hear } = await connected();
  const heard: string[] = [];
  const errors: unknown[] = [];
  client.on("error", ({ handling }) => errors.push(handling));
  client.once("word", ({ text }) => {
    heard.push(text);
    if (text === "a") hear("nested");
    throw new Error("boom");
  });
  const undo = client.once("word", () => heard.push("undone"));
  undo();
  client.once("word", () => heard.push("aborted"), { signal: AbortSignal.abort() });
  hear("a b");
  assertEquals([heard, errors], [["a"], ["word"]]);
});
