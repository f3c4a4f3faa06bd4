import type { TwitchLoginError } from "../session/login/login.ts";

/**
 * Gives the token to log in with, before each login. If Twitch has refused the last one, it is asked once more,
 * told so and which it was, and had better give another: one that has expired is to be refreshed. One that throws is asked again
 * after a growing pause; one that throws an `AuthenticationError`, for there is none to be had, ends the client.
 */
export type TwitchTokenProvider = (
  signal: AbortSignal,
  refused?: TwitchLoginError,
  token?: string,
) => string | Promise<string>;
