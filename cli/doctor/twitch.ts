import { AuthenticationError } from "@parley/parley/protocol";
import { type TwitchAuth, TwitchClient } from "@parley/parley/twitch";
import type { Io } from "../io.ts";
import { findTwitchAuth } from "../twitch_login.ts";
import { failed, type Finding, fromError, ok, skipped } from "./finding.ts";
import { checkClock } from "./machine.ts";
import { ask, ONCE } from "./reach.ts";

/** What of Twitch is looked at. */
export interface TwitchDoctorFlags {
  /** The scopes that the account is to have granted. */
  readonly scope: readonly string[];
  /** Where chat is. */
  readonly url?: string | undefined;
}

/** Answers without a token, if only that there is none. */
const VALIDATE = "https://id.twitch.tv/oauth2/validate";

/** Looks at Twitch: whether it can be reached, and as whom, with what granted. */
export async function* checkTwitch(io: Io, { scope, url }: TwitchDoctorFlags): AsyncGenerator<Finding> {
  try {
    const { headers, before, after } = await ask(io.host, VALIDATE);
    yield ok("twitch login service", "id.twitch.tv can be reached");
    const clock = checkClock(headers.get("date"), before, after);
    if (clock !== undefined) yield clock;
  } catch (error) {
    yield fromError("twitch login service", error);
  }
  const auth = yield* checkAccount(io, scope);
  yield await checkChat(io, auth, url);
}

/** Whose the tokens are, and what they are good for; returns the account if it may be logged in to chat with. */
async function* checkAccount(
  io: Io,
  scope: readonly string[],
): AsyncGenerator<Finding, TwitchAuth | undefined> {
  let auth: TwitchAuth | undefined;
  try {
    auth = await findTwitchAuth(io);
    if (auth === undefined) {
      yield skipped(
        "twitch token",
        "Nobody has logged in; chat is read without an account",
        'run "parley login", or set TWITCH_TOKEN',
      );
      return undefined;
    }
    const { login, scopes } = await auth.account();
    yield ok("twitch token", `is that of ${login}`);
    const missing = scope.filter((one) => !scopes.includes(one));
    if (missing.length === 0) {
      yield ok("twitch scopes", scopes.join(" "));
      return auth;
    }
    const all = [...new Set([...scopes, ...missing])];
    yield failed(
      "twitch scopes",
      `${login} has not granted ${missing.join(" and ")}`,
      `run "parley login --scope ${all.join(",")}"`,
    );
    return undefined;
  } catch (error) {
    yield error instanceof AuthenticationError
      ? failed(
        "twitch token",
        "Twitch does not accept the token, nor does it give another for it",
        'run "parley login" again, or set TWITCH_TOKEN to a new token',
      )
      : fromError("twitch token", error);
    return undefined;
  }
}

async function checkChat(io: Io, auth: TwitchAuth | undefined, url: string | undefined): Promise<Finding> {
  const chat = new TwitchClient({
    ...ONCE,
    runtime: io.host,
    ...(auth && { auth }),
    ...(url !== undefined && { url }),
  });
  try {
    await chat.connect();
    return ok("twitch chat", auth === undefined ? "can be read" : `lets ${chat.login} in`);
  } catch (error) {
    return fromError("twitch chat", error);
  } finally {
    await chat.close();
  }
}
