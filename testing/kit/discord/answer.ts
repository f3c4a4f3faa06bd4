import type { DiscordServerMessage } from "../../discord/server.ts";
import type { InteractionReply } from "../../interactions/reply.ts";
import { componentsOf } from "./_components.ts";

/**
 * What a bot has answered to somebody who used it: as it is now, where the bot has changed it since.
 *
 * @example
 * ```ts
 * import { DiscordGateway } from "@parley/parley/discord";
 * import { command, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { discordWorld } from "@parley/testing";
 *
 * const world = await discordWorld();
 * await world.start((runtime) => {
 *   const bot = new DiscordGateway({ token: "any", intents: 0, runtime });
 *   bot.use(new InteractionRouter().add(command("ping", "Answers", (i) => i.reply("pong"))));
 *   return bot.connect();
 * });
 * const answer = await world.user("ada").command("ping");
 * answer.content; // "pong"
 * answer.isEphemeral; // false
 * answer.messages.length; // 1
 * await world.close();
 * ```
 */
export class DiscordAnswer {
  /** The first answer, as the bot gave it. */
  readonly reply: InteractionReply;
  readonly #messages: () => readonly DiscordServerMessage[];

  /** Takes the answer, and where what has become of it is. */
  constructor(reply: InteractionReply, messages: () => readonly DiscordServerMessage[]) {
    this.reply = reply;
    this.#messages = messages;
  }

  /** The messages that are there of it, the first answer and follow-ups; none if it is no message. */
  get messages(): readonly DiscordServerMessage[] {
    return this.#messages();
  }

  /** The text of the first message; undefined if there is none. */
  get content(): string | undefined {
    return this.messages[0]?.content ?? this.reply.content;
  }

  /** The embeds of the first message. */
  get embeds(): readonly Readonly<Record<string, unknown>>[] {
    const { embeds } = this.messages[0] ?? this.reply.data;
    return Array.isArray(embeds) ? embeds : [];
  }

  /** The components of the first message or the modal, nested ones included, in their order. */
  get components(): readonly Readonly<Record<string, unknown>>[] {
    const [message] = this.messages;
    return message === undefined ? this.reply.components : componentsOf(message);
  }

  /** Whether only who used the bot sees it. */
  get isEphemeral(): boolean {
    return this.reply.isEphemeral;
  }

  /** The title of a modal; undefined if it is none. */
  get title(): string | undefined {
    const { title } = this.reply.data;
    return typeof title === "string" ? title : undefined;
  }

  /** What is offered for an option that is being typed. */
  get choices(): readonly { readonly name: string; readonly value: string | number }[] {
    const { choices } = this.reply.data;
    return Array.isArray(choices) ? choices : [];
  }
}
