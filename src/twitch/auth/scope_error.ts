import { AuthenticationError } from "../../protocol/errors.ts";

/**
 * The account has not granted the application a scope that something needs.
 *
 * @example
 * ```ts
 * import { type TwitchAuth, TwitchScopeError } from "@parley/parley/twitch";
 *
 * async function mayBan(auth: TwitchAuth): Promise<boolean> {
 *   try {
 *     await auth.require("moderator:manage:banned_users");
 *     return true;
 *   } catch (error) {
 *     if (!(error instanceof TwitchScopeError)) throw error;
 *     console.log(`Grant it at ${error.grantUrl}`);
 *     return false;
 *   }
 * }
 * ```
 */
export class TwitchScopeError extends AuthenticationError {
  override name = "TwitchScopeError";
  /** Which scope. ([Scopes](https://dev.twitch.tv/docs/authentication/scopes/)) */
  readonly scope: string;
  /** Where the account can grant it, with all that it has granted. */
  readonly grantUrl: string;

  /** Takes the message for people, the scope, and where it can be granted. */
  constructor(message: string, scope: string, grantUrl: string) {
    super(message);
    this.scope = scope;
    this.grantUrl = grantUrl;
  }
}
