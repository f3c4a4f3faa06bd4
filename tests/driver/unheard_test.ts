import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { Client, type ClientOptions } from "../../src/driver/client/client.ts";
import type { Host } from "../../src/driver/host.ts";
import { CommandError, ConnectionError } from "../../src/protocol/errors.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import { FakeHost, turn } from "./_fakes.ts";
import { Toy } from "./_toys.ts";

type ToyEvent = { readonly kind: "ready" } | { readonly kind: "word"; readonly text: string };

/** Ready when told `ready`, ends when told `die`; loses its commands when told `lose`, and at the end. */
class Talker extends Toy<string, ToyEvent> {
  readonly #tickets: number[] = [];
  override start(): void {
    this.outputs.dial({ url: "toy://server/" });
  }
  override command(command: string, ticket: number): void {
    if (command === "") throw new CommandError("invalid_command", "Cannot say nothing");
    this.#tickets.push(ticket);
  }
  override receive(_link: number, data: Data): void {
    for (const text of String(data).split(" ")) {
      this.inbox.push(() => {
        if (text === "die") return void this.outputs.end(new ConnectionError("unreachable", "It died"));
        if (text === "lose") return void this.#lose();
        return text === "ready" ? { kind: "ready" } : { kind: "word", text };
      });
    }
  }
  #lose(): void {
    for (const ticket of this.#tickets.splice(0)) this.outputs.settle(ticket, { kind: "lost" });
  }
}

class ToyClient extends Client<ToyEvent> {
  readonly #driver;
  constructor(host: FakeHost, options: ClientOptions = {}) {
    super(host, options, "toy");
    this.#driver = this.attach<string, never, never>(new Talker());
  }
  say(text: string, signal?: AbortSignal): Promise<unknown> {
    return this.commanded({ command: "say", target: "#a", signal }, () => this.#driver.command(text, signal));
  }
  mishap(error: unknown): void {
    this.report(error);
  }
}

/** A client that is connected, and what is printed and thrown where nobody listens. */
async function connected(options: ClientOptions = {}) {
  const observed: string[] = [];
  const observe: Host["observe"] = ({ kind }) => void observed.push(kind);
  const printed: (readonly unknown[])[] = [];
  const thrown: unknown[] = [];
  const host = Object.assign(new FakeHost(observe), {
    console: { error: (...what: readonly unknown[]) => void printed.push(what) },
    uncaught: (error: unknown) => void thrown.push(error),
  });
  const client = new ToyClient(host, options);
  const connecting = client.connect();
  host.link.open().events.receive("ready");
  await connecting;
  host.clock.advance(0);
  const hear = (words: string) => host.link.events.receive(words);
  /** Lets promises settle, and the task end. */
  const settle = async () => {
    await turn();
    host.clock.advance(0);
    await turn();
  };
  const lines = () => printed.map(([text, error]) => `${text} ${error ?? ""}`.trimEnd());
  return { client, host, hear, settle, printed, thrown, lines, observed };
}

const boom = (text: string) => () => {
  throw new Error(text);
};

test("Client: what a handler throws, rejects with, or thenably fails with is an error event", async () => {
  const { client, hear, settle, printed, thrown } = await connected();
  const told: string[] = [];
  client.on("error", ({ error, handling }) => void told.push(`${handling}: ${error}`));
  client.on("word", boom("thrown"));
  client.on("word", () => Promise.reject(new Error("rejected")));
  // A query builder is no promise, and has a `then`.
  const query = { then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error("thenable")) };
  client.on("word", () => query);
  client.on("word", () => ({ then: 5 }));
  client.on("word", () => {
    throw undefined;
  });
  hear("a");
  await settle();
  assertEquals(told.sort(), [
    "word: Error: rejected",
    "word: Error: thenable",
    "word: Error: thrown",
    "word: undefined",
  ]);
  assertEquals([printed, thrown], [[], []]);
});

test("Client: what it survives is printed with its stack, where nobody has a handler", async () => {
  const { client, hear, settle, printed, thrown, lines } = await connected();
  const error = new Error("boom");
  client.on("word", () => Promise.reject(error));
  // A loop that looks at other kinds hears nothing.
  const events = client[Symbol.asyncIterator]();
  hear("a");
  await settle();
  client.mishap(new Error("the disk is full"));
  assertEquals(printed[0]?.[1], error);
  assertEquals(lines(), [
    'parley toy: a handler of "word" failed: Error: boom',
    "parley toy: something failed on the side: Error: the disk is full",
  ]);
  assertEquals(thrown, []);
  await events.return?.();
});

