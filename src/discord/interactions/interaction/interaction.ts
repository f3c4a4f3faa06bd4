import type {
  APIEntitlement,
  APIInteraction,
  APIInteractionGuildMember,
  APIInteractionResponseCallbackData,
  APIMessage,
  APIUser,
  RESTPatchAPIInteractionOriginalResponseJSONBody,
} from "discord-api-types/v10";
import type { DiscordFile } from "../../rest/routes/table/entry.ts";
import { ProtocolError } from "../../../protocol/errors.ts";
import type { DiscordGateway } from "../../gateway/client.ts";
import type { Answer } from "./answer.ts";

/** A message to reply with: what Discord takes, and beside it files. */
export interface MessageOptions extends APIInteractionResponseCallbackData {
  /** Whether only the user sees it. @default {false} */
  readonly ephemeral?: boolean | undefined;
  /** What is uploaded with it; `attachment://name` refers to it. @default {[]} */
  readonly files?: readonly DiscordFile[] | undefined;
}

/** A message to reply with, and whether it is wanted back. */
export interface ReplyOptions extends MessageOptions {
  /** Whether the message is wanted as Discord has it: one request more over HTTP. @default {false} */
  readonly withResponse?: boolean | undefined;
}

/** A change to a message; what is left out stays. */
export interface EditOptions extends RESTPatchAPIInteractionOriginalResponseJSONBody {
  /** What is uploaded with it; `attachment://name` refers to it. @default {[]} */
  readonly files?: readonly DiscordFile[] | undefined;
}

/** How an answer is put off. */
export interface DeferOptions {
  /** Whether only the user sees it, and the message that is to come. @default {false} */
  readonly ephemeral?: boolean | undefined;
}

const EPHEMERAL = 1 << 6;

/**
 * What all interactions have in common.
 *
 * Its payload holds a token that answers in the bot's name for 15 minutes, so nothing of it shows up when
 * this is logged.
 */
export abstract class Interaction<Payload extends APIInteraction = APIInteraction> {
  readonly #payload: Payload;
  readonly #answer: Answer;

  /** Takes what Discord sent, and what takes the answers. */
  constructor(payload: Payload, answer: Answer) {
    this.#payload = payload;
    this.#answer = answer;
  }

  /** What to call it in an error. */
  protected abstract get label(): string;

  /** What takes the answers. */
  protected get answer(): Answer {
    return this.#answer;
  }

  /** Everything Discord sent. It holds a token: do not log it. */
  get payload(): Payload {
    return this.#payload;
  }

  /** The interaction's own ID. */
  get id(): string {
    return this.#payload.id;
  }

  /**
   * Who caused it, in a guild or not.
   *
   * @throws {ProtocolError} if Discord did not say, which it does for every interaction that it documents.
   */
  get user(): APIUser {
    const user = this.#payload.member?.user ?? this.#payload.user;
    if (user !== undefined) return user;
    throw new ProtocolError(`Cannot tell who used ${this.label}: Discord did not send it`);
  }

  /** What they are in the guild, with their permissions in the channel; undefined outside of one. */
  get member(): APIInteractionGuildMember | undefined {
    return this.#payload.member;
  }

  /** The guild; undefined outside of one. */
  get guildId(): string | undefined {
    return this.#payload.guild_id;
  }

  /** The channel. */
  get channelId(): string | undefined {
    return this.#payload.channel?.id ?? this.#payload.channel_id;
  }

  /** The user's language, such as `en-US`, which it is where Discord does not say. */
  get locale(): string {
    return "locale" in this.#payload && this.#payload.locale || "en-US";
  }

  /** What the user, or the guild, has bought of the application's SKUs. */
  get entitlements(): readonly APIEntitlement[] {
    return this.#payload.entitlements ?? [];
  }

  /** The gateway that it came by; undefined over HTTP. */
  get gateway(): DiscordGateway | undefined {
    return this.#answer.outside.gateway;
  }

  /** Whether it has been answered, or deferred. */
  get replied(): boolean {
    return this.#answer.given;
  }

