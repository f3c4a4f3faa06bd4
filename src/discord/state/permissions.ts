import type { APIOverwrite } from "discord-api-types/v10";
import { ALL_PERMISSIONS, permissionSet, readPermissions } from "../helpers/permissions.ts";
import { ChannelType } from "../types/enums.ts";

/** What of a role permissions come from. */
export interface RoleLike {
  /** Its ID; that of the guild is the role of everybody. */
  readonly id: string;
  /** What it allows, as Discord writes it: a number in decimal digits. */
  readonly permissions: string;
  /** Where it stands: a member manages only those below. */
  readonly position: number;
}

/** What of a guild permissions come from. */
export interface GuildLike {
  /** Its ID. */
  readonly id: string;
  /** Who may do everything. */
  readonly owner_id: string;
  /** All of its roles. */
  readonly roles: readonly RoleLike[];
}

/** What of a member permissions come from; the member of a message, say, with its author as `user`. */
export interface MemberLike {
  /** Who it is. */
  readonly user: { readonly id: string };
  /** The IDs of their roles, without that of everybody. */
  readonly roles: readonly string[];
  /** Until when the member is timed out. */
  readonly communication_disabled_until?: string | null | undefined;
}

/** What of a channel or thread permissions come from. */
export interface ChannelLike {
  readonly type: number;
  readonly permission_overwrites?: readonly APIOverwrite[] | undefined;
  readonly thread_metadata?: { readonly locked?: boolean | undefined } | undefined;
}

/** What is asked of permissions. */
export interface PermissionQuestion {
  /** Where it is asked. */
  readonly guild: GuildLike;
  /** Of whom. */
  readonly member: MemberLike;
  /** Where; without one, in the guild as a whole. */
  readonly channel?: ChannelLike | undefined;
  /** The channel that a thread is in, from which it has its permissions. */
  readonly parent?: ChannelLike | undefined;
  /** Whether the member was added to a thread, which private ones ask for. */
  readonly inThread?: boolean | undefined;
  /** When, in milliseconds of Unix time: a time-out may be over. */
  readonly at: number;
}

/** The same, of roles that are found by their IDs. */
export interface Question extends Omit<PermissionQuestion, "guild"> {
  readonly guild: Pick<GuildLike, "id" | "owner_id">;
  readonly roles: ReadonlyMap<string, RoleLike>;
}

const ADMINISTRATOR: bigint = permissionSet("Administrator");
const VIEW_CHANNEL: bigint = permissionSet("ViewChannel");
const SEND_MESSAGES: bigint = permissionSet("SendMessages");
const SEND_IN_THREADS: bigint = permissionSet("SendMessagesInThreads");
const MANAGE_THREADS: bigint = permissionSet("ManageThreads");
const CONNECT: bigint = permissionSet("Connect");
// "Timed out members will temporarily lose all permissions except".
const OF_TIMED_OUT: bigint = permissionSet("ViewChannel", "ReadMessageHistory");
// "Denying `SEND_MESSAGES` implicitly denies".
const OF_MESSAGES: bigint = permissionSet("MentionEveryone", "SendTTSMessages", "AttachFiles", "EmbedLinks");

const THREADS: ReadonlySet<number> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);
const VOICE: ReadonlySet<number> = new Set([ChannelType.GuildVoice, ChannelType.GuildStageVoice]);

/** Whether a channel is a thread. */
export function isThread(channel: { readonly type: number }): boolean {
  return THREADS.has(channel.type);
}

/**
 * Computes what a member may do in a channel, or in the guild as a whole, from Discord's own objects, as REST and
 * interactions have them:
 *
 * - the owner and administrators may do everything, time-outs and overwrites notwithstanding
 * - overwrites count in Discord's order: `@everyone`, all roles at once, the member; each time what is denied first
 * - who does not see a channel may do nothing there; who may not connect to a voice or stage channel may only see it
 * - who may not send messages may not attach, embed, speak aloud or mention everyone either
 * - a thread has its parent's permissions, of which `SendMessagesInThreads` counts in the place of `SendMessages`; a
 *   locked one takes messages only from who may manage threads, and a private one is seen only by these and by who was
 *   added
 * - who is timed out may at most see channels and read their history
 *
 * Source: Discord, "Permissions", and "Threads", Permissions.
 *
 * @returns undefined where it cannot be known: a thread without `parent`, a private one without `inThread`.
 *
 * @example
 * ```ts
 * import { computePermissions } from "@parley/parley/discord/state";
 *
 * const guild = { id: "1", owner_id: "2", roles: [{ id: "1", permissions: "3072", position: 0 }] };
 * const member = { user: { id: "3" }, roles: [] };
 * const overwrite = { id: "3", type: 1, allow: "0", deny: "2048" };
 * computePermissions({ guild, member, at: 0 }); // 3072n: ViewChannel and SendMessages
 * computePermissions({ guild, member, channel: { type: 0, permission_overwrites: [overwrite] }, at: 0 }); // 1024n
 * ```
 */
