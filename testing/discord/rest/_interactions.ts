import { isRecord } from "@parley/parley/internal";
import { CommandError, type Instant, TimeoutError } from "@parley/parley/protocol";
import {
  invalidForm,
  json,
  noContent,
  refusal,
  type RestFile,
  type RestRequest,
  type RestResponse,
} from "./_answers.ts";
import type { Answered, Effect } from "./_effect.ts";
import { isRefused, readJson, readMessage } from "./_message_body.ts";
import { type DiscordServerMessage, type DiscordServerUser, userObject, type World } from "../_world.ts";

/** The first answer of a bot to an interaction. */
export interface DiscordServerAnswer {
  /** Its type: 4 a message, 5 and 6 deferred, 7 an update, 8 choices, 9 a modal. */
  readonly type: number;
  /** What it carries, as JSON; undefined if nothing. */
  readonly data: Readonly<Record<string, unknown>> | undefined;
  /** The files that came with it. */
  readonly files: readonly RestFile[];
}

/** An interaction, and what whoever began it sees of the bot. */
export interface DiscordServerInteraction {
  readonly id: string;
  /** What it is: 2 a command, 3 a component, 4 an autocomplete, 5 a modal. */
  readonly type: number;
  /** The bot's first answer; undefined: there is none, or none was taken. */
  readonly answer: DiscordServerAnswer | undefined;
  /** The messages that are there now: the original one, if there is one, and follow-ups. */
  readonly messages: readonly DiscordServerMessage[];
}

// "You must send an initial response within 3 seconds of receiving the event."
const FIRST_ANSWER = 3_000;
// "Interaction tokens are valid for 15 minutes."
const TOKEN_LIFE = 15 * 60_000;
// "Apps are limited to 5 followup messages per interaction if it was initiated from a user-installed app and
// isn't installed in the server."
const FOLLOW_UPS = 5;
/** How many are kept that are over. */
const KEPT = 1_000;

const COMMAND = 2;
const COMPONENT = 3;
const AUTOCOMPLETE = 4;
const MODAL_SUBMIT = 5;
const MESSAGE = 4;
const DEFERRED_MESSAGE = 5;
const DEFERRED_UPDATE = 6;
const UPDATE = 7;
const CHOICES = 8;
const MODAL = 9;
/** Which first answers there are to which interactions. */
const ANSWERS: Readonly<Record<number, readonly number[]>> = {
  [COMMAND]: [MESSAGE, DEFERRED_MESSAGE, MODAL, 10, 12],
  [COMPONENT]: [MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL, 10, 12],
  [AUTOCOMPLETE]: [CHOICES],
  [MODAL_SUBMIT]: [MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, 10, 12],
};
const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
/** Of a message that answers a slash command. */
const CHAT_INPUT_COMMAND = 20;

const CALLBACK = /^POST \/interactions\/([^/]+)\/([^/]+)\/callback$/;
const FOLLOW_UP = /^POST \/webhooks\/([^/]+)\/([^/]+)$/;
const WEBHOOK_MESSAGE = /^(GET|PATCH|DELETE) \/webhooks\/([^/]+)\/([^/]+)\/messages\/(@original|\d+)$/;

/** One interaction as the server keeps it. */
interface Kept {
  readonly id: string;
  readonly token: string;
  readonly application: string;
  readonly type: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly at: Instant;
  /** Who waits for the first answer. */
  ticket: number | undefined;
  late: boolean;
  answer: DiscordServerAnswer | undefined;
  original: string | undefined;
  followUps: number;
  readonly messages: Map<string, DiscordServerMessage>;
}

/**
 * The interactions of a bot, and the part of the REST API that needs no bot's token, since an interaction's own
 * is in its paths.
 *
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding
 */
export class Interactions {
  readonly #world: World;
  readonly #me: DiscordServerUser;
  readonly #byToken = new Map<string, Kept>();
  #count = 0;

