import type { CommandName } from "../../driver/client_event.ts";
import { DiscordCalls } from "../rest/calls.ts";

/**
 * The same calls, whose promises may be left alone: a client runs each of them. They call each other as they did.
 */
export function restLeftAlone<Rest extends DiscordCalls>(
  rest: Rest,
  run: (name: CommandName, call: () => Promise<unknown>) => Promise<unknown>,
): Rest {
  return new Proxy(rest, {
    get(_, name) {
      const value: unknown = Reflect.get(rest, name, rest);
      if (typeof value !== "function" || !CALLS.has(name)) return value;
      return (...given: readonly unknown[]) => {
        const [id] = given;
        // What comes first is an ID, which is no secret, or a path, which may hold one.
        const target = typeof id === "string" && /^[0-9]+$/.test(id) ? id : undefined;
        return run({ command: `rest.${String(name)}`, target }, () => Reflect.apply(value, rest, given));
      };
    },
  });
}

/** The names of all calls: those that are there for every REST client, and the one that they are made of. */
const CALLS: ReadonlySet<string | symbol> = new Set(callsOf(DiscordCalls.prototype).concat("request"));

function callsOf(prototype: unknown): string[] {
  if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) return [];
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  return names.concat(callsOf(Object.getPrototypeOf(prototype)));
}
