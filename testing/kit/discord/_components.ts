import { isRecord } from "@parley/parley/internal";

/** All components of a message, nested ones included. */
export function componentsOf(holder: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const { components, accessory } = holder;
  const below: unknown[] = [...Array.isArray(components) ? components : [], accessory];
  return below.filter(isRecord).flatMap((one) => [one, ...componentsOf(one)]);
}