  constructor(world: World, me: DiscordServerUser) {
    this.#world = world;
    this.#me = me;
  }

  /** Oldest first. */
  get all(): readonly DiscordServerInteraction[] {
    return [...this.#byToken.values()].map(({ id, type, answer, messages }) => ({
      id,
      type,
      answer,
      messages: [...messages.values()],
    }));
  }

  /** When {@linkcode tick} has something to do. */
  get deadline(): Instant {
    let earliest = Infinity;
    for (const { ticket, at } of this.#byToken.values()) {
      if (ticket !== undefined) earliest = Math.min(earliest, at + FIRST_ANSWER);
    }
    return earliest;
  }

  /**
   * Somebody uses the bot; gives what the bot is to be told.
   *
   * @throws {CommandError} if the interaction is of no type that there is, or its token is that of another.
   */
  begin(fields: Readonly<Record<string, unknown>>, ticket: number, now: Instant): Effect {
    const n = ++this.#count;
    const {
      type,
      id = this.#world.snowflake(now),
      token = `interaction-token-${n}`,
      application_id: application = this.#me.id,
    } = fields;
    if (typeof type !== "number" || ANSWERS[type] === undefined) {
      throw new CommandError("invalid_command", `Cannot begin an interaction: there is no type "${type}"`);
    }
    if (typeof id !== "string" || typeof token !== "string" || typeof application !== "string") {
      throw new CommandError(
        "invalid_command",
        "Cannot begin an interaction: its id, token or application_id is no string",
      );
    }
    if (this.#byToken.has(token)) {
      throw new CommandError(
        "invalid_command",
        `Cannot begin the interaction "${id}": another one has its token`,
      );
    }
    const payload = {
      version: 1,
      ...("user" in fields || "member" in fields ? {} : this.#someone()),
      ...fields,
      id,
      token,
      application_id: application,
    };
    this.#forget(now);
    this.#byToken.set(token, {
      id,
      token,
      application,
      type,
      payload,
      at: now,
      ticket,
      late: false,
      answer: undefined,
      original: undefined,
      followUps: 0,
      messages: new Map(),
    });
    return { kind: "dispatch", t: "INTERACTION_CREATE", d: payload };
  }

  /** Nobody waits any more for the first answer to what was begun with this ticket. True if somebody did. */
  abandon(ticket: number): boolean {
    for (const kept of this.#byToken.values()) {
      if (kept.ticket !== ticket) continue;
      kept.ticket = undefined;
      return true;
    }
    return false;
  }

  /** Time has passed. */
  tick(now: Instant): Effect[] {
    return this.#giveUp((kept) => kept.at + FIRST_ANSWER <= now, ({ id }) => {
      return new TimeoutError(`The bot did not answer the interaction "${id}" within ${FIRST_ANSWER} ms`);
    });
  }

  /** There will be no more answers. */
  close(): Effect[] {
    return this.#giveUp(() => true, ({ id }) => {
      return new CommandError("closed", `The interaction "${id}" is not answered: the server has ended`);
    });
  }

  #giveUp(which: (kept: Kept) => boolean, why: (kept: Kept) => Error): Effect[] {
    return [...this.#byToken.values()].flatMap((kept): Effect[] => {
      const { ticket } = kept;
      if (ticket === undefined || !which(kept)) return [];
      kept.ticket = undefined;
      kept.late = true;
      return [{ kind: "settle", ticket, outcome: { kind: "failed", error: why(kept) } }];
    });
  }

  /** Answers a request, if it is for here. */
  request(call: string, request: RestRequest, now: Instant): Answered | undefined {
    const [, id, token] = CALLBACK.exec(call) ?? [];
    if (id !== undefined) return this.#callback(id, token ?? "", request, now);
    const [, application, followUpToken] = FOLLOW_UP.exec(call) ?? [];
    if (application !== undefined) {
      const kept = this.#webhook(application, followUpToken ?? "", now);
      return isResponse(kept) ? { response: kept } : this.#followUp(kept, request, now);
    }
    const [, method, webhook, webhookToken, message] = WEBHOOK_MESSAGE.exec(call) ?? [];
    if (method === undefined) return undefined;
    const kept = this.#webhook(webhook ?? "", webhookToken ?? "", now);
    if (isResponse(kept)) return { response: kept };
    const found = kept.messages.get((message === "@original" ? kept.original : message) ?? "");
    if (found === undefined) return { response: refusal(404, 10008, "Unknown Message") };
    if (method === "GET") return { response: json(200, found) };
    return method === "PATCH" ? this.#edit(kept, found, request, now) : this.#delete(kept, found);
  }

  /** What is behind an interaction's token, or why it cannot be had. */
  #webhook(application: string, token: string, now: Instant): Kept | RestResponse {
    const kept = this.#byToken.get(decoded(token));
    // Not even Discord knows it until it has taken the first answer.
    if (kept === undefined || kept.application !== application || kept.answer === undefined) {
      return refusal(404, 10015, "Unknown Webhook");
    }
    return kept.at + TOKEN_LIFE <= now ? refusal(401, 50027, "Invalid Webhook Token") : kept;
  }

  #callback(id: string, token: string, request: RestRequest, now: Instant): Answered {
    const kept = this.#byToken.get(decoded(token));
    if (kept === undefined || kept.id !== id || kept.late || now >= kept.at + TOKEN_LIFE) {
      return { response: refusal(404, 10062, "Unknown interaction") };
    }
    if (kept.answer !== undefined) {
      return { response: refusal(400, 40060, "Interaction has already been acknowledged.") };
    }
    if (now > kept.at + FIRST_ANSWER) return { response: refusal(404, 10062, "Unknown interaction") };
    const body = readJson(request);
    if (isRefused(body)) return { response: body };
    const { type } = body;
    const data = isRecord(body.data) ? { ...body.data } : undefined;
    const wrong = checkAnswer(kept.type, type, data ?? {}, request);
    if (wrong !== undefined || typeof type !== "number") {
      return { response: wrong ?? invalidForm("type", "Could not interpret as integer") };
    }
    const answer = { type, data, files: request.files ?? [] };
    kept.answer = answer;
    const effects: Effect[] = [{ kind: "tell", event: { kind: "answered", interaction: kept.id, answer } }];
    if (kept.ticket !== undefined) {
      effects.push({ kind: "settle", ticket: kept.ticket, outcome: { kind: "done", value: answer } });
      kept.ticket = undefined;
    }
    const shown = this.#show(kept, answer, request, now, effects);
    if (new URLSearchParams(request.query).get("with_response") !== "true") {
      return { response: noContent(), effects };
    }
    const response = json(200, {
      interaction: {
        id: kept.id,
        type: kept.type,
        ...(shown && {
          response_message_id: shown.id,
          response_message_loading: type === DEFERRED_MESSAGE,
          response_message_ephemeral: (flagsOf(shown) & EPHEMERAL) !== 0,
        }),
      },
      resource: { type, ...(shown && (type === MESSAGE || type === UPDATE) && { message: shown }) },
    });
    return { response, effects };
  }

  /** The message that the first answer makes or changes. */
  #show(
    kept: Kept,
    { type, data = {} }: DiscordServerAnswer,
    request: RestRequest,
    now: Instant,
    effects: Effect[],
  ): DiscordServerMessage | undefined {
    let shown: DiscordServerMessage | undefined;
    if (type === MESSAGE || type === DEFERRED_MESSAGE) {
      const loading = type === DEFERRED_MESSAGE ? LOADING : 0;
      const read = readMessage(data, request, { content: "" });
      shown = this.#say(kept, loading === 0 && !isRefused(read) ? read.content : "", {
        ...(loading === 0 && !isRefused(read) && read.extra),
        type: kept.type === COMMAND ? CHAT_INPUT_COMMAND : 0,
        flags: Number(data.flags ?? 0) | loading,
        interaction_metadata: {
          id: kept.id,
          type: kept.type,
          user: userOf(kept.payload),
          authorizing_integration_owners: kept.payload.authorizing_integration_owners ?? {},
        },
      }, now);
      if (this.#isPublic(shown)) effects.push({ kind: "dispatch", t: "MESSAGE_CREATE", d: shown });
    } else if (type === UPDATE || type === DEFERRED_UPDATE) {
      shown = messageIn(kept.payload);
      const read = readMessage(data, request, shown);
      if (shown !== undefined && type === UPDATE && !isRefused(read)) {
        shown = {
          ...shown,
          ...read.extra,
          content: read.content,
          edited_timestamp: new Date(now).toISOString(),
        };
        this.#world.keep(shown);
        if (this.#isPublic(shown)) effects.push({ kind: "dispatch", t: "MESSAGE_UPDATE", d: shown });
      }
    }
    if (shown !== undefined) {
      kept.original = shown.id;
      kept.messages.set(shown.id, shown);
    }
    return shown;
  }

  #followUp(kept: Kept, request: RestRequest, now: Instant): Answered {
    const original = kept.messages.get(kept.original ?? "");
    // "When using this endpoint directly after responding with DEFERRED_CHANNEL_MESSAGE_WITH_SOURCE, this
    // endpoint will function as Edit Original Interaction Response."
    if (original !== undefined && (flagsOf(original) & LOADING) !== 0) {
      return this.#edit(kept, original, request, now);
    }
    if (onlyForUser(kept.payload) && kept.followUps >= FOLLOW_UPS) {
      const message = "This interaction has hit the maximum number of follow up messages";
      return { response: refusal(400, 40094, message) };
    }
    const body = readJson(request);
    const read = isRefused(body) ? body : readMessage(body, request);
    if (isRefused(read)) return { response: read };
    kept.followUps++;
    const message = this.#say(kept, read.content, read.extra, now);
    kept.messages.set(message.id, message);
    return this.#done(kept, "follow-up", message, "MESSAGE_CREATE");
  }

  #edit(kept: Kept, message: DiscordServerMessage, request: RestRequest, now: Instant): Answered {
    const body = readJson(request);
    const read = isRefused(body) ? body : readMessage(body, request, message);
    if (isRefused(read)) return { response: read };
    // "An existing message's ephemeral state cannot be changed."
    const flags = Number(read.extra.flags ?? flagsOf(message)) & ~(EPHEMERAL | LOADING) |
      (flagsOf(message) & EPHEMERAL);
    const edited = {
      ...message,
      ...read.extra,
      content: read.content,
      flags,
      edited_timestamp: new Date(now).toISOString(),
    };
    kept.messages.set(edited.id, edited);
    this.#world.keep(edited);
    return this.#done(kept, "edit", edited, "MESSAGE_UPDATE");
  }

  #delete(kept: Kept, message: DiscordServerMessage): Answered {
    kept.messages.delete(message.id);
    this.#world.forget(message.id);
    const { effects = [] } = this.#done(kept, "delete", message, "MESSAGE_DELETE");
    return { response: noContent(), effects };
  }

  #done(
    { id }: Kept,
    change: "follow-up" | "edit" | "delete",
    message: DiscordServerMessage,
    t: string,
  ): Answered {
    const effects: Effect[] = [
      { kind: "tell", event: { kind: "interaction_message", interaction: id, change, message } },
    ];
    const { channel_id, guild_id } = message;
    const d = t === "MESSAGE_DELETE"
      ? { id: message.id, channel_id, ...(guild_id && { guild_id }) }
      : message;
    if (this.#isPublic(message)) effects.push({ kind: "dispatch", t, d });
    return { response: json(200, message), effects };
  }

  #say(
    { application, payload }: Kept,
    content: string,
    extra: Readonly<Record<string, unknown>>,
    now: Instant,
  ): DiscordServerMessage {
    const channel = typeof payload.channel_id === "string" ? payload.channel_id : "0";
    const of = { application_id: application, webhook_id: application };
    const speech = { channel, content, author: this.#me, bot: true, extra: { ...extra, ...of } };
    return this.#world.say(speech, false, now).message;
  }

  #isPublic(message: DiscordServerMessage): boolean {
    return (flagsOf(message) & EPHEMERAL) === 0 && this.#world.hasChannel(message.channel_id);
  }

  /** Somebody in the first guild there is. */
  #someone(): Record<string, unknown> {
    const user = userObject({ id: "2000000000000000002", username: "somebody" });
    const [guild] = this.#world.guilds;
    if (guild === undefined) return { user, context: 1 };
    const [channel] = guild.channels;
    return {
      guild_id: guild.id,
      ...(channel && { channel_id: channel.id, channel: { ...channel, type: 0 } }),
      member: {
        user,
        roles: [],
        permissions: "0",
        joined_at: "2020-01-01T00:00:00.000000+00:00",
        deaf: false,
        mute: false,
        flags: 0,
      },
      context: 0,
      locale: "en-US",
      entitlements: [],
      authorizing_integration_owners: { 0: guild.id },
    };
  }

  #forget(now: Instant): void {
    for (const [token, { at }] of this.#byToken) {
      if (this.#byToken.size < KEPT || at + TOKEN_LIFE > now) return;
      this.#byToken.delete(token);
    }
  }
}

