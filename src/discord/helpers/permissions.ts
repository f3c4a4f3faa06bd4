import { OptionError } from "../../protocol/errors.ts";
import { quote } from "../../protocol/data/quote.ts";
import { PermissionFlagsBits } from "../types/permission_flags.ts";

/** What Discord calls a permission, such as `BanMembers`. */
export type PermissionName = keyof typeof PermissionFlagsBits;

/** Its name of old, for the same bit as `ManageGuildExpressions`. */
const OLD_NAME = "ManageEmojisAndStickers";

/** Every permission that is known. */
export const ALL_PERMISSIONS: bigint = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/**
 * Reads permissions as Discord's objects have them, a number in decimal; `0n` if it is none.
 *
 * Source: Discord, "Permissions".
 *
 * @example
 * ```ts
 * import { readPermissions } from "@parley/parley/discord/helpers";
 *
 * readPermissions("66321471"); // 66321471n
 * ```
 */
export function readPermissions(text: unknown): bigint {
  return typeof text === "string" && /^\d{1,40}$/.test(text) ? BigInt(text) : 0n;
}

/**
 * A set of permissions, by their names; `String` of it is what Discord's objects have.
 *
 * Source: Discord, "Permissions", Bitwise Permission Flags.
 *
 * @throws {OptionError} if there is none of a name.
 *
 * @example
 * ```ts
 * import { permissionSet } from "@parley/parley/discord/helpers";
 *
 * permissionSet("SendMessages", "AddReactions"); // 2112n
 * String(permissionSet("BanMembers")); // "4"
 * ```
 */
export function permissionSet(...names: readonly PermissionName[]): bigint {
  return names.reduce((set, name) => {
    if (Object.hasOwn(PermissionFlagsBits, name)) return set | PermissionFlagsBits[name];
    throw new OptionError(`Cannot use the permission ${quote(String(name))}: Discord has none of that name`);
  }, 0n);
}

/**
 * Whether a set has all of these permissions; `Administrator` has every one.
 *
 * Source: Discord, "Permissions".
 *
 * @param set As a bigint, or in decimal, as Discord's objects have it; undefined has none.
 * @throws {OptionError} if there is none of a name.
 *
 * @example
 * ```ts
 * import { hasPermissions } from "@parley/parley/discord/helpers";
 *
 * hasPermissions("2112", "SendMessages"); // true
 * hasPermissions("2112", "SendMessages", "BanMembers"); // false
 * hasPermissions("8", "BanMembers"); // true: an administrator
 * ```
 */
export function hasPermissions(
  set: bigint | string | null | undefined,
  ...names: readonly PermissionName[]
): boolean {
  const bits = typeof set === "bigint" ? set : readPermissions(set);
  const wanted = permissionSet(...names);
  return (bits & PermissionFlagsBits.Administrator) !== 0n || (bits & wanted) === wanted;
}

/**
 * The names of the permissions in a set, in Discord's order; bits that are not known have none.
 *
 * Source: Discord, "Permissions", Bitwise Permission Flags.
 *
 * @example
 * ```ts
 * import { permissionNames } from "@parley/parley/discord/helpers";
 *
 * permissionNames("2112"); // ["AddReactions", "SendMessages"]
 * ```
 */
export function permissionNames(set: bigint | string): PermissionName[] {
  const bits = typeof set === "bigint" ? set : readPermissions(set);
  return Object.entries(PermissionFlagsBits).flatMap(([name, bit]) =>
    isName(name) && name !== OLD_NAME && (bits & bit) !== 0n ? [name] : []
  );
}

function isName(name: string): name is PermissionName {
  return Object.hasOwn(PermissionFlagsBits, name);
}
