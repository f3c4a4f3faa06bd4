/** What id.twitch.tv is asked, and how it may answer instead of rightly. */
export type Ask = "validate" | "refresh" | "device" | "device token" | "app token";

/** A part of id.twitch.tv: tokens that are valid, expire, and are refreshed; a public client's refresh token is good once. */
export class IdTwitch {
  /** All that was asked, in order. */
  readonly asked: string[] = [];
  /** What goes wrong instead, until it is undefined again. */
  wrong: ((ask: Ask, signal: AbortSignal | undefined) => Promise<Response> | undefined) | undefined;
  /** The token that is valid, and what gives the next. */
  valid: string | undefined = "tok1";
  refreshToken = "r1";
  scopes: readonly string[] = ["chat:read", "chat:edit"];
  /** How long a token lasts, in seconds. */
  lasts = 14_000;
  /** Whether the account has let the device in. */
  authorized = false;
  #count = 1;

  /** As the host's. */
  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(input);
    const form = new URLSearchParams(String(init.body ?? ""));
    const ask = askOf(pathname, form);
    this.asked.push(ask);
    const wrong = this.wrong?.(ask, init.signal ?? undefined);
    if (wrong !== undefined) return await wrong;
    switch (ask) {
      case "validate":
        return this.#validate(new Headers(init.headers).get("authorization"));
      case "refresh":
        return form.get("refresh_token") === this.refreshToken
          ? this.#grant()
          : Response.json({ status: 400, message: "Invalid refresh token" }, { status: 400 });
      case "device":
        return Response.json({
          device_code: "device",
          user_code: "ABCD",
          verification_uri: "https://www.twitch.tv/activate?device-code=ABCD",
          expires_in: 1_800,
          interval: 5,
        });
      case "device token":
        return this.authorized
          ? this.#grant()
          : Response.json({ status: 400, message: "authorization_pending" }, { status: 400 });
      case "app token":
        return Response.json({ access_token: `app${this.#count++}`, expires_in: this.lasts });
    }
  };

  #validate(authorization: string | null): Response {
    if (this.valid === undefined || authorization !== `OAuth ${this.valid}`) {
      return Response.json({ status: 401, message: "invalid access token" }, { status: 401 });
    }
    const body = {
      client_id: "id",
      login: "bot",
      scopes: this.scopes,
      user_id: "42",
      expires_in: this.lasts,
    };
    return Response.json(body);
  }

  #grant(): Response {
    this.#count++;
    this.valid = `tok${this.#count}`;
    this.refreshToken = `r${this.#count}`;
    return Response.json({
      access_token: this.valid,
      refresh_token: this.refreshToken,
      expires_in: this.lasts,
    });
  }
}

const GRANTS: ReadonlyMap<string, Ask> = new Map([
  ["refresh_token", "refresh"],
  ["client_credentials", "app token"],
  ["urn:ietf:params:oauth:grant-type:device_code", "device token"],
]);

function askOf(path: string, form: URLSearchParams): Ask {
  if (path === "/oauth2/validate") return "validate";
  if (path === "/oauth2/device") return "device";
  const ask = GRANTS.get(form.get("grant_type") ?? "");
  if (ask !== undefined) return ask;
  throw new Error(`Nobody asks for "${path}" with "${form}"`);
}
