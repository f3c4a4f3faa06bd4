import { CommandError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import type { TwitchApi } from "./api.ts";
import type { TwitchWho } from "../wire/events/said.ts";

/** How many channels' ids are remembered. */
const MOST = 1_000;

/** The ids of channels, for which the API asks where chat has logins. */
export class ChannelIds {
  /** By name with `#`: what is known, or is being asked by all who want to know. */
  readonly #ids = new Map<string, string | Promise<string>>();

  /** Notes the id of a channel, given with its `#`, as chat has told it. */
  note(channel: string, id: string | Promise<string> | undefined): void {
    if (id === undefined) return;
    // What was told last is remembered longest.
    this.#ids.delete(channel);
    this.#ids.set(channel, id);
    for (const oldest of this.#ids.keys()) {
      if (this.#ids.size <= MOST) return;
      this.#ids.delete(oldest);
    }
  }

  /**
   * The id of a channel, given with its `#`; `signal` gives up asking, for all who want to know.
   *
   * @throws {CommandError} `invalid_command` if there is none.
   * @throws whatever `TwitchApi.raw` throws.
   */
  async idOf(api: TwitchApi, channel: string, signal: AbortSignal): Promise<string> {
    const known = this.#ids.get(channel);
    if (known !== undefined) return await known;
    const asked = idOfWho(api, channel.slice(1), signal);
    this.note(channel, asked);
    try {
      const id = await asked;
      this.note(channel, id);
      return id;
    } catch (error) {
      if (this.#ids.get(channel) === asked) this.#ids.delete(channel);
      throw error;
    }
  }
}

/** The id of somebody; throws as {@linkcode ChannelIds.idOf} does. */
export async function idOfWho(
  api: TwitchApi,
  who: TwitchWho,
  signal: AbortSignal | undefined,
): Promise<string> {
  if (typeof who === "string") return await idOfLogin(api, who.toLowerCase(), signal);
  return who.id ?? await idOfLogin(api, who.login ?? "", signal);
}

async function idOfLogin(api: TwitchApi, login: string, signal: AbortSignal | undefined): Promise<string> {
  const user = /^[a-z0-9_]{1,25}$/.test(login) ? await api.userByLogin(login, { signal }) : undefined;
  if (user !== undefined) return user.id;
  throw new CommandError("invalid_command", `Cannot find ${quote(login)}: nobody on Twitch has that login`);
}