  /**
   * Keeps the process alive for work that goes on without being awaited, on edge runtimes too. If it fails, the
   * router's `onError` is told.
   */
  waitUntil(work: Promise<unknown>): void {
    this.#answer.waitUntil(work);
  }
}

/**
 * What interactions have in common that are answered with a message: one reply within 3 seconds, or a deferral,
 * and after that more for 15 minutes.
 *
 * Source: Discord, "Receiving and Responding", Interaction Response Object and Followup Messages.
 */
export abstract class RepliableInteraction<Payload extends APIInteraction = APIInteraction>
  extends Interaction<Payload> {
  /**
   * Replies with a message: a text of at most 2000 characters, or what else Discord takes. Discord waits
   * for it for 3 seconds. With `withResponse` it resolves to the message, once Discord has it.
   *
   * @throws {CommandError} `invalid_command`, at once, if the message is not acceptable or there was an answer
   * before; `closed` if it comes too late, or the handler had ended.
   *
   * @example
   * ```ts
   * import { command } from "@parley/parley/discord/interactions";
   *
   * command("secret", "Tells you alone", (i) => i.reply({ content: "psst", ephemeral: true }));
   * ```
   */
  reply(message: ReplyOptions & { readonly withResponse: true }): Promise<APIMessage>;
  reply(message: string | ReplyOptions): Promise<void>;
  reply(message: string | ReplyOptions): Promise<APIMessage | void> {
    const { files, withResponse = false, ...data }: Omit<ReplyOptions, "ephemeral"> = messageOf(message);
    return this.answer.respond(`reply to ${this.label}`, { type: 4, data }, files, withResponse);
  }

  /**
   * Puts the reply off: the user sees that it is coming, until {@linkcode edit} gives it, for 15 minutes.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was an answer before; `closed` if it comes too
   * late.
   */
  defer(options: DeferOptions = {}): Promise<void> {
    const data = options.ephemeral ? { data: { flags: EPHEMERAL } } : {};
    return this.answer.respond(`defer ${this.label}`, { type: 5, ...data });
  }

  /**
   * Launches the application's Activity.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was an answer before; `closed` if it comes too
   * late.
   */
  launchActivity(): Promise<void> {
    return this.answer.respond(`launch the activity for ${this.label}`, { type: 12 });
  }

  /**
   * Changes the reply, or gives it, if it was deferred. With the ID of a follow-up it changes that.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was no answer before; `closed` after 15 minutes.
   * @throws whatever `editWebhookMessage` throws.
   */
  edit(message: string | EditOptions, messageId?: string): Promise<APIMessage> {
    const body = typeof message === "string" ? { content: message } : message;
    return this.answer.edit(`edit the reply to ${this.label}`, body, messageId);
  }

  /**
   * Posts another message.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was no answer before, a deferral still waits for
   * its message, or, with `checks`, it is the sixth for an app that only the user has installed; `closed` after 15 minutes.
   * @throws whatever `createFollowupMessage` throws.
   */
  followUp(message: string | MessageOptions): Promise<APIMessage> {
    return this.answer.followUp(`follow up on ${this.label}`, messageOf(message));
  }

  /**
   * Deletes the reply, or with its ID a follow-up.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was no answer before; `closed` after 15 minutes.
   * @throws whatever `deleteWebhookMessage` throws.
   */
  delete(messageId?: string): Promise<void> {
    return this.answer.delete(`delete the reply to ${this.label}`, messageId);
  }

  /**
   * Gets the reply as Discord has it, or with its ID a follow-up.
   *
   * @throws {CommandError} `invalid_command`, at once, if there was no answer before; `closed` after 15 minutes.
   * @throws whatever `getWebhookMessage` throws.
   */
  original(messageId?: string): Promise<APIMessage> {
    return this.answer.get(`get the reply to ${this.label}`, messageId);
  }
}

/** A message as Discord takes it, and the files that go with it. */
export function messageOf(message: string | MessageOptions): Omit<MessageOptions, "ephemeral"> {
  if (typeof message === "string") return { content: message };
  if (message.ephemeral === undefined) return message;
  const { ephemeral, ...rest } = message;
  return ephemeral ? { ...rest, flags: (rest.flags ?? 0) | EPHEMERAL } : rest;
}
