import { assert, assertEquals } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answeringBot, type Model, showAnswer } from "../../examples/streamed_answer.ts";
import { sleepUntil } from "../../src/driver/clock/clock.ts";
import { DiscordRest } from "../../src/discord/rest/mod.ts";
import { discordWorld, Simulation, timersOf } from "../../testing/mod.ts";

const WORDS = Array.from({ length: 40 }, (_, n) => `word${n} `);

test("examples/streamed_answer.ts: answers who mentions it, and nobody else, by one message that grows", async () => {
  const world = await discordWorld();
  let asked = 0;
  const bot = await world.start((runtime) => {
    const { setTimeout } = timersOf(runtime.clock);
    const model: Model = async function* () {
      asked++;
      for (const word of WORDS) {
        await new Promise<void>((resolve) => setTimeout(resolve, 100));
        yield word;
      }
    };
    return answeringBot(model, { token: "any", runtime }).connect();
  });
  const ada = world.user("ada");
  await ada.says("#general", "Nice weather");
  await world.expect("#general").toStayQuiet("5s");
  await ada.says("#general", `${world.me} What is a word?`);
  await world.expect("#general").toSay(/^word0/);
  await world.run("10s");
  assertEquals(asked, 1);
  const said = world.core.messages.filter(({ author }) => author.id === world.me.id);
  assertEquals(said.map(({ content }) => content.trim()), [WORDS.join("").trim()]);
  await world.stop(bot);
  await world.close();
});

test("showAnswer: edits once in 1.2 s, cuts at spaces, mentions nobody, and loses nothing", async () => {
  const world = new Simulation({ seed: 1 });
  const { clock } = world.host("bot");
  const asked: { at: number; method: string; url: string; content: string; mentions: unknown }[] = [];
  const rest = new DiscordRest({
    token: "a.bot.token",
    clock,
    fetch: (url, init) => {
      const { content, allowed_mentions: mentions } = JSON.parse(String(init?.body));
      const { method = "" } = init ?? {};
      asked.push({ at: clock.now(), method, url: String(url), content, mentions });
      const id = method === "POST" ? String(asked.length) : String(url).split("/").at(-1);
      return Promise.resolve(Response.json({ id }));
    },
  });
  const text = Array.from({ length: 600 }, (_, n) => `word${n}`).join(" ");
  async function* model() {
    for (const piece of text.match(/.{1,50}/gs) ?? []) {
      await sleepUntil(clock, clock.now() + 100);
      yield piece;
    }
  }
  await world.until(showAnswer(rest, "81384788765712384", model(), clock));
  const messages = asked.filter(({ method }) => method === "POST");
  assertEquals(messages.length, Math.ceil(text.length / 2_000));
  const last = new Map<string, string>();
  let current = "";
  for (const { method, url, content } of asked) {
    current = method === "POST" ? String(last.size) : current;
    assert(method === "POST" || url.includes("/messages/"));
    last.set(current, content);
  }
  assertEquals([...last.values()].join(" "), text);
  assert(asked.every(({ content }) => content.length <= 2_000));
  assertEquals(asked.filter(({ mentions }) => JSON.stringify(mentions) !== '{"parse":[]}'), []);
  const tooSoon = asked.filter(({ at, method }, n) =>
    method === "PATCH" && at - (asked[n - 1]?.at ?? 0) < 1_200
  );
  // What completes a message is not waited for.
  assert(tooSoon.length <= messages.length, `${tooSoon.length}`);
});

test("docs/language-models.md: shows examples/streamed_answer.ts", () => {
  const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
  const program = read("examples/streamed_answer.ts");
  const shown = program.slice(program.indexOf("// Discord takes"), program.indexOf("\n/** The bot, not"));
  assert(read("docs/language-models.md").includes(shown.trimEnd()));
});
