import { sleepUntil } from "../../driver/clock/clock.ts";
import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { AuthenticationError, ConnectionError, TimeoutError } from "../../protocol/errors.ts";
import { IdService, TokenRefusedError, type TwitchIdOptions } from "./id_service.ts";
import type { TwitchTokens } from "./tokens.ts";
import { unless } from "../../unless.ts";
import { checkKinds } from "../../protocol/option_checks.ts";

/** What {@linkcode deviceLogin} takes. */
export interface DeviceLoginOptions extends TwitchIdOptions {
  /** The application's id. */
  readonly clientId: string;
  /** What the account is asked to grant. ([Scopes](https://dev.twitch.tv/docs/authentication/scopes/)) */
  readonly scopes: readonly string[];
  /** Shows the account's owner where to go, and the code that is asked for there. */
  readonly show: (login: { readonly url: string; readonly code: string }) => void;
  /** Gives up. @default never: the code expires after half an hour */
  readonly signal?: AbortSignal;
  /** Parts of the host, such as that of a simulation. @default the runtime's own */
  readonly runtime?: Partial<Host>;
}

/**
 * Lets an account's owner grant scopes on any device with a browser, and resolves to the account's tokens; for programs
 * without a web server, and without a client secret.
 * ([Device code](https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#device-code-grant-flow))
 *
 * @throws {AuthenticationError} if it is denied, or not granted before the code expires.
 * @throws {ConnectionError} `unreachable` if Twitch cannot be asked for a code.
 * @throws the signal's reason if it is aborted.
 *
 * @example
 * ```ts no-eval
 * import { deviceLogin, FileTokenStore } from "@parley/parley/twitch";
 *
 * const tokens = await deviceLogin({
 *   clientId: "your client id",
 *   scopes: ["chat:read", "chat:edit"],
 *   show: ({ url, code }) => console.log(`Go to ${url} and enter ${code}`),
 * });
 * await new FileTokenStore("./tokens.json").save(tokens);
 * ```
 */
export async function deviceLogin(options: DeviceLoginOptions): Promise<TwitchTokens> {
  checkKinds("log in", options, { clientId: ["string"], scopes: ["array"], show: ["function"] });
  const { clientId, scopes, show, signal, baseUrl, runtime } = options;
  const { clock, fetch } = httpHost(runtime);
  const service = new IdService({ clock, fetch }, baseUrl);
  signal?.throwIfAborted();
  const begun = await unless(signal, service.deviceCode(clientId, scopes));
  const { deviceCode, userCode, url, every, lasts } = begun;
  const until = clock.now() + lasts;
  show({ url, code: userCode });
  while (clock.now() < until) {
    await sleepUntil(clock, clock.now() + every, signal);
    try {
      const asked = service.tokens("log in", {
        client_id: clientId,
        scopes: scopes.join(" "),
        device_code: deviceCode,
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      });
      return await unless(signal, asked);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPending(error)) throw error;
    }
  }
  throw new AuthenticationError(`Cannot log in: the code was not entered within ${lasts / 60_000} minutes`);
}

/** Whether it may be asked again: nobody has entered the code, or Twitch could not be asked. */
function isPending(error: unknown): boolean {
  if (error instanceof TokenRefusedError) return error.isPending;
  return error instanceof ConnectionError || error instanceof TimeoutError;
}
