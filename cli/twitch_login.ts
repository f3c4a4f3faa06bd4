import type { Host } from "@parley/parley/driver";
import { isRecord, JsonFile } from "@parley/parley/internal";
import { TwitchAuth, type TwitchTokens, type TwitchTokenStore } from "@parley/parley/twitch";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { type Io, UsageError } from "./io.ts";

/** What `parley login` keeps: the account's tokens, and the application that they were given to. */
export interface KeptLogin extends TwitchTokens {
  readonly clientId: string;
}

function isKeptLogin(value: unknown): value is KeptLogin {
  return isRecord(value) && typeof value.clientId === "string" && typeof value.accessToken === "string" &&
    typeof value.refreshToken === "string";
}

/** Where the login is kept: in the folder for settings that the environment names, or the usual one. */
function loginPath({ env }: Pick<Io, "env">): string {
  const folder = env.XDG_CONFIG_HOME || env.APPDATA || join(env.HOME || homedir(), ".config");
  return join(folder, "parley", "twitch.json");
}

/** The login in a file that only its owner can read. Tokens that are refreshed are kept in place of those before. */
export class LoginFile implements TwitchTokenStore {
  /** Where it is. */
  readonly path: string;
  readonly #file: JsonFile<KeptLogin>;
  readonly #work: NonNullable<Host["work"]>;
  #clientId = "";

  /** Takes the outside, whose environment says where it is. */
  constructor(io: Io) {
    this.path = loginPath(io);
    this.#work = io.host.work ?? ((_what, run) => run());
    this.#file = new JsonFile(this.path, "the login", isKeptLogin);
  }

  /** Reads it; undefined where nobody has logged in. @throws {OptionError} if the file holds something else. */
  async load(): Promise<KeptLogin | undefined> {
    const kept = await this.#work("the login", () => this.#file.read());
    if (kept !== undefined) this.#clientId = kept.clientId;
    return kept;
  }

  /** Keeps tokens of the same application, or of another. */
  async save({ accessToken, refreshToken }: TwitchTokens, clientId: string = this.#clientId): Promise<void> {
    this.#clientId = clientId;
    await this.#work("the login", async () => {
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await this.#file.write(() => ({ clientId, accessToken, refreshToken }));
    });
  }
}

/** The account: that of `TWITCH_TOKEN`, or else the one that has logged in; undefined if there is neither. */
export async function findTwitchAuth(io: Io): Promise<TwitchAuth | undefined> {
  const { TWITCH_TOKEN: token, TWITCH_CLIENT_ID: clientId = "unknown" } = io.env;
  if (token) {
    const tokens = { accessToken: token.replace(/^oauth:/, ""), refreshToken: "" };
    // What cannot be refreshed is asked for nowhere but where tokens are looked at, which needs no application.
    return new TwitchAuth({ clientId, tokens, runtime: io.host });
  }
  const store = new LoginFile(io);
  const kept = await store.load();
  return kept && new TwitchAuth({ clientId: kept.clientId, store, runtime: io.host });
}

/** The same, where one is needed. @throws {UsageError} if nobody has logged in. */
export async function needTwitchAuth(io: Io): Promise<TwitchAuth> {
  const auth = await findTwitchAuth(io);
  if (auth !== undefined) return auth;
  throw new UsageError('Cannot go on without an account: run "parley login", or set TWITCH_TOKEN');
}

/** What to do about a token that Twitch does not take. */
export const LOG_IN_AGAIN = 'run "parley login" again, or set TWITCH_TOKEN to a new token';
