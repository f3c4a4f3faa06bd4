/**
 * Writes the values of discord-api-types' enums anew, as the package that is installed has them.
 *
 * ```sh
 * deno run -A tools/run.ts tools/discord_types.ts && deno fmt src/discord/types
 * ```
 *
 * @module
 */
import * as module from "discord-api-types/v10";

/** What a program is told of an enum: its members in order, each with its value. */
export type EnumValues = Readonly<Record<string, string | number | bigint>>;

/** What is no part of Discord's HTTP API or gateway, or no enum. */
const LEFT_OUT =
  /^RPC|^OAuth2Routes$|^RouteBases$|^CDNRoutes$|^VoiceConnectionStates$|^RelationshipType$|^ImageFormat$/;

/** The enums that the installed package has, by name. */
export function enumsOf(types: object): ReadonlyMap<string, EnumValues> {
  const found = new Map<string, EnumValues>();
  for (const [name, value] of Object.entries(types)) {
    if (!/^[A-Z]/.test(name) || LEFT_OUT.test(name) || typeof value !== "object" || value === null) continue;
    // A numeric enum has each of its numbers as a name, too.
    const members = Object.entries(value).filter(([key]) => !/^-?\d+$/.test(key));
    if (members.length > 0 && members.every(isMember)) found.set(name, Object.fromEntries(members));
  }
  return found;
}

/** Those of the installed package. */
export const installedEnums: ReadonlyMap<string, EnumValues> = enumsOf(module);

function isMember(member: [string, unknown]): member is [string, string | number | bigint] {
  return ["string", "number", "bigint"].includes(typeof member[1]);
}

function written(name: string, key: string, value: string | number | bigint): string {
  if (typeof value === "bigint") return `${value}n`;
  // What is a string is of an enum only where it is said to be.
  return typeof value === "string" ? `${JSON.stringify(value)} as api.${name}.${key}` : String(value);
}

/** The texts of the modules that have them: the permissions, which more than types need, have their own. */
export function enumsModules(enums: ReadonlyMap<string, EnumValues>): { enums: string; flags: string } {
  const parts = { enums: "", flags: "" };
  for (const [name, values] of enums) {
    const members = Object.entries(values);
    // No enum has bigints.
    const isBits = members.some(([, value]) => typeof value === "bigint");
    const types = members.map(([key]) => `readonly ${key}: ${isBits ? "bigint" : `api.${name}.${key}`};`);
    const type = isBits ? "" : `/** One of Discord's \`${name}\`. */\nexport type ${name} = api.${name};\n`;
    parts[isBits ? "flags" : "enums"] += `\n${type}/** Discord's \`${name}\`. */
export const ${name}: { ${types.join(" ")} } = {
${members.map(([key, value]) => `  ${key}: ${written(name, key, value)},`).join("\n")}
};
`;
  }
  const origin = "// Written by tools/discord_types.ts, from the types that are installed.\n";
  return {
    flags: `${origin}${parts.flags}`,
    enums: `${origin}import type * as api from "discord-api-types/v10";

export type * from "discord-api-types/v10";
export { PermissionFlagsBits } from "./permission_flags.ts";
${parts.enums}`,
  };
}

if (import.meta.main) {
  const { enums, flags } = enumsModules(installedEnums);
  const folder = new URL("../src/discord/types/", import.meta.url);
  await Deno.writeTextFile(new URL("enums.ts", folder), enums);
  await Deno.writeTextFile(new URL("permission_flags.ts", folder), flags);
}
