import type { Instant } from "@parley/parley/protocol";
import { GUILD_MEMBERS, GUILD_PRESENCES } from "./gateway/_intents.ts";
import { type DiscordServerGuild, type DiscordServerUser, userObject } from "./_world.ts";

const utf8 = new TextEncoder();
const ALL_EVERY = 30_000;

/** Answers requests for guild members, as the real service does, its limit included. */
export class MemberRequests {
  readonly #limited: boolean;
  readonly #lastAll = new Map<string, Instant>();

  constructor(limited: boolean) {
    this.#limited = limited;
  }

  /** The events that answer a request of a session with these intents. */
  answer(
    d: { readonly [field: string]: unknown },
    intents: number,
    guild: DiscordServerGuild | undefined,
    me: DiscordServerUser,
    now: Instant,
  ): readonly { readonly t: string; readonly d: unknown }[] {
    const { guild_id, nonce, query, limit, user_ids } = d;
    // "`GUILD_MEMBERS` intent is required to request the entire member list": nothing says that it is missing.
    if (user_ids === undefined && !query && (intents & GUILD_MEMBERS) === 0) return [];
    // "`GUILD_PRESENCES` intent is required to set `presences = true`. Otherwise, it will always be false"
    const presences = d.presences === true && (intents & GUILD_PRESENCES) !== 0;
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
    const users = guild === undefined ? [] : [userObject(me, true), ...guild.members ?? []];
    const { found, missing } = choose(users, d);
    const size = guild?.chunkSize ?? 1_000;
    const count = Math.max(1, Math.ceil(found.length / size));
    return Array.from({ length: count }, (_, index) => {
      const users = found.slice(index * size, (index + 1) * size);
      const d = {
        guild_id,
        members: users.map(member),
        chunk_index: index,
        chunk_count: count,
        not_found: index === 0 ? missing : [],
        // Nobody else is online here.
        ...(presences && { presences: users.filter(({ id }) => id === me.id).map(online) }),
        ...echoed,
      };
      return { t: "GUILD_MEMBERS_CHUNK", d };
    });
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

function online({ id }: DiscordServerUser): unknown {
  return { user: { id }, status: "online", activities: [], client_status: { web: "online" } };
}
