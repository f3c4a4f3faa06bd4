import type { CommandName } from "../../driver/client/client_event.ts";
import { DiscordCalls } from "../rest/methods/calls.ts";

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
        return run(
          { command: `rest.${String(name)}`, target: targetOf(given[0]) },
          () => Reflect.apply(value, rest, given),
        );
      };
    },
  });
}

/** What a call is for: an ID, or a route with its parameters left out. A path may hold a token, and is not shown. */
function targetOf(first: unknown): string | undefined {
  if (typeof first !== "string") return undefined;
  const route = /^([A-Z]+) (\/.*)$/.exec(first);
  if (route === null) return /^[0-9]+$/.test(first) ? first : undefined;
  const isTemplate = !/\/(webhooks|interactions)\/[^/]+\/[^{]/.test(first);
  return isTemplate ? first : undefined;
}

/** The names of all calls: those that are there for every REST client, and the one that they are made of. */
const CALLS: ReadonlySet<string | symbol> = new Set(callsOf(DiscordCalls.prototype).concat("raw"));

function callsOf(prototype: unknown): string[] {
  if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) return [];
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  return names.concat(callsOf(Object.getPrototypeOf(prototype)));
}
