/** What is used of Hono's context, by structure: no Hono is imported, so any Hono 4 fits. */
export interface HonoContext<Env = unknown> {
  /** The request. */
  readonly req: { readonly raw: Request };
  /** Bindings and secrets, where the runtime passes some along with a request. */
  readonly env: Env;
  /** Where edge runtimes take work that goes on after the response; Hono throws where there is none. */
  readonly executionCtx?: { waitUntil(work: Promise<unknown>): void };
}

/** What finds a public key gets: Hono's context, whose bindings may hold it under any name. */
export type KeyContext<Context> = Context & { readonly env: Readonly<Record<string, string>> };

type WaitUntil = (work: Promise<unknown>) => void;

/** How many turns a handler is given to end by itself once there is a response. */
const TURNS = 16;

/**
 * Responds to what a context holds, and has the runtime wait for the work that is still going on then, where it
 * does such a thing. Work never rejects.
 *
 * A handler whose last act is its reply ends a few turns after it. Then nobody has to be asked to wait, which is
 * cheaper: where there is no execution context, Hono throws an error at whoever asks for it.
 */
export async function respondTo(
  c: HonoContext,
  respond: (request: Request, waitUntil: WaitUntil) => Promise<Response>,
): Promise<Response> {
  const works = new Set<Promise<unknown>>();
  const response = await respond(c.req.raw, (work) => {
    works.add(work);
    void work.then(() => works.delete(work));
  });
  for (let turn = 0; turn < TURNS && works.size > 0; turn++) await undefined;
  if (works.size > 0) {
    const context = executionContextOf(c);
    for (const work of works) context?.waitUntil(work);
  }
  return response;
}

/** What takes work that goes on after the response, where there is such a thing. */
export function executionContextOf(c: HonoContext): HonoContext["executionCtx"] {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
