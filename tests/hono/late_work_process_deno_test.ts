import { assertEquals, assertLess } from "@std/assert";
import { after, before, describe, it } from "node:test";
import { InteractionClient, SigningKeys } from "../../testing/mod.ts";
import { serveWorker, type Workerd } from "../workers/_workerd.ts";

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const MESSAGES = "channels/81384788765712384/messages";
/** How long Discord's API takes to answer, in milliseconds. */
const SLOW = 150;
/** How many messages the channel takes, and how long it takes none after the first that it has refused, in milliseconds. */
const LIMIT = 3;
const SPAN = 600;

/**
 * Discord's API, slow, with a limit on messages in a channel; it never answers what is to be abandoned. What is asked about
 * an interaction before it knows of its first answer, it refuses.
 */
class SlowApi {
  /** When it knows of the first answer to an interaction, by the interaction's token. */
  readonly knownAt = new Map<string, number>();
  /** How often it refused what came before that. */
  early = 0;
  /** What was asked for and taken: the method, what of the path tells calls apart, and the content. */
  readonly calls: string[] = [];
  limited = 0;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #remaining = LIMIT;
  /** Set once one is refused: however late on a busy machine, the first behind so many is. */
  #resetAt = Infinity;

  constructor() {
    const quiet = () => {};
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: quiet },
      (request) => this.#answer(request),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The calls so far from `since` on, sorted, once there are as many; those there are after 20 s at the latest. */
  async next(count: number, since: number): Promise<string[]> {
    for (const end = Date.now() + 20_000; this.calls.length < since + count && Date.now() < end;) {
      await wait(20);
    }
    return this.calls.slice(since).sort();
  }

  async close(): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const path = new URL(request.url).pathname.replace(/^\/(v10\/)?/, "").replace(
      /aW50ZXJhY3Rpb246\w+/,
      "token",
    );
    const text = await request.text();
    const { content = "" } = text === "" ? {} : JSON.parse(text);
    const isPost = path.startsWith("channels/");
    const limit = isPost ? this.#count() : undefined;
    if (content === "abandoned") {
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    } else {
      await wait(SLOW);
    }
    if (limit?.status === 429) return limit;
    const [, token = ""] = /(aW50ZXJhY3Rpb246\w+)/.exec(request.url) ?? [];
    if (Date.now() < (this.knownAt.get(token) ?? 0)) {
      this.early++;
      return Response.json({ message: "Unknown Webhook", code: 10015 }, { status: 404 });
    }
    this.calls.push(`${request.method} ${path} ${content}`.trim());
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    return Response.json({ id: "1", content }, { headers: limit?.headers ?? {} });
  }

  #count(): Response {
    const now = Date.now();
    if (now >= this.#resetAt) {
      this.#remaining = LIMIT;
      this.#resetAt = Infinity;
    }
    const isOver = --this.#remaining < 0;
    if (isOver) {
      this.limited++;
      this.#resetAt = Math.min(this.#resetAt, now + SPAN);
    }
    const after = `${Math.min(SPAN, this.#resetAt - now) / 1_000}`;
    const headers = {
      "X-RateLimit-Bucket": "messages",
      "X-RateLimit-Limit": `${LIMIT}`,
      "X-RateLimit-Remaining": `${Math.max(0, this.#remaining)}`,
      "X-RateLimit-Reset-After": after,
      ...(isOver && { "Retry-After": after, "X-RateLimit-Scope": "user" }),
    };
    return Response.json(isOver ? { retry_after: Number(after) } : {}, {
      status: isOver ? 429 : 200,
      headers,
    });
  }
}

