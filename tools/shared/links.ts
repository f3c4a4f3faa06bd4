import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** A link of a page, as it stands there. */
export interface Link {
  readonly page: string;
  readonly link: string;
}

const LINK = /<a\b[^>]*?\bhref="([^"]+)"|<(?:img|script)\b[^>]*?\bsrc="([^"]+)"/g;
const ID = /\bid="([^"]+)"/g;

/** What an attribute means that HTML's escapes may be in. */
function unescaped(attribute: string): string {
  return attribute.replaceAll("&#x2F;", "/").replaceAll("&#x27;", "'").replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/**
 * The links of HTML pages, by their paths in a site's folder, that lead to no file there, or to no place in it. What begins
 * with `leftOut` was not built, and is not looked for.
 */
export function brokenLinks(site: string, pages: readonly string[], leftOut?: string): Link[] {
  const read = (path: string) => readFileSync(join(site, path), "utf8");
  const ids = new Map<string, ReadonlySet<string>>();
  const idsOf = (page: string) => {
    const found = ids.get(page) ??
      new Set([...read(page).matchAll(ID)].map(([, id = ""]) => unescaped(id)));
    ids.set(page, found);
    return found;
  };
  return pages.flatMap((page) =>
    [...read(page).matchAll(LINK)].map(([, href, src]) => href ?? src ?? "")
      .filter((link) => {
        if (/^[a-z]+:|^\/\//.test(link)) return false;
        const [path = "", place = ""] = unescaped(link).split("#");
        const target = path === "" ? page : normalize(
          path.startsWith("/") ? `.${path}` : join(dirname(page), path),
        );
        const file = target.endsWith("/") || target === "." ? join(target, "index.html") : target;
        if (leftOut !== undefined && file.startsWith(leftOut)) return false;
        if (
          !existsSync(join(site, file)) || !statSync(join(site, file)).isFile()
        ) return true;
        return place !== "" && !idsOf(file).has(decodeURIComponent(place));
      }).map((link) => ({ page, link }))
  );
}

/** The id that a heading gets, on GitHub and here. */
export function idOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/`|\*|\[|\]\([^)]*\)/g, "").trim()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
}

/** The links of a Markdown page that lead to no file of the repository, or to no heading of one. */
export function brokenMarkdownLinks(root: string, page: string): Link[] {
  const text = readFileSync(join(root, page), "utf8").replaceAll(
    /^```.*?^```/gms,
    "",
  );
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", place = ""] = link.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    // Above the repository's files are its pages on GitHub, such as that where holes are reported.
    if (file.startsWith("..")) return false;
    if (!existsSync(join(root, file))) return true;
    if (place === "" || !file.endsWith(".md")) return false;
    const headings = readFileSync(join(root, file), "utf8").matchAll(
      /^#+ (.+)$/gm,
    );
    return ![...headings].some(([, heading = ""]) => idOf(heading) === place);
  }).map((link) => ({ page, link }));
}