export function computePermissions(question: PermissionQuestion): bigint | undefined {
  const roles = new Map(question.guild.roles.map((role) => [role.id, role]));
  return permissionsOf({ ...question, roles });
}

/** As {@linkcode computePermissions}. */
export function permissionsOf(question: Question): bigint | undefined {
  const { member, channel, parent, at } = question;
  const base = basePermissions(question);
  if (base === ALL_PERMISSIONS) return base;
  const isTimedOut = Date.parse(member.communication_disabled_until ?? "") > at;
  const left = (bits: bigint) => isTimedOut ? bits & OF_TIMED_OUT : bits;
  if (channel === undefined) return left(base);
  const place = isThread(channel) ? parent : channel;
  if (place === undefined) return undefined;
  const explicit = overwritten(base, place.permission_overwrites ?? [], question);
  // What a time-out leaves is left of voice channels, too.
  const connects = !VOICE.has(channel.type) || (explicit & CONNECT) !== 0n;
  const bits = left(explicit);
  if ((bits & VIEW_CHANNEL) === 0n) return 0n;
  if (!connects) return VIEW_CHANNEL;
  if (isThread(channel)) return threadPermissions(bits, channel, question.inThread);
  return (bits & SEND_MESSAGES) === 0n ? bits & ~OF_MESSAGES : bits;
}

function threadPermissions(bits: bigint, thread: ChannelLike, inThread?: boolean): bigint | undefined {
  const manages = (bits & MANAGE_THREADS) !== 0n;
  if (thread.type === ChannelType.PrivateThread && !manages && !inThread) {
    return inThread === undefined ? undefined : 0n;
  }
  const sends = (bits & SEND_IN_THREADS) !== 0n && (manages || thread.thread_metadata?.locked !== true);
  // "The `SEND_MESSAGES` permission has no effect in threads."
  const inherited = bits & ~SEND_MESSAGES;
  return sends ? inherited : inherited & ~(SEND_IN_THREADS | OF_MESSAGES);
}

/** What the roles give; everything to the owner and to administrators. */
function basePermissions({ guild, roles, member }: Question): bigint {
  if (member.user.id === guild.owner_id) return ALL_PERMISSIONS;
  const everyone = readPermissions(roles.get(guild.id)?.permissions);
  const bits = member.roles.reduce(
    (bits, id) => bits | readPermissions(roles.get(id)?.permissions),
    everyone,
  );
  return (bits & ADMINISTRATOR) === 0n ? bits : ALL_PERMISSIONS;
}

function overwritten(
  base: bigint,
  overwrites: readonly APIOverwrite[],
  { guild, roles, member }: Question,
): bigint {
  // Of a role that is gone, nothing counts.
  const ids = new Set(member.roles.filter((id) => id !== guild.id && roles.has(id)));
  const steps: readonly ((id: string) => boolean)[] = [
    (id) => id === guild.id,
    (id) => ids.has(id),
    (id) => id === member.user.id,
  ];
  return steps.reduce((bits, counts) => {
    let allow = 0n;
    let deny = 0n;
    for (const overwrite of overwrites) {
      if (!counts(overwrite.id)) continue;
      allow |= readPermissions(overwrite.allow);
      deny |= readPermissions(overwrite.deny);
    }
    return (bits & ~deny) | allow;
  }, base);
}

/**
 * Whether a member stands above another: by their highest roles, the owner above all. Nobody stands above themselves.
 *
 * Source: Discord, "Permissions", Permission Hierarchy.
 */
export function isAbove(
  { guild, roles }: Pick<Question, "guild" | "roles">,
  member: MemberLike,
  other: MemberLike,
): boolean {
  if (member.user.id === other.user.id || other.user.id === guild.owner_id) return false;
  if (member.user.id === guild.owner_id) return true;
  const [one, two] = [member, other].map((each) => highestRole(guild.id, roles, each));
  return one !== undefined && (two === undefined || isHigher(one, two));
}

/** The role of a member that is highest, if there is any beside everyone's. */
function highestRole(
  everyone: string,
  roles: ReadonlyMap<string, RoleLike>,
  member: MemberLike,
): RoleLike | undefined {
  return member.roles.reduce<RoleLike | undefined>((highest, id) => {
    const role = id === everyone ? undefined : roles.get(id);
    if (role === undefined) return highest;
    return highest === undefined || isHigher(role, highest) ? role : highest;
  }, undefined);
}

/** "Roles with the same position are sorted by id": the older one is higher. */
function isHigher(one: RoleLike, other: RoleLike): boolean {
  if (one.position !== other.position) return one.position > other.position;
  return one.id.length === other.id.length ? one.id < other.id : one.id.length < other.id.length;
}
