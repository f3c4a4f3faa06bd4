import { CommandError, ParleyError } from "../../protocol/errors.ts";
import type { Permit } from "../../protocol/permit.ts";
import { unless } from "../../unless.ts";
import { MOST_QUEUED } from "../session/bounds.ts";
import type { TwitchAccepted, TwitchWho } from "../wire/events/said.ts";
import type { TwitchApi } from "./api.ts";
import { ChannelIds, idOfWho } from "./ids.ts";

/** What the client has for {@linkcode TwitchChatByApi}. */
export interface TwitchChatByApiParts {
  /** Waits for a place within a limit. */
  readonly acquire: (permit: Permit, signal: AbortSignal) => Promise<Grant>;
  /** The id of the account that says what is said. */
  readonly senderId: (signal: AbortSignal | undefined) => Promise<string>;
}

/** How something is said by {@linkcode TwitchChatByApi}. */
export interface TwitchSayByApiOptions {
  /** What each message takes by then. */
  readonly permits: () => readonly Permit[];
  /** The id of the message that this answers; undefined: it answers none. */
  readonly replyTo: string | undefined;
  /** Takes back what has not been sent. */
  readonly signal: AbortSignal | undefined;
}

/** A permit that was granted. */
interface Grant {
  release(used: boolean): void;
}

/**
 * What a client of chat does over the API: it finds the ids of channels and people where chat has logins, and says things,
 * in each channel one after the other, and within the limits of the account, which it shares with what is said over IRC.
 */
export class TwitchChatByApi {
  /** By what it is done. */
  readonly api: TwitchApi;
  readonly #parts: TwitchChatByApiParts;
  readonly #ids = new ChannelIds();
  /** What was given last, by channel. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** How many messages wait, or are being sent. */
  #waiting = 0;
  /** Aborted once nothing more may be sent. */
  readonly #over = new AbortController();

  /** Takes the API, and what the client has. */
  constructor(api: TwitchApi, parts: TwitchChatByApiParts) {
    this.api = api;
    this.#parts = parts;
  }

  /** Notes the id of a channel, given with its `#`, as chat has told it. */
  note(channel: string, id: string | undefined): void {
    this.#ids.note(channel, id);
  }

  /**
   * Does something in a channel, given with its `#`, by its id. The signal that it is given is aborted once whoever wants it
   * has given up, or nothing more is to be done.
   *
   * @throws {CommandError} `invalid_command` if there is no such channel; `closed` if this has ended, `lost` if that was
   * meanwhile.
   * @throws whatever `TwitchApi.raw` and `act` throw, and the signal's reason if it is aborted first.
   */
  async inChannel(
    what: string,
    channel: string,
    signal: AbortSignal | undefined,
    act: (broadcasterId: string, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const over = this.#over.signal;
    if (over.aborted) {
      throw new CommandError("closed", `Cannot ${what} in "${channel}": the client was closed`);
    }
    const stop = this.#stop(signal);
    try {
      await act(await this.#ids.idOf(this.api, channel, over), stop);
    } catch (error) {
      signal?.throwIfAborted();
      if (!over.aborted) throw error;
      const why = "the client was closed meanwhile, nobody can know whether it took effect";
      throw new CommandError("lost", `Lost ${what} in "${channel}": ${why}`);
    }
  }

  /**
   * The id of somebody.
   *
   * @throws {CommandError} `invalid_command` if nobody has that login.
   * @throws whatever `TwitchApi.raw` throws.
   */
  idOfWho(who: TwitchWho, signal: AbortSignal | undefined): Promise<string> {
    return idOfWho(this.api, who, signal);
  }

  /**
   * Says texts of a message each in a channel, given with its `#`.
   *
   * @throws {CommandError} `closed` if this has ended before all were sent; `lost` if that was while one was being sent.
   * @throws {ParleyError} `rate_limited` if no permit could be had, or a thousand messages are waiting already.
   * @throws whatever `TwitchApi.sendMessage` throws, and the signal's reason if it is aborted first.
   */
  async say(
    channel: string,
    texts: readonly string[],
    options: TwitchSayByApiOptions,
  ): Promise<TwitchAccepted[]> {
    if (this.#waiting + texts.length > MOST_QUEUED) {
      throw new ParleyError(
        "rate_limited",
        `Cannot say to "${channel}": ${this.#waiting} messages of at most ${MOST_QUEUED} are waiting already`,
      );
    }
    const last = this.#last.get(channel) ?? Promise.resolve();
    this.#waiting += texts.length;
    const said = last.catch(() => {}).then(() => this.#sendAll(channel, texts, options)).finally(() => {
      this.#waiting -= texts.length;
      if (this.#last.get(channel) === said) this.#last.delete(channel);
    });
    this.#last.set(channel, said);
    return await unless(options.signal, said);
  }

  /** Does nothing more: what waits fails. */
  end(): void {
    this.#over.abort();
  }

  async #sendAll(
    channel: string,
    texts: readonly string[],
    options: TwitchSayByApiOptions,
  ): Promise<TwitchAccepted[]> {
    const stop = this.#stop(options.signal);
    const accepted: TwitchAccepted[] = [];
    for (const text of texts) {
      const id = await this.#send(channel, text, options, stop);
      accepted.push({ id, nonce: undefined, text, state: undefined });
    }
    return accepted;
  }

  /** Sends one message; returns its id. */
  async #send(
    channel: string,
    text: string,
    { permits, replyTo, signal }: TwitchSayByApiOptions,
    stop: AbortSignal,
  ): Promise<string> {
    const { room, senderId } = await this.#place(channel, signal, stop);
    const grants = await this.#acquire(channel, permits(), signal, stop);
    try {
      return (await this.api.sendMessage(room, text, { replyTo, senderId, signal: stop })).message_id;
    } catch (error) {
      signal?.throwIfAborted();
      if (!this.#over.signal.aborted) throw error;
      const why = "the client was closed meanwhile, nobody can know whether others have seen it";
      throw new CommandError("lost", `Lost what was being said to "${channel}": ${why}`);
    } finally {
      // Whether it came to Twitch is not always known: to count it is the safe side.
      for (const grant of grants) grant.release(true);
    }
  }

  /** In which channel what is said is said, and by whom. */
  async #place(
    channel: string,
    signal: AbortSignal | undefined,
    stop: AbortSignal,
  ): Promise<{ readonly room: string; readonly senderId: string }> {
    try {
      stop.throwIfAborted();
      const room = await this.#ids.idOf(this.api, channel, this.#over.signal);
      return { room, senderId: await this.#parts.senderId(stop) };
    } catch (error) {
      this.#check(channel, signal);
      throw error;
    }
  }

  #stop(signal: AbortSignal | undefined): AbortSignal {
    const over = this.#over.signal;
    return signal === undefined ? over : AbortSignal.any([over, signal]);
  }

  /** Nobody may have given up. */
  #check(channel: string, signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (!this.#over.signal.aborted) return;
    throw new CommandError("closed", `Cannot say to "${channel}": the client is being closed`);
  }

  async #acquire(
    channel: string,
    wanted: readonly Permit[],
    signal: AbortSignal | undefined,
    stop: AbortSignal,
  ): Promise<Grant[]> {
    const grants: Grant[] = [];
    try {
      stop.throwIfAborted();
      for (const permit of wanted) grants.push(await this.#parts.acquire(permit, stop));
      stop.throwIfAborted();
      return grants;
    } catch (cause) {
      for (const grant of grants) grant.release(false);
      this.#check(channel, signal);
      throw new ParleyError("rate_limited", `Cannot say to "${channel}": no permit could be had`, { cause });
    }
  }
}
