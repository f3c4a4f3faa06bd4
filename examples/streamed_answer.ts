/**
 * A bot that answers whoever mentions it by what a language model writes, and shows that while it is written.
 *
 *     DISCORD_TOKEN=… deno run -A examples/streamed_answer.ts
 *
 * @module
 */
import { DiscordGateway, type DiscordGatewayOptions, Intents } from "@parley/parley/discord";
import { triggerTypingIndicator } from "@parley/parley/discord/rest";
import { type Clock, systemClock } from "@parley/parley/driver";
import process from "node:process";

/** What a model writes, piece by piece. */
export type Model = (prompt: string) => AsyncIterable<string>;

// Discord takes some five edits in five seconds, and 2,000 characters in a message.
const PAUSE = 1_200;
const LONGEST = 2_000;

/** Shows a text while it comes: edits a message once in `PAUSE`, and goes on in the next where one is full. */
export async function showAnswer(
  rest: DiscordGateway["rest"],
  channel: string,
  pieces: AsyncIterable<string>,
  clock: Clock = systemClock,
): Promise<void> {
  let text = "";
  let message: { readonly id: string; readonly content: string } | undefined;
  let due = 0;
  const show = async (content: string) => {
    if (content.trim() === "" || content === message?.content) return;
    const body = { content, allowed_mentions: { parse: [] } };
    const { id } = message === undefined
      ? await rest.createMessage(channel, body)
      : await rest.editMessage(channel, message.id, body);
    message = { id, content };
    due = clock.now() + PAUSE;
  };
  for await (const piece of pieces) {
    text += piece;
    while (text.length > LONGEST) {
      const space = text.lastIndexOf(" ", LONGEST);
      const end = space > 0 ? space : LONGEST;
      await show(text.slice(0, end));
      [text, message] = [text.slice(end).trimStart(), undefined];
    }
    if (clock.now() >= due) await show(text);
  }
  await show(text);
}

/** The bot, not connected yet. */
export function answeringBot(
  model: Model,
  options: Omit<DiscordGatewayOptions, "intents">,
): DiscordGateway {
  const gateway = new DiscordGateway({ ...options, intents: Intents.GuildMessages | Intents.DirectMessages });
  const { rest } = gateway;
  gateway.on("MESSAGE_CREATE", async ({ data: { author, channel_id, content, mentions }, replayed }) => {
    // What was asked while we were away is minutes old: nobody waits for it any more.
    if (author.bot || replayed || !mentions.some(({ id }) => id === gateway.userId)) return;
    await triggerTypingIndicator(rest, channel_id);
    await showAnswer(rest, channel_id, model(content), options.runtime?.clock);
  });
  return gateway;
}

/** Stands in for a model: says the question again, a word at a time. */
async function* parrot(prompt: string): AsyncGenerator<string> {
  for (const word of prompt.split(" ")) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    yield `${word} `;
  }
}

if (import.meta.main) await answeringBot(parrot, { token: process.env.DISCORD_TOKEN ?? "" }).connect();
