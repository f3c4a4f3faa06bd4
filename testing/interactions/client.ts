import type {
  APIMessage,
  APIUser,
  APIWebhookEventBody,
  RESTPostAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { checks } from "@parley/parley/discord/interactions";
import { type CommandUse, optionsOf, type OptionValue, type Partially, Resolved } from "./_options.ts";
import type { SigningKeys } from "./keys.ts";
import { InteractionReply } from "./reply.ts";

export type { CommandUse, OptionValue, Partially } from "./_options.ts";

type Fields = Record<string, unknown>;

/** Whom interactions come from, to whom they go, and how they are signed. */
export interface InteractionClientOptions {
  /** The keys whose `publicKey` the endpoint was given. @default none, and nothing is signed */
  readonly keys?: SigningKeys;
  /** The endpoint: a handler for requests, such as a Hono app's `fetch`, or {@linkcode gatewayInteractions}. */
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** Where the endpoint is mounted. @default {"https://bot.example/interactions"} */
  readonly url?: string;
  /** The definitions of the commands, by which options get their types and are checked. @default {[]} */
  readonly commands?: readonly RESTPostAPIApplicationCommandsJSONBody[];
  /** Who uses the bot. @default {a user called "ada"} */
  readonly user?: Partially<APIUser>;
  /** Where: a guild's ID, or null for direct messages. @default {"3"} */
  readonly guildId?: string | null;
  /** What the user is allowed in the guild, as a bit set. @default {"0"} */
  readonly permissions?: string;
  /** The user's language. @default {"en-US"} */
  readonly locale?: string;
  /** What every interaction has besides, in place of what it would have. @default {{}} */
  readonly extra?: Readonly<Fields>;
}

/** What a component is used on, and what Discord sends along. */
export interface ComponentUse {
  /** The message it is on. @default {an empty message} */
  readonly message?: Partial<APIMessage> | InteractionReply;
}

/** A value of a part of a modal. */
export type FieldValue =
  /** The text of an input, or the value of a radio button. */
  | string
  /** Whether a checkbox is checked. */
  | boolean
  /** What is chosen of several, or the files that are uploaded. */
  | readonly OptionValue[];

const DEFAULT_URL = "https://bot.example/interactions";

const BUTTON = 2;
const STRING_SELECT = 3;
const TEXT_INPUT = 4;
const USER_SELECT = 5;
const LABEL = 18;
const FILE_UPLOAD = 19;
const CHECKBOX = 23;
/** What a component that is chosen from holds, by what is chosen. */
const SELECTS = { user: USER_SELECT, role: 6, channel: 8, attachment: FILE_UPLOAD } as const;

/**
 * Uses a bot as Discord would: builds interactions and webhook events of every kind, signs them, gives them
 * to an endpoint, and reads what it answers. No network and no Discord.
 *
 * @example
 * ```ts
 * import { command, interactionHandler, InteractionRouter } from "@parley/parley/discord/interactions";
 * import { InteractionClient, SigningKeys } from "@parley/testing";
 *
 * const keys = await SigningKeys.generate();
 * const router = new InteractionRouter().add(command("ping", "Answers pong", (i) => i.reply("pong")));
 * const handler = interactionHandler({ publicKey: keys.publicKey, router });
 *
 * const ada = new InteractionClient({ keys, handler });
 * (await ada.command("ping")).content; // "pong"
 * ```
 */
export class InteractionClient {
  readonly #options: InteractionClientOptions;
  #nextId = 1_000;

  /** Takes whom it acts for and against what. */
  constructor(options: InteractionClientOptions) {
    this.#options = options;
  }

  /** Asks whether somebody is there. */
  ping(): Promise<InteractionReply> {
    return this.interaction(1);
  }

  /**
   * Uses a slash command.
   *
   * @throws if the client knows the command's definition, and the use does not fit it.
   */
  command(name: string, use: Omit<CommandUse, "focused"> = {}): Promise<InteractionReply> {
    return this.#use(2, name, use);
  }

  /**
   * Types an option of a slash command, as far as `options` say.
   *
   * @throws if `focused` is no option that is given, or the use does not fit the command's definition.
   */
  autocomplete(name: string, use: CommandUse & { readonly focused: string }): Promise<InteractionReply> {
    if (!(use.focused in (use.options ?? {}))) {
      throw new Error(`The option "${use.focused}" has no value yet`);
    }
    return this.#use(4, name, use);
  }

  /** Uses a command on a user. */
  userCommand(name: string, target: Extract<OptionValue, { user: unknown }>): Promise<InteractionReply> {
    const resolved = new Resolved();
    const target_id = resolved.add(target);
    return this.interaction(2, { id: "5", type: 2, name, target_id, resolved });
  }

  /** Uses a command on a message. */
  messageCommand(name: string, message: Partially<APIMessage>): Promise<InteractionReply> {
    const messages = { [message.id]: messageOf(message) };
    return this.interaction(2, { id: "5", type: 3, name, target_id: message.id, resolved: { messages } });
  }

  /** Launches the application's Activity by its entry point command. */
  entryPoint(name = "launch"): Promise<InteractionReply> {
    return this.interaction(2, { id: "5", type: 4, name });
  }

  /** Clicks a button. */
  click(custom_id: string, use: ComponentUse = {}): Promise<InteractionReply> {
    return this.interaction(3, { custom_id, component_type: BUTTON }, { message: messageOf(use.message) });
  }

  /** Chooses from a select: texts, users, roles or channels. */
  select(
    custom_id: string,
    values: readonly OptionValue[],
    use: ComponentUse = {},
  ): Promise<InteractionReply> {
    const resolved = new Resolved();
    const data = { custom_id, ...chosen(values, "component_type", resolved), resolved };
    return this.interaction(3, data, { message: messageOf(use.message) });
  }

  /**
   * Submits a modal: one that the bot answered with, or one with this `custom_id`. Fields are by `custom_id`;
   * those of a modal that is known and that are not given are empty.
   */
  submit(
    modal: string | InteractionReply,
    fields: Readonly<Record<string, FieldValue>> = {},
    use: ComponentUse = {},
  ): Promise<InteractionReply> {
    const resolved = new Resolved();
    const given = Object.entries(fields).map(([custom_id, value]) => ({ custom_id, value, type: undefined }));
    const known = typeof modal === "string" ? given : modal.components
      .filter(({ custom_id }) => custom_id !== undefined)
      .map(({ custom_id, type }) => ({
        custom_id: String(custom_id),
        value: fields[String(custom_id)],
        type: Number(type),
      }));
    const unknown = given.find((field) => !known.some(({ custom_id }) => custom_id === field.custom_id));
    if (unknown !== undefined) throw new Error(`The modal has no field "${unknown.custom_id}"`);
    const components = known.map(({ custom_id, value, type }, at) => ({
      id: 2 * at + 1,
      type: LABEL,
      component: { id: 2 * at + 2, custom_id, ...submitted(value, type, resolved) },
    }));
    const custom_id = typeof modal === "string" ? modal : modal.data.custom_id;
    const message = use.message && { message: messageOf(use.message) };
    return this.interaction(5, { custom_id, components, resolved }, message);
  }

  /** Sends an interaction of any type, with any data; `extra` replaces what it has besides. */
  interaction(type: number, data?: object, extra: object = {}): Promise<InteractionReply> {
    const { user: given, guildId = "3", permissions = "0", locale = "en-US" } = this.#options;
    const user = {
      username: "ada",
      discriminator: "0",
      global_name: "Ada",
      avatar: null,
      ...given,
      id: given?.id ?? "7",
    };
    const id = String(this.#nextId++);
    const inGuild = {
      guild_id: guildId,
      guild: { id: guildId, locale, features: [] },
      guild_locale: "en-US",
      member: {
        user,
        roles: [],
        permissions,
        joined_at: "2020-01-01T00:00:00.000000+00:00",
        deaf: false,
        mute: false,
        flags: 0,
      },
    };
    return this.send({
      id,
      application_id: "2",
      type,
      // Base64 of "interaction:" begins every one of Discord's.
      token: `aW50ZXJhY3Rpb246${id}`,
      version: 1,
      ...(data && { data }),
      ...(guildId === null ? { user } : inGuild),
      channel_id: "4",
      channel: { id: "4", type: guildId === null ? 1 : 0 },
      locale,
      app_permissions: "0",
      entitlements: [],
      authorizing_integration_owners: guildId === null ? { 1: user.id } : { 0: guildId },
      context: guildId === null ? 1 : 0,
      attachment_size_limit: 10_485_760,
      ...this.#options.extra,
      ...extra,
    });
  }

  /** Posts a webhook event; one without a type is the PING with which Discord looks whether somebody is there. */
  webhookEvent<Event extends APIWebhookEventBody>(
    type?: `${Event["type"]}` | (string & Record<never, never>),
    data: object = {},
    timestamp = "2026-01-01T00:00:00.000000",
  ): Promise<InteractionReply> {
    const event = type === undefined ? {} : { event: { type, timestamp, data } };
    return this.send({ version: 1, application_id: "2", type: type === undefined ? 0 : 1, ...event });
  }

  /**
   * Signs whatever it is given, as JSON, posts it, and reads the answer.
   *
   * @throws {CommandError} `invalid_command` if Discord would refuse the answer, which nobody is told of.
   */
  async send(payload: object): Promise<InteractionReply> {
    const { keys, url = DEFAULT_URL } = this.#options;
    const body = JSON.stringify(payload);
    const request = keys === undefined
      ? new Request(url, { method: "POST", headers: { "content-type": "application/json" }, body })
      : await keys.request(body, url);
    const token = "token" in payload ? String(payload.token) : "";
    const reply = await InteractionReply.read(await this.#options.handler(request), token);
    if (reply.status === 200 && token !== "") checkReply(reply, payload);
    return reply;
  }

  /**
   * Posts a PING with a signature that does not fit, as Discord does now and then: 401 is the right answer.
   *
   * @throws if there are no keys.
   */
  async forge(): Promise<InteractionReply> {
    const { keys, url = DEFAULT_URL, handler } = this.#options;
    if (keys === undefined) throw new Error("Cannot forge a signature: there are no keys");
    const body = JSON.stringify({ id: "1", application_id: "2", type: 1, token: "token-0", version: 1 });
    const headers = await keys.sign(`${body} `);
    const request = new Request(url, { method: "POST", headers, body });
    return InteractionReply.read(await handler(request), "token-0");
  }

  #use(type: number, name: string, use: CommandUse): Promise<InteractionReply> {
    const definition = this.#options.commands?.find((one) => one.name === name && (one.type ?? 1) === 1);
    if (definition === undefined && this.#options.commands !== undefined) {
      const known = this.#options.commands.map((one) => `"${one.name}"`).join(", ");
      throw new Error(`There is no command "${name}", but ${known || "none at all"}`);
    }
    const resolved = new Resolved();
    const options = optionsOf(use, resolved, definition);
    return this.interaction(type, { id: "5", type: 1, name, options, resolved });
  }
}

/** Looks at an answer as Discord does, whether the bot has done that or not. */
function checkReply({ response, files }: InteractionReply, payload: object): void {
  const { attachment_size_limit: sizeLimit, message } = Object(payload);
  const attached: string[] = message?.attachments?.map(({ filename }: { filename: string }) => filename) ??
    [];
  checks.response("answer as the bot did", response, {
    files: files.map((file) => ({ name: file.name, data: file })),
    sizeLimit,
    attached,
  });
}

function messageOf(message: Partial<APIMessage> | InteractionReply = {}): Fields {
  const fields: Fields = message instanceof InteractionReply ? { ...message.data } : { ...message };
  const author = { id: "2", username: "bot", discriminator: "0", bot: true };
  const empty = { content: "", embeds: [], components: [], attachments: [], mentions: [], flags: 0 };
  return {
    id: "9",
    channel_id: "4",
    type: 0,
    author,
    timestamp: "2026-01-01T00:00:00.000000+00:00",
    ...empty,
    ...fields,
  };
}

/** What a select says was chosen. */
function chosen(values: readonly OptionValue[], typeField: string, resolved: Resolved): Fields {
  const [first] = values;
  const kind = Object.entries(SELECTS).find(([kind]) => typeof first === "object" && kind in first);
  return {
    [typeField]: kind?.[1] ?? STRING_SELECT,
    values: values.map((value) => typeof value === "object" ? resolved.add(value) : String(value)),
  };
}

/** What a part of a modal says was entered. */
function submitted(value: FieldValue | undefined, type: number | undefined, resolved: Resolved): Fields {
  if (typeof value === "string") return { type: type ?? TEXT_INPUT, value };
  if (typeof value === "boolean") return { type: type ?? CHECKBOX, value };
  if (value !== undefined) {
    const fields = chosen(value, "type", resolved);
    return type === undefined ? fields : { ...fields, type };
  }
  if (type === TEXT_INPUT) return { type, value: "" };
  if (type === CHECKBOX) return { type, value: false };
  // A radio group of which nothing is chosen says null, and what several can be chosen of an empty list.
  return type === 21 ? { type, value: null } : { type, values: [] };
}
