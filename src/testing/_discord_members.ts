import type { Instant } from "../protocol/protocol.ts";
import type { DiscordServerGuild, DiscordServerUser } from "./_discord_world.ts";

const utf8 = new TextEncoder();
const ALL_EVERY = 30_000;

/** Answers requests for guild members, as the real service does, its limit included. */
export class MemberRequests {
  readonly #limited: boolean;
  readonly #lastAll = new Map<string, Instant>();

  constructor(limited: boolean) {
    this.#limited = limited;
  }

  /** The events that answer a request. */
  answer(
    d: { readonly [field: string]: unknown },
    guild: DiscordServerGuild | undefined,
    me: DiscordServerUser,
    now: Instant,
  ): readonly { readonly t: string; readonly d: unknown }[] {
    const { guild_id, nonce, query, limit } = d;
    // "Nonce can only be up to 32 bytes. If you send an invalid nonce it will be ignored."
    const echoed = typeof nonce === "string" && utf8.encode(nonce).length <= 32 ? { nonce } : {};
    if (guild !== undefined && this.#limited && query === "" && limit === 0) {
      // "1 request per guild per bot every 30 seconds when requesting all guild members"
      const since = now - (this.#lastAll.get(guild.id) ?? -Infinity);
      if (since < ALL_EVERY) {
        const retry_after = (ALL_EVERY - since) / 1_000;
        return [{ t: "RATE_LIMITED", d: { opcode: 8, retry_after, meta: { guild_id, ...echoed } } }];
      }
      this.#lastAll.set(guild.id, now);
    }
    const users = guild === undefined ? [] : [{ ...me, bot: true }, ...guild.members ?? []];
    const { found, missing } = choose(users, d);
    const size = guild?.chunkSize ?? 1_000;
    const count = Math.max(1, Math.ceil(found.length / size));
    return Array.from({ length: count }, (_, index) => ({
      t: "GUILD_MEMBERS_CHUNK",
      d: {
        guild_id,
        members: found.slice(index * size, (index + 1) * size).map(member),
        chunk_index: index,
        chunk_count: count,
        not_found: index === 0 ? missing : [],
        ...echoed,
      },
    }));
  }
}

function choose(
  users: readonly DiscordServerUser[],
  d: { readonly [field: string]: unknown },
): { readonly found: readonly DiscordServerUser[]; readonly missing: readonly unknown[] } {
  const { user_ids, query, limit } = d;
  if (user_ids !== undefined) {
    const ids: readonly unknown[] = Array.isArray(user_ids) ? user_ids.slice(0, 100) : [user_ids];
    const found = users.filter(({ id }) => ids.includes(id));
    return { found, missing: ids.filter((id) => !found.some((user) => user.id === id)) };
  }
  const found = users.filter(({ username }) => typeof query !== "string" || username.startsWith(query));
  return { found: typeof limit === "number" && limit > 0 ? found.slice(0, limit) : found, missing: [] };
}

function member(user: DiscordServerUser): unknown {
  return { user, roles: [], joined_at: null, deaf: false, mute: false, flags: 0 };
}
