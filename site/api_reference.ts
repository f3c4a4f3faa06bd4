import { join } from "node:path";
import type { Link } from "../tools/shared/links.ts";

/** Its pages are as wide as their widest line of code; here that line scrolls by itself. */
const STYLE = `
.ddoc > div { min-width: 0; width: 100%; }
#topnav { height: auto; }
#topnav > div { flex-wrap: wrap; height: auto; }
#searchbar { max-width: 9rem; }
#content { overflow-wrap: anywhere; overflow-x: auto; }
#content pre { overflow-x: auto; }
`;

/** Lets the pages that `deno doc --html` has made, in `api/` of a site, fit a phone. */
export function fitPhones(site: string): void {
  Deno.writeTextFileSync(join(site, "api/page.css"), STYLE, { append: true });
}

/**
 * Takes from those pages the links that lead nowhere: `deno doc` (2.9) makes some to the parameters of mapped types, which
 * have no place of their own, and to parts of names with a dot in them. What is linked stays, as text.
 */
export function unlink(site: string, broken: readonly Link[]): void {
  for (const [page, links] of Map.groupBy(broken, ({ page }) => page)) {
    const path = join(site, page);
    let text = Deno.readTextFileSync(path);
    for (const { link } of links) text = text.replaceAll(` href="${link}"`, "");
    Deno.writeTextFileSync(path, text);
  }
}
