/** What is used of Hono's context, by structure: no Hono is imported, so any Hono 4 fits. */
export interface HonoContext<Env = unknown> {
  /** The request. */
  readonly req: { readonly raw: Request };
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
  /** Where edge runtimes take work that goes on after the response; Hono throws where there is none. */
  readonly executionCtx?: { waitUntil(work: Promise<unknown>): void };
}

/** What keeps the process alive for work after the response, where there is such a thing. */
export function waitUntilOf(c: HonoContext): ((work: Promise<void>) => void) | undefined {
  try {
    const context = c.executionCtx;
    return context && ((work) => context.waitUntil(work));
  } catch {
    return undefined;
  }
}
