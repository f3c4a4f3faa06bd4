import type { Simulation } from "../../testing/world/simulation.ts";
import type { IdTwitch } from "./_id_twitch.ts";

/** A request that the API got. */
export interface Asked {
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly token: string;
}

/** A part of Twitch's API: tokens, points for a minute, and answers by endpoint. */
export class Helix {
  /** What was asked and let through. */
  readonly asked: Asked[] = [];
  /** What is answered, by endpoint; an empty list otherwise. */
  readonly answers = new Map<string, (asked: Asked) => Response | Promise<Response>>();
  /** How many points there are for a minute. */
  points = 800;
  /** How often 429 was answered. */
  limited = 0;
  readonly #id: IdTwitch;
  readonly #world: Simulation;
  #window = -1;
  #spent = 0;

  /** Takes who knows which token is valid, and the world whose time it is. */
  constructor(id: IdTwitch, world: Simulation) {
    this.#id = id;
    this.#world = world;
  }

  /** As the host's. */
  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    const headers = new Headers(init.headers);
    const token = headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const endpoint = `${init.method} ${url.pathname.replace("/helix", "")}`;
    if (headers.get("client-id") !== "id") return Response.json({ message: "no client id" }, { status: 400 });
    if (token !== this.#id.valid && !token.startsWith("app")) {
      return Response.json({ status: 401, message: "Invalid OAuth token" }, { status: 401 });
    }
    const limits = this.#spend();
    if (limits === undefined) {
      this.limited++;
      return Response.json({ status: 429 }, { status: 429, headers: this.#headers(0) });
    }
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    const asked = { endpoint, query: Object.fromEntries(url.searchParams), body, token };
    this.asked.push(asked);
    const answer = await (this.answers.get(endpoint)?.(asked) ?? Response.json({ data: [] }));
    for (const [name, value] of Object.entries(limits)) answer.headers.set(name, value);
    return answer;
  };

  #spend(): Record<string, string> | undefined {
    const window = Math.floor(this.#world.clock.now() / 60_000);
    if (window !== this.#window) [this.#window, this.#spent] = [window, 0];
    if (this.#spent >= this.points) return undefined;
    this.#spent++;
    return this.#headers(this.points - this.#spent);
  }

  #headers(left: number): Record<string, string> {
    const reset = Math.ceil((this.#window + 1) * 60);
    return {
      "Ratelimit-Limit": String(this.points),
      "Ratelimit-Remaining": String(left),
      "Ratelimit-Reset": String(reset),
      Date: new Date(this.#world.clock.now()).toUTCString(),
    };
  }
}