/** What is wrong with a first answer, if anything. */
function checkAnswer(
  to: number,
  type: unknown,
  data: Readonly<Record<string, unknown>>,
  request: RestRequest,
): RestResponse | undefined {
  if (typeof type !== "number" || !ANSWERS[to]?.includes(type)) {
    return invalidForm("type", `This interaction cannot be answered by type ${type}`);
  }
  const { choices, title, custom_id, components } = data;
  if (type === MESSAGE) {
    const read = readMessage(data, request);
    return isRefused(read) ? read : undefined;
  }
  if (type === CHOICES && !(Array.isArray(choices) && choices.length <= 25)) {
    return invalidForm("data.choices", "Must be 25 or fewer in length");
  }
  if (type !== MODAL) return undefined;
  if (!isOfLength(title, 1, 45)) return invalidForm("data.title", "Must be between 1 and 45 in length");
  if (!isOfLength(custom_id, 1, 100)) {
    return invalidForm("data.custom_id", "Must be between 1 and 100 in length");
  }
  return Array.isArray(components) && components.length >= 1 && components.length <= 5
    ? undefined
    : invalidForm("data.components", "Must be between 1 and 5 in length");
}

function isOfLength(text: unknown, least: number, most: number): boolean {
  return typeof text === "string" && text.length >= least && text.length <= most;
}

function isResponse(found: Kept | RestResponse): found is RestResponse {
  return "status" in found;
}

function flagsOf({ flags }: DiscordServerMessage): number {
  return typeof flags === "number" ? flags : 0;
}

/** The message that a component or a modal of it was used on. */
function messageIn({ message }: Readonly<Record<string, unknown>>): DiscordServerMessage | undefined {
  return isMessage(message) ? message : undefined;
}

function isMessage(value: unknown): value is DiscordServerMessage {
  return isRecord(value) && typeof value.id === "string" && typeof value.channel_id === "string" &&
    typeof value.content === "string" && isRecord(value.author);
}

function userOf({ member, user }: Readonly<Record<string, unknown>>): unknown {
  return isRecord(member) ? member.user : user;
}

/** Whether the application is installed for the user only, and not in the guild. */
function onlyForUser({ authorizing_integration_owners: owners }: Readonly<Record<string, unknown>>): boolean {
  return isRecord(owners) && "1" in owners && !("0" in owners);
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
