import { CommandError } from "../../../protocol/errors.ts";
import type { CallOptions } from "../request.ts";

/** How much of a list is wanted, and from where. */
export interface ListOptions extends CallOptions {
  /** After which ID to begin. @default {undefined: with the first} */
  readonly after?: string | undefined;
  /** How many to give at most. @default {Infinity} */
  readonly limit?: number | undefined;
}

/** The same of a list that can be gone through from either end. */
export interface ListOptionsBothWays extends ListOptions {
  /** Before which ID to begin, going backwards; not together with `after`. @default {undefined: with the latest} */
  readonly before?: string | undefined;
}

/** A page that is asked for. */
interface PageQuery {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** How a list is asked for, page by page. */
interface Pages<Query, Item, Options> {
  /** How many are in a page at most. */
  readonly most: number;
  /** How many Discord lets one ask for at least. @default {1} */
  readonly least?: number;
  readonly options: Options;
  readonly ask: (query: Query, given: CallOptions) => Promise<readonly Item[]>;
  /** Where the next page begins, behind this one. */
  readonly idOf: (item: Item) => string;
}

/** Goes through a list that is told in pages, each behind the last of the one before. */
export async function* pagesOf<Item>(pages: Pages<PageQuery, Item, ListOptions>): AsyncGenerator<Item, void> {
  const { after } = pages.options;
  yield* walk(
    pages,
    after,
    (cursor, limit) => pages.ask({ ...(cursor && { after: cursor }), limit }, given(pages)),
  );
}

/** The same where the latest come first, unless they are asked for from an ID on. */
export async function* pagesBefore<Item>(
  pages: Pages<PageQuery & { readonly before?: string | undefined }, Item, ListOptionsBothWays>,
): AsyncGenerator<Item, void> {
  const { before, after } = pages.options;
  if (after === undefined) {
    yield* walk(
      pages,
      before,
      (cursor, limit) => pages.ask({ ...(cursor && { before: cursor }), limit }, given(pages)),
    );
    return;
  }
  if (before !== undefined) {
    throw new CommandError(
      "invalid_command",
      "Cannot list both before and after an ID: choose one, and stop by yourself",
    );
  }
  // Each page is told from its latest on.
  yield* walk(
    pages,
    after,
    async (cursor, limit) => (await pages.ask({ after: cursor, limit }, given(pages))).toReversed(),
  );
}

function given({ options: { signal, timeout } }: { readonly options: CallOptions }): CallOptions {
  return { signal, timeout };
}

async function* walk<Item>(
  { most, least = 1, options, idOf }: Pick<
    Pages<never, Item, ListOptions>,
    "most" | "least" | "options" | "idOf"
  >,
  begin: string | undefined,
  ask: (cursor: string | undefined, limit: number) => Promise<readonly Item[]>,
): AsyncGenerator<Item, void> {
  const { limit = Infinity } = options;
  if (!(limit >= 0)) {
    throw new CommandError("invalid_command", `Cannot list "${limit}": limit must be 0 or more`);
  }
  let cursor = begin;
  for (let left = limit; left > 0;) {
    const size = Math.max(least, Math.min(left, most));
    const page = await ask(cursor, size);
    yield* page.slice(0, left);
    left -= page.length;
    const last = page.at(-1);
    if (page.length < size || last === undefined) return;
    const next = idOf(last);
    // Who tells the same page again would tell it for ever.
    if (next === cursor) return;
    cursor = next;
  }
}
