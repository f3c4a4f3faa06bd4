import { CommandError, ParleyError } from "../protocol/errors.ts";
import type { Permit } from "../protocol/permit.ts";
import type { TwitchApi } from "./api/api.ts";
import type { ChannelIds } from "./ids.ts";
import { channelName, sayTexts, type TwitchSayCommand } from "./wire/command.ts";
import type { TwitchAccepted } from "./wire/said.ts";

/** What {@linkcode ApiSpeaker} is made of. */
export interface ApiSpeakerParts {
  readonly api: TwitchApi;
  readonly ids: ChannelIds;
  /** Waits for a place within a limit. */
  readonly acquire: (permit: Permit, signal: AbortSignal) => Promise<Grant>;
  /** The id of the account that says it. */
  readonly senderId: (signal: AbortSignal | undefined) => Promise<string>;
}

/** A permit that was granted. */
interface Grant {
  release(used: boolean): void;
}

/**
 * Says things over the API: in each channel one after the other, and within the limits of the account, which it shares
 * with what is said over IRC.
 */
export class ApiSpeaker {
  readonly #parts: ApiSpeakerParts;
  /** What was given last, by channel. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** Aborted once nothing more may be sent. */
  readonly #over = new AbortController();

  /** Takes its parts. */
  constructor(parts: ApiSpeakerParts) {
    this.#parts = parts;
  }

  /**
   * Says something; `permitsFor` tells what a message to its channel takes by then.
   *
   * @throws {CommandError} `invalid_command` if it cannot be sent; `closed` if this has ended before it was.
   * @throws {ParleyError} `rate_limited` if no permit could be had.
   * @throws whatever `TwitchApi.sendMessage` throws, and the signal's reason if it is aborted before it is sent.
   */
  async say(
    command: TwitchSayCommand,
    permitsFor: (channel: string) => readonly Permit[],
    signal: AbortSignal | undefined,
  ): Promise<TwitchAccepted[]> {
    const channel = channelName(command.channel);
    const texts = sayTexts(command);
    const last = this.#last.get(channel) ?? Promise.resolve();
    const said = last.catch(() => {}).then(async () => {
      const accepted: TwitchAccepted[] = [];
      for (const text of texts) {
        const id = await this.#send(channel, text, command.replyTo, permitsFor(channel), signal);
        accepted.push({ id, nonce: undefined, text, state: undefined });
      }
      return accepted;
    });
    this.#last.set(channel, said);
    try {
      return await said;
    } finally {
      if (this.#last.get(channel) === said) this.#last.delete(channel);
    }
  }

  /** Sends nothing more: what waits fails. */
  end(): void {
    this.#over.abort();
  }

  /** Sends one message; returns its id. */
  async #send(
    channel: string,
    text: string,
    replyTo: string | undefined,
    wanted: readonly Permit[],
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const { api, ids, senderId } = this.#parts;
    const room = await ids.idOf(api, channel);
    const sender = await senderId(signal);
    const grants = await this.#acquire(channel, wanted, signal);
    try {
      return (await api.sendMessage(room, text, { replyTo, senderId: sender, signal })).message_id;
    } finally {
      // Whether it came to Twitch is not always known: to count it is the safe side.
      for (const grant of grants) grant.release(true);
    }
  }

  async #acquire(
    channel: string,
    wanted: readonly Permit[],
    signal: AbortSignal | undefined,
  ): Promise<Grant[]> {
    const over = this.#over.signal;
    const stop = signal === undefined ? over : AbortSignal.any([over, signal]);
    const grants: Grant[] = [];
    try {
      stop.throwIfAborted();
      for (const permit of wanted) grants.push(await this.#parts.acquire(permit, stop));
      stop.throwIfAborted();
      return grants;
    } catch (cause) {
      for (const grant of grants) grant.release(false);
      signal?.throwIfAborted();
      if (over.aborted) {
        throw new CommandError("closed", `Cannot say to "${channel}": the client is being closed`);
      }
      throw new ParleyError("rate_limited", `Cannot say to "${channel}": no permit could be had`, { cause });
    }
  }
}
