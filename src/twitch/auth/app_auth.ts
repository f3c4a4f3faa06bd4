import type { Host } from "../../driver/host.ts";
import { httpHost } from "../../http/http_host.ts";
import { OptionError } from "../../protocol/errors.ts";
import { IdService, type TwitchIdOptions } from "./id_service.ts";
import { unless } from "../../unless.ts";
import { checkKinds } from "../../protocol/option_checks.ts";

/** Before a token expires it is not used any more, in milliseconds: what it is sent with takes its time. */
const EARLY = 60_000;

/** What {@linkcode TwitchAppAuth} takes. */
export interface TwitchAppAuthOptions extends TwitchIdOptions {
  /** The application's id. */
  readonly clientId: string;
  /** The application's secret, never shown. */
  readonly clientSecret: string;
  /** Parts of the host, such as that of a simulation. @default the runtime's own */
  readonly runtime?: Partial<Host>;
}

/**
 * The application itself, without any account: what reads public things, and with which a chat bot has its badge.
 * ([Client credentials](https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#client-credentials-grant-flow))
 *
 * @example
 * ```ts
 * import { TwitchAppAuth } from "@parley/parley/twitch";
 *
 * const app = new TwitchAppAuth({ clientId: "your client id", clientSecret: "your client secret" });
 * const headers = async () => ({ "Client-Id": app.clientId, authorization: `Bearer ${await app.accessToken()}` });
 * ```
 */
export class TwitchAppAuth {
  /** The application's id. */
  readonly clientId: string;
  readonly #clientSecret: string;
  readonly #host: Host;
  readonly #service: IdService;
  #token: { readonly token: string; readonly expiresAt: number } | undefined;
  #asking: Promise<string> | undefined;

  /**
   * Takes the application.
   *
   * @throws {OptionError} if id or secret are empty, or `baseUrl` is no address.
   */
  constructor(options: TwitchAppAuthOptions) {
    checkKinds("make a TwitchAppAuth", options, { clientId: ["string"], clientSecret: ["string"] });
    const { clientId, clientSecret, baseUrl, runtime } = options;
    if (clientId === "" || clientSecret === "") {
      throw new OptionError("Cannot use an empty client id or secret");
    }
    this.#host = httpHost(runtime);
    this.clientId = clientId;
    this.#clientSecret = clientSecret;
    this.#service = new IdService(this.#host, baseUrl);
  }

  /**
   * A token that may be used now; another than `refused`, unless Twitch gives that again.
   *
   * @throws {AuthenticationError} if Twitch does not know the application.
   * @throws {ConnectionError} `unreachable` if it cannot be asked.
   * @throws {TimeoutError} if it does not answer in ten seconds.
   * @throws the signal's reason if it is aborted first.
   */
  async accessToken(
    { refused, signal }: { readonly refused?: string; readonly signal?: AbortSignal } = {},
  ): Promise<string> {
    const known = this.#token;
    const isGood = known !== undefined && known.token !== refused &&
      this.#host.clock.wall() < known.expiresAt - EARLY;
    if (isGood) return known.token;
    this.#asking ??= this.#ask().finally(() => void (this.#asking = undefined));
    // One that lasts for no longer than a minute is used all the same.
    return await unless(signal, this.#asking);
  }

  async #ask(): Promise<string> {
    this.#token = await this.#service.appToken(this.clientId, this.#clientSecret);
    return this.#token.token;
  }
}
