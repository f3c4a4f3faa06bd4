import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { systemClock } from "../../src/driver/clock/clock.ts";
import { exchange, LONGEST_ANSWER } from "../../src/http/exchange.ts";
import { ConnectionError, ProtocolError } from "../../src/protocol/errors.ts";
import { TwitchApi } from "../../src/twitch/api/api.ts";
import { TwitchApiError } from "../../src/twitch/api/errors.ts";
import { TwitchAuth } from "../../src/twitch/auth/auth.ts";

/** What no service sends, in bytes: a test that fails must not fill the memory. */
const FAR = 60_000_000;
const PIECE = new Uint8Array(1_000_000).fill(0x20);

/** Answers of so many bytes, and how much of them was read. */
class Flood {
  read = 0;
  cancelled = 0;
  asked = 0;
  readonly #length: number;
  readonly #init: ResponseInit;

  constructor(length: number, init: ResponseInit = {}) {
    this.#length = length;
    this.#init = init;
  }

  readonly fetch = (): Promise<Response> => {
    this.asked++;
    let left = this.#length;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = PIECE.subarray(0, left);
        left -= piece.length;
        this.read += piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (left === 0) controller.close();
      },
      cancel: () => void this.cancelled++,
    }, { highWaterMark: 0 });
    return Promise.resolve(new Response(body, this.#init));
  };
}

const asked = ({ fetch }: Flood) =>
  exchange("https://a.test", {}, { fetch, clock: systemClock, timeout: 30_000, signal: undefined });

for (const type of ["application/json", "image/png"]) {
  test(`exchange: reads ${type} no further than any service sends, and keeps the status`, async () => {
    const headers = { "content-type": type };
    const whole = await asked(new Flood(LONGEST_ANSWER, { headers }));
    assertEquals(whole.bytes?.byteLength ?? whole.text?.length, LONGEST_ANSWER);
    const endless = new Flood(FAR, { headers, status: 201 });
    const { status, text, bytes } = await asked(endless);
    assertEquals([status, text, bytes, endless.cancelled], [201, undefined, undefined, 1]);
    assert(endless.read <= LONGEST_ANSWER + PIECE.length, `${endless.read} bytes were read`);
  });
}

test("exchange: reads text as it is, in pieces that divide characters, and without a mark of its order", async () => {
  const bytes = new TextEncoder().encode("\ufeffnaïve ☕");
  const body = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
  const fetch = () => Promise.resolve(new Response(body()));
  const context = { fetch, clock: systemClock, timeout: 30_000, signal: undefined };
  assertEquals((await exchange("https://a.test", {}, context)).text, "naïve ☕");
  const none = { ...context, fetch: () => Promise.resolve(new Response(null, { status: 204 })) };
  assertEquals((await exchange("https://a.test", {}, none)).text, "");
});

test("exchange: a body that breaks off is a failure", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("cut")) });
  const fetch = () => Promise.resolve(new Response(body));
  const context = { fetch, clock: systemClock, timeout: 30_000, signal: undefined };
  await assertRejects(() => exchange("https://a.test", {}, context), TypeError, "cut");
});

const api = (fetch: Flood["fetch"]) =>
  new TwitchApi({ auth: { clientId: "id", accessToken: () => "tok" }, retries: 0, runtime: { fetch } });

test("TwitchApi: an answer that has no end is none, and a failure that has none is that failure", async () => {
  const flood = new Flood(FAR);
  const error = await assertRejects(() => api(flood.fetch).raw("GET", "/users"), ProtocolError);
  assertEquals(error.message, "Cannot read the answer to GET /users: it is longer than 25 MB");
  assertEquals([flood.asked, flood.cancelled], [1, 1]);
  const failing = new Flood(FAR, { status: 502 });
  const failure = await assertRejects(() => api(failing.fetch).raw("GET", "/users"), TwitchApiError);
  assertEquals([failure.status, failing.cancelled], [502, 1]);
});

test("TwitchAuth: an answer that has no end is none", async () => {
  const flood = new Flood(FAR);
  const tokens = { accessToken: "tok", refreshToken: "ref" };
  const auth = new TwitchAuth({ clientId: "id", tokens, runtime: { fetch: flood.fetch } });
  await assertRejects(() => auth.account(), ConnectionError, "Twitch answered 200");
  assertEquals(flood.cancelled, 1);
});

test("DiscordRest: an answer that has no end is none", async () => {
  const flood = new Flood(FAR);
  const rest = new DiscordRest({ token: "t", retries: 0, fetch: flood.fetch });
  const error = await assertRejects(() => rest.raw("GET", "/gateway"), ProtocolError);
  assertEquals(error.message, "Cannot read the answer to GET /gateway: it is longer than 25 MB");
  assertEquals([flood.asked, flood.cancelled], [1, 1]);
});

test("exchange: asks nothing, and waits for nothing, once its signal is aborted", async () => {
  let requests = 0;
  const fetch = () => {
    requests++;
    return new Promise<Response>(() => {});
  };
  const signal = AbortSignal.abort(new Error("enough"));
  const context = { fetch, clock: systemClock, timeout: 5_000, signal };
  await assertRejects(() => exchange("https://a.test", {}, context), Error, "enough");
  assertEquals(requests, 0);
});
