import { deviceLogin, TwitchAuth } from "@parley/parley/twitch";
import { type Io, UsageError } from "./io.ts";
import { LoginFile } from "./twitch_login.ts";

/** What an account is asked to grant unless something else is named: to read chat, and to say things there. */
export const DEFAULT_SCOPES: readonly string[] = ["chat:read", "chat:edit"];

/** What to log in with. */
export interface LoginFlags {
  readonly clientId?: string | undefined;
  readonly scope: readonly string[];
}

/** Lets an account's owner log in to Twitch at any browser, and keeps the tokens where the other commands find them. */
export async function login(
  io: Io,
  { clientId = io.env.TWITCH_CLIENT_ID, scope }: LoginFlags,
): Promise<void> {
  if (!clientId) {
    throw new UsageError(
      "Cannot log in without an application: register one at https://dev.twitch.tv/console/apps with the client " +
        "type Public, and give its client id by --client-id or TWITCH_CLIENT_ID",
    );
  }
  const tokens = await deviceLogin({
    clientId,
    scopes: scope,
    show: ({ url, code }) => void io.err.write(`Go to ${url} and enter ${code}\n`),
    signal: io.stopped,
    runtime: io.host,
  });
  const file = new LoginFile(io);
  await file.save(tokens, clientId);
  const auth = new TwitchAuth({ clientId, store: file, runtime: io.host });
  const account = await auth.account({ signal: io.stopped });
  await io.out.write(
    `Logged in as ${account.login}, for ${account.scopes.join(" ")}; kept in ${file.path}\n`,
  );
}