test("Client: it is printed ten times a minute at most, and then how many more there were", async () => {
  const { client, host, hear, lines } = await connected();
  client.on("word", boom("boom"));
  hear("a ".repeat(25).trim());
  assertEquals(lines().length, 10);
  host.clock.advance(60_000);
  hear("a");
  assertEquals(lines().slice(10), [
    'parley toy: 15 more failures were not printed; listen for "error"',
    'parley toy: a handler of "word" failed: Error: boom',
  ]);
  hear("a ".repeat(12).trim());
  await client.close();
  assertEquals(lines().at(-1), 'parley toy: 3 more failures were not printed; listen for "error"');
});

test("Client: if it is strict, what it survives is an uncaught error, unless somebody listens", async () => {
  const { client, hear, settle, printed, thrown } = await connected({ strict: true });
  client.on("word", boom("boom"));
  hear("a");
  void client.say("");
  await settle();
  assertEquals(thrown.map(String), ["Error: boom", "CommandError: Cannot say nothing"]);
  client.on("error", () => {});
  client.on("undelivered", () => {});
  hear("b");
  void client.say("");
  await settle();
  assertEquals([thrown.length, printed], [2, []]);
});

test("Client: what an error handler throws or rejects with is an uncaught error", async () => {
  const { client, hear, settle, thrown, observed } = await connected();
  client.on("word", boom("first"));
  client.on("error", () => Promise.reject(new Error("second")));
  client.on("error", boom("third"));
  hear("a");
  await settle();
  assertEquals(thrown.map(String).sort(), ["Error: second", "Error: third"]);
  assertEquals(observed.filter((kind) => kind === "error").length, 2);
});

test("Client: an end with an error that nobody awaits or listens for is an uncaught error", async () => {
  const { client, hear, settle, printed, thrown } = await connected();
  client.on("word", () => {});
  hear("a die");
  assertEquals(thrown, []);
  await settle();
  assertEquals(thrown.map(String), ["ConnectionError: It died"]);
  assertEquals(printed, []);
});

for (
  const [who, listen] of Object.entries<(client: ToyClient) => unknown>({
    "an error handler": (client) => client.on("error", () => {}),
    "a closed handler": (client) => client.on("closed", () => {}),
    "`closed`": (client) => client.closed.catch(() => {}),
    "wait": (client) => client.wait("word").catch(() => {}),
    "waitAll": (client) => client.waitAll(["word"]).catch(() => {}),
    "an iterator": (client) => client[Symbol.asyncIterator](),
  })
) {
  test(`Client: an end with an error is heard by ${who}`, async () => {
    const { client, hear, settle, thrown } = await connected();
    void listen(client);
    hear("die");
    await settle();
    assertEquals(thrown, []);
    // What hears of it no more does not count.
    const other = await connected();
    void listen(other.client);
    other.hear("word");
    if (who === "wait" || who === "waitAll") {
      await other.settle();
      other.hear("die");
      await other.settle();
      assertEquals(other.thrown.length, 1);
    }
  });
}

test("Client: promises that were left alone hear nothing, and a loop that has ended neither", async () => {
  const { client, hear, settle, thrown } = await connected();
  void client.wait("word", { where: () => false });
  void client.closed;
  void client.connect();
  await client[Symbol.asyncIterator]().return?.();
  hear("die");
  await settle();
  assertEquals(thrown.map(String), ["ConnectionError: It died"]);
});

test("Client: whoever comes in the task in which it ended is not too late", async () => {
  const { client, hear, settle, thrown } = await connected();
  hear("die");
  await assertRejects(() => client.closed, ConnectionError, "It died");
  await settle();
  assertEquals(thrown, []);
});

test("Client: who waits for an event once it has ended hears why", async () => {
  const { client, hear, settle, thrown } = await connected();
  hear("die");
  await assertRejects(() => client.wait("word"), ConnectionError, "It died");
  await settle();
  assertEquals(thrown, []);
});

test("Client: connect() that rejects with the error hears of it, and left alone it is an uncaught error", async () => {
  for (const taken of [true, false]) {
    const thrown: unknown[] = [];
    const host = Object.assign(new FakeHost(), { uncaught: (error: unknown) => void thrown.push(error) });
    const client = new ToyClient(host);
    const connecting = client.connect();
    const rejected = taken ? assertRejects(() => connecting, ConnectionError, "It died") : undefined;
    host.link.open().events.receive("die");
    await rejected;
    await turn();
    host.clock.advance(0);
    assertEquals(thrown.length, taken ? 0 : 1);
  }
});

