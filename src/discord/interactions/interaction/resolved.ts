import type {
  APIAttachment,
  APIInteractionDataResolved,
  APIInteractionDataResolvedChannel,
  APIInteractionDataResolvedGuildMember,
  APIRole,
  APIUser,
} from "discord-api-types/v10";
import { ProtocolError } from "../../../protocol/errors.ts";

/** A user that was chosen, and in a guild what they are there. */
export interface ResolvedUser {
  readonly kind: "user";
  /** The user. */
  readonly user: APIUser;
  /** What they are in the guild, less the user; undefined outside of it. */
  readonly member: APIInteractionDataResolvedGuildMember | undefined;
}

/** A role that was chosen where users could be, too. */
export interface ResolvedRole {
  readonly kind: "role";
  /** The role. */
  readonly role: APIRole;
}

/** A user or a role that was chosen, told apart by `kind`. */
export type ResolvedMentionable = ResolvedUser | ResolvedRole;

/** What each kind of thing that is chosen by its ID comes as. */
export interface ResolvedKinds {
  readonly user: ResolvedUser;
  readonly role: APIRole;
  readonly mentionable: ResolvedMentionable;
  readonly channel: APIInteractionDataResolvedChannel;
  readonly attachment: APIAttachment;
}

/**
 * Finds what an ID stands for.
 *
 * @throws {ProtocolError} if Discord did not send it.
 */
export function resolve<Kind extends keyof ResolvedKinds>(
  kind: Kind,
  id: unknown,
  resolved: APIInteractionDataResolved | undefined,
): ResolvedKinds[Kind] {
  if (typeof id === "string") {
    const found = FINDERS[kind](id, resolved ?? {});
    if (found !== undefined) return found;
  }
  throw new ProtocolError(`Cannot resolve a ${kind}: Discord did not send what it stands for`);
}

const FINDERS: {
  readonly [Kind in keyof ResolvedKinds]: (
    id: string,
    resolved: APIInteractionDataResolved,
  ) => ResolvedKinds[Kind] | undefined;
} = {
  user: (id, { users, members }) => {
    const user = own(users, id);
    return user && { kind: "user", user, member: own(members, id) };
  },
  role: (id, { roles }) => own(roles, id),
  mentionable: (id, resolved) => {
    const role = own(resolved.roles, id);
    return role === undefined ? FINDERS.user(id, resolved) : { kind: "role", role };
  },
  channel: (id, { channels }) => own(channels, id),
  attachment: (id, { attachments }) => own(attachments, id),
};

/** What a map from outside has under a key of its own. */
export function own<Value>(map: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return map !== undefined && map !== null && Object.hasOwn(map, key) ? map[key] : undefined;
}
