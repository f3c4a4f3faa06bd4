import { type PermissionName, permissionSet } from "@parley/parley/discord/helpers";

/** What everybody may do in a guild that was just made, as far as bots ask for it. */
const EVERYBODY = permissionSet(
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "EmbedLinks",
  "AttachFiles",
  "AddReactions",
  "ReadMessageHistory",
  "UseApplicationCommands",
  "ChangeNickname",
  "Connect",
  "Speak",
);

/** A role, in the shape of Discord's object. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: string;
  readonly position: number;
  readonly [field: string]: unknown;
}

/** The roles of a guild: at first that of everybody, which has the guild's own ID. */
export class Roles {
  /** In the order in which they stand, the lowest first. */
  readonly all: Role[];

  /** Takes the guild's ID. */
  constructor(guild: string) {
    this.all = [roleOf(guild, "@everyone", EVERYBODY, 0)];
  }

  /** The role of this name, made above all others where there is none: then `isNew`. */
  called(
    name: string,
    permissions: readonly PermissionName[],
    nextId: () => string,
  ): { readonly role: Role; readonly isNew: boolean } {
    const known = this.all.find((role) => role.name === name);
    if (known !== undefined) return { role: known, isNew: false };
    const role = roleOf(nextId(), name, permissionSet(...permissions), this.all.length);
    this.all.push(role);
    return { role, isNew: true };
  }

  /** What somebody with these roles may do. */
  permissionsOf(roles: readonly string[]): bigint {
    return this.all.filter(({ id, position }) => position === 0 || roles.includes(id))
      .reduce((set, { permissions }) => set | BigInt(permissions), 0n);
  }
}

function roleOf(id: string, name: string, permissions: bigint, position: number): Role {
  return {
    id,
    name,
    permissions: String(permissions),
    position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    flags: 0,
  };
}