describe("requests that share an isolate of workerd", () => {
  let api: SlowApi;
  let workerd: Workerd;
  let bot: InteractionClient;
  let events: InteractionClient;

  before(async () => {
    const keys = await SigningKeys.generate();
    api = new SlowApi();
    const module = new URL("./_late_worker.ts", import.meta.url).pathname;
    workerd = await serveWorker(module, { bindings: { PUBLIC_KEY: keys.publicKey, API: api.origin } });
    const handler = (request: Request) => fetch(request);
    bot = new InteractionClient({ keys, handler, url: `${workerd.origin}/interactions` });
    events = new InteractionClient({ keys, handler, url: `${workerd.origin}/events` });
  });

  after(async () => {
    await workerd[Symbol.asyncDispose]();
    await api.close();
  });

  /** Does something so many times, each begun while those before are under way; resolves to what came of it. */
  async function overlapping<T>(times: number, act: (index: number) => Promise<T>): Promise<T[]> {
    const all: Promise<T>[] = [];
    for (let index = 0; index < times; index++) {
      all.push(act(index));
      await wait(40);
    }
    return await Promise.all(all);
  }

  const times = <T>(count: number, what: T) => Array.from({ length: count }, () => what);

  it("interactions: overlapping in workerd, every reply's edit, follow-up and delete is made", async () => {
    const since = api.calls.length;
    const names = ["more", "gone"];
    const replies = await overlapping(16, (index) => bot.command(names[index % 2] ?? ""));
    assertEquals(replies.map(({ content }) => content), times(16, "first"));
    assertEquals(await api.next(24, since), [
      ...times(8, "DELETE webhooks/2/token/messages/@original"),
      ...times(8, "PATCH webhooks/2/token/messages/@original second"),
      ...times(8, "POST webhooks/2/token third"),
    ]);
  });

  for (const ms of [0, 300, 2_000]) {
    it(`interactions: overlapping in workerd, nothing is lost with a Discord that knows the answer after ${ms} ms`, async () => {
      const since = api.calls.length;
      const early = api.early;
      const replies = await overlapping(4, async () => {
        const reply = await bot.command("more");
        api.knownAt.set(reply.token, Date.now() + ms);
        return reply;
      });
      assertEquals(replies.map(({ content }) => content), times(4, "first"));
      assertEquals(await api.next(8, since), [
        ...times(4, "PATCH webhooks/2/token/messages/@original second"),
        ...times(4, "POST webhooks/2/token third"),
      ]);
      if (ms === 2_000) assertLess(early, api.early);
    });
  }

  it("interactions: overlapping in workerd, a deferral is edited, and what waitUntil has is done", async () => {
    const since = api.calls.length;
    const replies = await overlapping(6, (index) => bot.command(index % 2 === 0 ? "later" : "kept"));
    assertEquals(replies.map(({ type }) => type), [5, 4, 5, 4, 5, 4]);
    assertEquals(await api.next(6, since), [
      ...times(3, "PATCH webhooks/2/token/messages/@original at last"),
      ...times(3, "PATCH webhooks/2/token/messages/@original kept"),
    ]);
  });

  it("webhookEvents: overlapping in workerd, every handler ends", async () => {
    const since = api.calls.length;
    const answers = await overlapping(
      4,
      (index) => events.webhookEvent("ENTITLEMENT_CREATE", { sku_id: index }),
    );
    assertEquals(answers.map(({ status }) => status), times(4, 204));
    assertEquals(await api.next(4, since), [0, 1, 2, 3].map((index) => `POST ${MESSAGES} sold ${index}`));
  });

  it("autoDefer: in workerd it is in time, and so is the end of what never answers, whatever ended before", async () => {
    const since = api.calls.length;
    const timed = async (command: Promise<{ status: number; body: unknown }>) => {
      const began = performance.now();
      const { status, body } = await command;
      const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
      return { status, type, ms: performance.now() - began };
    };
    const silent = timed(bot.command("silent"));
    const fast = timed(bot.command("slow", { options: { ms: 200 } }));
    await wait(100);
    const slow = await Promise.all(
      [1_000, 1_100, 1_200].map((ms) => timed(bot.command("slow", { options: { ms } }))),
    );
    assertEquals((await fast).type, 4);
    for (const { type, ms } of slow) {
      assertEquals(type, 5);
      assertLess(ms, 900);
    }
    const { status, ms } = await silent;
    assertEquals(status, 500);
    assertLess(ms, 3_500);
    const told = (await api.next(4, since)).map((call) => call.replace(/: its handler.*/, ""));
    assertEquals(told, [
      ...times(3, "PATCH webhooks/2/token/messages/@original slowly"),
      'POST notes TimeoutError: Cannot answer "silent"',
    ]);
  });

  it("DiscordRest: shared by overlapping requests in workerd, each waits out a limit by itself", async () => {
    const since = api.calls.length;
    const texts = Array.from({ length: 8 }, (_, index) => `post ${index}`);
    await overlapping(8, (index) => bot.command("post", { options: { text: texts[index] ?? "" } }));
    const posted = texts.map((text) => `POST ${MESSAGES} ${text}`);
    assertEquals(await api.next(8, since), posted);
    assertLess(0, api.limited);
  });

  it("DiscordRest: in workerd, a call that ended with its request holds up no other", async () => {
    for (let i = 0; i < 2; i++) assertEquals(await (await fetch(`${workerd.origin}/abandon`)).text(), "gone");
    const since = api.calls.length;
    await overlapping(4, (index) => bot.command("post", { options: { text: `after ${index}` } }));
    const posted = [0, 1, 2, 3].map((index) => `POST ${MESSAGES} after ${index}`);
    assertEquals(await api.next(4, since), posted);
  });

  it("workerd: no promise was resolved from the context of another request", () => {
    assertEquals(workerd.crossings, []);
  });
});