test("Client: a connect() that was left alone is no error where the client is closed or given up", async () => {
  const controller = new AbortController();
  for (
    const end of [(client: ToyClient) => void client.close(), () => controller.abort(new Error("enough"))]
  ) {
    const thrown: unknown[] = [];
    const host = Object.assign(new FakeHost(), { uncaught: (error: unknown) => void thrown.push(error) });
    const client = new ToyClient(host, { signal: controller.signal });
    void client.connect();
    end(client);
    await client.closed;
    await turn();
    host.clock.advance(0);
    await turn();
    assertEquals(thrown, []);
  }
});

test("Client: `closed` is its last event, with the error if there is one", async () => {
  for (const [word, error] of [["", undefined], ["die", "ConnectionError: It died"]] as const) {
    const { client, hear } = await connected();
    const kinds: string[] = [];
    const ended: unknown[] = [];
    client.on("error", () => void kinds.push("error"));
    client.on("closed", (event) => {
      kinds.push("closed");
      ended.push(event.error?.toString());
    });
    if (word === "die") hear("die");
    else await client.close();
    assertEquals(kinds, word === "die" ? ["error", "closed"] : ["closed"]);
    assertEquals(ended, [error]);
  }
});

test("Client: a command that was left alone and failed is told by undelivered, or printed", async () => {
  const { client, hear, settle, lines, thrown } = await connected();
  void client.say("into the dark");
  void client.say("");
  await settle();
  assertEquals(lines(), [
    'parley toy: say() for "#a" was left alone, and failed: CommandError: Cannot say nothing',
  ]);
  const told: unknown[] = [];
  client.on("undelivered", (event) => {
    const { command, target, outcome, reason } = event;
    told.push([command, target, outcome, reason instanceof Error ? reason.message : reason]);
  });
  hear("lose");
  const controller = new AbortController();
  void client.say("taken back", controller.signal);
  controller.abort("never mind");
  await settle();
  assertEquals(told, [
    ["say", "#a", "lost", "The link died while the command was under way"],
  ]);
  assertEquals(thrown, []);
});

test("Client: a command whose promise was taken, even a little later, is not told", async () => {
  const { client, hear, settle, lines } = await connected();
  const told: unknown[] = [];
  client.on("undelivered", (event) => void told.push(event));
  const late = client.say("");
  await assertRejects(() => client.say(""), CommandError, "nothing");
  await assertRejects(() => late, CommandError, "nothing");
  // A handler gives it back: an error event tells of it.
  client.on("word", () => client.say(""));
  const all = Promise.all([client.say("a"), client.say("b")]);
  hear("lose");
  await assertRejects(() => all, CommandError, "died");
  hear("word");
  await settle();
  assertEquals(told, []);
  assertStringIncludes(lines().join(), 'a handler of "word" failed: CommandError');
});

test("Client: what was left alone when it ended is told before `closed`", async () => {
  const { client, hear, settle } = await connected();
  const kinds: string[] = [];
  const reading = (async () => {
    for await (const { kind } of client) kinds.push(kind);
  })();
  const failing = assertRejects(() => reading, ConnectionError);
  void client.say("into the dark");
  hear("die");
  await settle();
  await failing;
  assertEquals(kinds, ["undelivered", "error", "closed"]);
});

test("Client: before connect() a command is refused, by a promise", async () => {
  const client = new ToyClient(new FakeHost());
  const said = client.say("hello");
  assert(said instanceof Promise);
  await assertRejects(() => said, CommandError, "call connect() first");
});

test("Client.close: waits for the commands that are under way, but not for long, and for none if told so", async () => {
  const { client, host, hear, settle } = await connected();
  const said = client.say("a");
  let closed = false;
  const closing = client.close().then(() => void (closed = true));
  await settle();
  assertEquals(closed, false);
  hear("lose");
  await assertRejects(() => said, CommandError, "died");
  await settle();
  await closing;

  const slow = await connected();
  void slow.client.on("undelivered", () => {});
  void slow.client.say("a");
  const limited = slow.client.close({ within: 500 });
  slow.host.clock.advance(499);
  await turn();
  assertEquals(slow.host.link.aborted, false);
  slow.host.clock.advance(1);
  await slow.settle();
  await limited;

  const hasty = await connected();
  void hasty.client.on("undelivered", () => {});
  void hasty.client.say("a");
  const atOnce = hasty.client.close({ within: 0 });
  assert(hasty.host.link.aborted);
  await hasty.settle();
  await atOnce;
  void host;
});
