import { OptionError } from "../../../protocol/errors.ts";
import type { PublicKeys } from "./verify.ts";

/**
 * The application's public key, 64 hexadecimal digits from the Developer Portal; several, while it changes from one to
 * another; or what finds them in what comes with the request, where there are bindings.
 */
export type PublicKeySource<Place> = PublicKeys | ((place: Place) => PublicKeys | undefined) | undefined;

const NAME = "DISCORD_PUBLIC_KEY";

/**
 * Finds the public key for a request: what was given, or `DISCORD_PUBLIC_KEY` of the bindings that come with it, or of
 * the process's environment.
 *
 * @throws {OptionError} if there is none.
 */
export function publicKeyFor<Place>(source: PublicKeySource<Place>, place: Place): PublicKeys {
  const found = typeof source === "function" ? source(place) : source ?? named(Object(place).env) ??
    named(Object(Object(globalThis).process).env);
  if (found !== undefined) return found;
  throw new OptionError(`Cannot verify interactions: there is no public key; set ${NAME}, or pass publicKey`);
}

function named(env: unknown): string | undefined {
  const value: unknown = Object(env)[NAME];
  return typeof value === "string" ? value : undefined;
}
