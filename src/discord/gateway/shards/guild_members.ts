import type {
  GatewayGuildMembersChunkDispatchData,
  GatewayRateLimitedDispatchData,
  GatewayRequestGuildMembersData,
} from "discord-api-types/v10";
import type { Clock } from "../../../driver/clock/clock.ts";
import { CommandError, TimeoutError } from "../../../protocol/errors.ts";
import type { CloseInfo, Instant } from "../../../protocol/protocol.ts";
import { Queue } from "../../../protocol/core/queue.ts";
import { checkIntents } from "../wire/command.ts";
import { Opcode } from "../wire/opcodes.ts";

/** Which members of a guild are listed, and how. */
export interface GuildMembersOptions {
  /** Those whose names begin so; all, if it is empty, which needs the intent `GuildMembers`. @default {""} */
  readonly query?: string;
  /** Those of these users, instead of `query`; a hundred are asked for at a time. @default {undefined} */
  readonly userIds?: readonly string[];
  /** At most so many, if there is a `query`: 1 to 100. @default {100, or 0 for all if `query` is empty} */
  readonly limit?: number;
  /** Whether to list their presences, too, which needs the intent `GuildPresences`. @default {false} */
  readonly presences?: boolean;
  /** For how long nothing may come, in milliseconds, before it is asked for again. @default {15_000} */
  readonly timeout?: number;
  /** Gives up listing. */
  readonly signal?: AbortSignal;
}

/** Members of a guild, up to a thousand at once. */
export type GuildMembersChunk = GatewayGuildMembersChunkDispatchData;

/** What happens on the shard that the guild belongs to. */
export type MembersNews =
  | { readonly kind: "chunk"; readonly data: GatewayGuildMembersChunkDispatchData }
  | { readonly kind: "limited"; readonly data: GatewayRateLimitedDispatchData }
  /** A new session: what another was asked for will not come. */
  | { readonly kind: "begun"; readonly session: string }
  /** The link is gone: why, for people, and how it ended, if it ended by itself. */
  | { readonly kind: "lost"; readonly reason: string; readonly info: CloseInfo | undefined }
  | { readonly kind: "ended" };

/** What a listing needs of its client. */
export interface MembersLine {
  send(data: GatewayRequestGuildMembersData, signal: AbortSignal | undefined): Promise<void>;
  /** Calls `tell` from now on, of that guild; returns what undoes it. */
  listen(tell: (news: MembersNews) => void): () => void;
  /** True while there is a link with a session on it. */
  connected(): boolean;
  /** What its session may ask for. */
  readonly intents: number;
  /** The session there is, or is to be resumed. */
  session(): string | undefined;
  readonly random: () => number;
  readonly clock: Clock;
}

const TIMEOUT = 15_000;
/** Requests in a row that nothing answers, after which it is given up. */
const ATTEMPTS = 3;
/** How many times in a row Discord may say that it is too early, as other processes of the bot ask, too. */
const ATTEMPTS_LIMITED = 10;
/** "Requesting `user_ids` will continue to be limited to returning 100 members." */
const IDS_AT_ONCE = 100;

/**
 * Lists members of a guild: asks, puts the chunks together, and asks again for what was lost.
 *
 * @throws {CommandError} `invalid_command` if the options exclude each other, or the intents are not enough.
 */
export function listMembers(
  line: MembersLine,
  guild: string,
  options: GuildMembersOptions,
): AsyncIterableIterator<GuildMembersChunk> {
  const { query = "", userIds, limit = query === "" ? 0 : 100, presences, timeout = TIMEOUT } = options;
  if (userIds !== undefined && (options.query !== undefined || options.limit !== undefined)) {
    throw invalid("give either `userIds`, or `query` and `limit`");
  }
  if (!(Number.isSafeInteger(limit) && limit >= 0 && (query === "" || limit >= 1 && limit <= 100))) {
    throw invalid(`the limit "${limit}" must be from 1 to 100, or 0 for all if the query is empty`);
  }
  if (!(timeout > 0)) throw invalid(`the timeout "${timeout}" must be positive`);
  const base = { guild_id: guild, ...(presences !== undefined && { presences }) };
  const all = { ...base, query, limit };
  const data = userIds === undefined ? all : { ...base, user_ids: [] };
  checkIntents({ kind: "request_guild_members", data }, line.intents);
  const { signal } = options;
  const terms = { line, guild, timeout, signal };
  if (userIds === undefined) {
    return new Listing(terms, () => all).chunks();
  }
  return listUsers(terms, base, [...new Set(userIds)]);
}

async function* listUsers(
  terms: Terms,
  base: { readonly guild_id: string; readonly presences?: boolean },
  ids: readonly string[],
): AsyncGenerator<GuildMembersChunk, void> {
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const some = ids.slice(start, start + IDS_AT_ONCE);
    yield* new Listing(terms, (seen) => ({ ...base, user_ids: some.filter((id) => !seen.has(id)) })).chunks();
  }
}

interface Terms {
  readonly line: MembersLine;
  readonly guild: string;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

type Told = MembersNews | { readonly kind: "silence" };

/** One request, made as often as it takes. */
class Listing {
  readonly #terms: Terms;
  readonly #request: (seen: ReadonlySet<string>) => GatewayRequestGuildMembersData;
  /** The users that were told of: a second request may bring them again, in another order. */
  readonly #seen = new Set<string>();
  readonly #news = new Queue<MembersNews>();
  #wake: () => void = () => {};
  /** How the last link was lost since. */
  #lost: Extract<MembersNews, { kind: "lost" }> | undefined;
  /** Until when it is too early to ask, for what Discord said last. */
  #notBefore: Instant = -Infinity;

