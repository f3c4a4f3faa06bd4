import { assert, assertEquals, assertNotMatch, assertRejects } from "@std/assert";
import { test } from "node:test";
import { DiscordHttpError } from "../../../src/discord/rest/mod.ts";
import { CallbackTokenRest } from "../../../src/discord/rest/respond_by_callback.ts";
import { TokenRest } from "../../../src/discord/rest/token_rest.ts";
import { ParleyError } from "../../../src/protocol/errors.ts";
import { InteractionRecorder, VirtualClock } from "../../../testing/mod.ts";
import { logged } from "../../_logged.ts";

const TOKEN = "aW50ZXJhY3Rpb246SECRET/1";

/** Calls against answers given in turn, the last one for ever; time passes by itself. */
function scripted(...answers: (Response | Error)[]) {
  const clock = new VirtualClock(0);
  const waits: number[] = [];
  const times: number[] = [];
  const waiting = {
    now: () => clock.now(),
    wall: () => clock.wall(),
    setTimer(at: number, wake: () => void) {
      waits.push(at - clock.now());
      queueMicrotask(() => {
        clock.advance(at - clock.now());
        wake();
      });
      return () => {};
    },
  };
  const rest = new TokenRest(waiting, () => {
    times.push(clock.now());
    const [answer = new Error("none")] = answers.length > 1 ? answers.splice(0, 1) : answers;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer.clone());
  });
  return { rest, waits, times };
}

const ok = () => Response.json({ id: "1" });
const failure = (status: number, body: object = { message: "no", code: 0 }) =>
  Response.json(body, { status });

test("TokenRest: asks of Discord what an interaction's token allows", async () => {
  const discord = new InteractionRecorder();
  const rest = new CallbackTokenRest(undefined, discord.fetch);
  const files = [{ name: "a.txt", data: "a", description: "A" }];
  await rest.createInteractionResponse("1", TOKEN, { type: 4, data: { content: "one" } }, { files });
  await rest.createFollowupMessage("2", TOKEN, { content: "two" }, { files });
  await rest.editWebhookMessage("2", TOKEN, "@original", { content: "three" });
  await rest.getWebhookMessage("2", TOKEN, "@original");
  await rest.deleteWebhookMessage("2", TOKEN, "9");
  const token = encodeURIComponent(TOKEN);
  const attachments = [{ id: "0", filename: "a.txt", description: "A" }];
  assertEquals(discord.calls.map(({ method, path, body, files }) => [method, path, body, files.length]), [
    ["POST", `/interactions/1/${token}/callback`, { type: 4, data: { content: "one", attachments } }, 1],
    ["POST", `/webhooks/2/${token}`, { content: "two", attachments }, 1],
    ["PATCH", `/webhooks/2/${token}/messages/@original`, { content: "three" }, 0],
    ["GET", `/webhooks/2/${token}/messages/@original`, undefined, 0],
    ["DELETE", `/webhooks/2/${token}/messages/9`, undefined, 0],
  ]);
});

test("TokenRest: waits out what Discord limits, and gives up what lasts too long, or goes on and on", async () => {
  const limited = scripted(failure(429, { retry_after: 1.5 }), failure(429, { retry_after: 0.25 }), ok());
  assertEquals(await limited.rest.createFollowupMessage("2", TOKEN, {}), { id: "1" });
  assertEquals(limited.waits, [1_500, 250]);
  for (const [retry_after, asked] of [[61, 1], [1, 4]]) {
    const { rest, times } = scripted(failure(429, { retry_after }));
    await assertRejects(() => rest.createFollowupMessage("2", TOKEN, {}), DiscordHttpError, "429");
    assertEquals(times.length, asked);
  }
});

test("TokenRest: repeats what is safe after a failure, and never what would come twice", async () => {
  for (const wrong of [failure(502), new Error("reset")]) {
    const { rest, waits } = scripted(wrong, wrong, ok());
    assertEquals(await rest.editWebhookMessage("2", TOKEN, "@original", {}), { id: "1" });
    assertEquals(waits, [500, 1_000]);
    const post = scripted(wrong, ok());
    const error = await assertRejects(() => post.rest.createFollowupMessage("2", TOKEN, {}), ParleyError);
    assertEquals(error.code, wrong instanceof Error ? "lost" : "http_status");
    assertEquals(post.times.length, 1);
  }
  const { rest, times } = scripted(failure(404, { message: "Unknown Webhook", code: 10015 }));
  const error = await assertRejects(() => rest.getWebhookMessage("2", TOKEN, "@original"), DiscordHttpError);
  assertEquals([error.discordCode, times.length], [10015, 1]);
});

test("TokenRest: reads no more of an answer than 25 MB", async () => {
  let sent = 0;
  let cancelled = 0;
  const endless = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull(controller) {
            // No end would be known to a reader that has no limit: there is one here, so that the test has, too.
            if (++sent > 100) controller.close();
            else controller.enqueue(new Uint8Array(1_000_000));
          },
          cancel: () => void cancelled++,
        }),
      ),
    );
  const rest = new TokenRest(undefined, endless);
  const error = await assertRejects(() => rest.createFollowupMessage("2", TOKEN, {}), ParleyError);
  assertEquals([error.code, cancelled], ["lost", 1]);
  assert(sent < 30, `${sent} MB were read`);
});

test("TokenRest: tells nobody the token, whatever goes wrong", async () => {
  for (const wrong of [failure(400), new Error(`cannot fetch ${TOKEN}`)]) {
    const { rest } = scripted(wrong);
    const error = await assertRejects(() => rest.createFollowupMessage("2", TOKEN, {}), Error);
    assertNotMatch(logged(error) + JSON.stringify(error), /SECRET/);
  }
});
