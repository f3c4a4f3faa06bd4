/**
 * The example's object for `workerd`, and a way to end it as an eviction does: at once, and without a word.
 *
 * @module
 */
import type { StoredShard } from "@parley/parley/discord";
import example, { Bot as Example, type Env, type ObjectState } from "../../examples/durable_object.ts";

/** The example's, that can be evicted. */
export class Bot extends Example {
  readonly #evict: () => void;
  readonly #saved: () => Promise<boolean>;

  constructor(state: ObjectState & { abort(reason: string): void }, env: Env) {
    super(state, env);
    this.#evict = () => state.abort("It is moved to another machine");
    // One that is over is the mark that a session may have begun.
    this.#saved = async () => {
      const session = (await state.storage.get<StoredShard>("shard 0"))?.session;
      return session ? session.ended !== true : false;
    };
  }

  override async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/evict") this.#evict();
    if (pathname === "/saved") return Response.json(await this.#saved());
    return await super.fetch(request);
  }
}

export default example;