  constructor(terms: Terms, request: (seen: ReadonlySet<string>) => GatewayRequestGuildMembersData) {
    this.#terms = terms;
    this.#request = request;
  }

  async *chunks(): AsyncGenerator<GuildMembersChunk, void> {
    const { line, signal } = this.#terms;
    const undo = line.listen((news) => {
      this.#news.push(news);
      this.#wake();
    });
    try {
      // Attempts that brought nobody new, by how they ended.
      let [vain, limited] = [0, 0];
      for (;;) {
        const known = this.#seen.size;
        const nonce = newNonce(line.random);
        await line.send({ ...this.#request(this.#seen), nonce }, signal);
        const outcome = yield* this.#answer(nonce, line.session());
        if (outcome === "done") return;
        if (this.#seen.size > known) vain = limited = 0;
        else if (outcome === "limited") limited++;
        else vain++;
        if (vain >= ATTEMPTS || limited >= ATTEMPTS_LIMITED) {
          throw this.#inVain(vain + limited);
        }
        await this.#pause();
      }
    } finally {
      undo();
    }
  }

  #inVain(times: number): TimeoutError {
    const { guild } = this.#terms;
    const text = `Cannot list members of guild "${guild}": asked ${times} times, and not all came`;
    if (this.#lost === undefined) return new TimeoutError(text);
    const { reason, info } = this.#lost;
    return new TimeoutError(`${text}; the link was lost meanwhile: ${reason}`, {
      ...(info && { cause: info }),
    });
  }

  /** Hands out what answers one request; returns how that ended. */
  async *#answer(
    nonce: string,
    session: string | undefined,
  ): AsyncGenerator<GuildMembersChunk, "done" | "silence" | "begun" | "limited"> {
    const { line } = this.#terms;
    const received = new Set<number>();
    for (;;) {
      const news = await this.#next();
      switch (news.kind) {
        case "chunk": {
          const { data } = news;
          if (data.nonce !== nonce || received.has(data.chunk_index)) break;
          received.add(data.chunk_index);
          this.#notBefore = -Infinity;
          const fresh = this.#fresh(data);
          if (fresh !== undefined) yield fresh;
          if (received.size >= data.chunk_count) return "done";
          break;
        }
        case "limited":
          // That of a request before says when to ask again, and not what becomes of this one.
          if (this.#noteLimit(news.data) && [undefined, nonce].includes(news.data.meta.nonce)) {
            return "limited";
          }
          break;
        case "begun":
          // It may be told only now of the session that was asked.
          if (news.session !== session) return "begun";
          break;
        case "silence":
          // While there is no link, a resume may bring it yet.
          if (line.connected()) return "silence";
          break;
        default:
          this.#note(news);
      }
    }
  }

  /** Takes note of what happens, whatever is waited for. @throws {CommandError} if the client has ended. */
  #note(news: MembersNews): void {
    if (news.kind === "limited") this.#noteLimit(news.data);
    if (news.kind === "lost") this.#lost = news;
    if (news.kind !== "ended") return;
    const { guild } = this.#terms;
    throw new CommandError("closed", `Cannot list members of guild "${guild}": the client has ended`);
  }

  /** False: it is about something else. */
  #noteLimit({ opcode, retry_after, meta }: GatewayRateLimitedDispatchData): boolean {
    const { guild, line: { clock } } = this.#terms;
    if (opcode !== Opcode.RequestGuildMembers || meta.guild_id !== guild) return false;
    this.#notBefore = clock.now() + (Math.max(0, retry_after * 1_000) || 0);
    return true;
  }

  /** Lets the time pass that Discord wants. What comes meanwhile answers nothing. */
  async #pause(): Promise<void> {
    const { line: { clock } } = this.#terms;
    while (clock.now() < this.#notBefore) {
      for (let news; (news = this.#news.shift()) !== undefined;) this.#note(news);
      await this.#sleep(this.#notBefore - clock.now());
    }
  }

  /** The chunk less what was handed out already; undefined if that is all. */
  #fresh(data: GuildMembersChunk): GuildMembersChunk | undefined {
    const members = data.members.filter(({ user }) => !this.#seen.has(user.id));
    const { presences } = data;
    const chunk = members.length === data.members.length ? data : {
      ...data,
      members,
      ...(presences && { presences: presences.filter(({ user }) => !this.#seen.has(user.id)) }),
    };
    const empty = members.length === 0 && data.members.length > 0 && !data.not_found?.length;
    for (const { user } of members) this.#seen.add(user.id);
    for (const id of data.not_found ?? []) if (typeof id === "string") this.#seen.add(id);
    return empty ? undefined : chunk;
  }

  /** The next news, or that there was none for too long. */
  async #next(): Promise<Told> {
    const { timeout } = this.#terms;
    if (this.#news.length === 0) await this.#sleep(timeout);
    return this.#news.shift() ?? { kind: "silence" };
  }

  /** Lets time pass until there are news. */
  #sleep(ms: number): Promise<void> {
    const { line: { clock }, signal } = this.#terms;
    return new Promise((resolve, reject) => {
      const finish = () => {
        undo();
        this.#wake = () => {};
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        finish();
        reject(signal?.reason);
      };
      const wake = () => {
        finish();
        resolve();
      };
      const undo = clock.setTimer(clock.now() + ms, wake);
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#wake = wake;
    });
  }
}

/** One that hardly any other request has, of this process or another; below 32 bytes. */
function newNonce(random: () => number): string {
  return [random(), random()].map((part) => Math.floor(part * 2 ** 48).toString(36)).join("-");
}

function invalid(why: string): CommandError {
  return new CommandError("invalid_command", `Cannot list guild members: ${why}`);
}
