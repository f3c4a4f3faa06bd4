/**
 * Where the project is. Nothing else in the repository names it: pages link to each other by their paths, which GitHub and JSR
 * resolve, and what npm and the site cannot resolve is made absolute by this. A tag is not published as long as it is not the
 * repository that the workflow runs in (`tools/tagged.ts`).
 */
export const REPOSITORY = "https://github.com/parley-js/parley";

/** Makes absolute what a page at the root links to by a path. An image has to be the file itself, not the page that shows it. */
export function withAbsoluteLinks(page: string): string {
  const raw = REPOSITORY.replace("https://github.com/", "https://raw.githubusercontent.com/");
  return page.replaceAll(
    /(!?)(\[[^\]]*\])\(([^)\s]+)\)/g,
    (whole, image: string, text: string, link: string) => {
      if (/^([a-z]+:|#)/.test(link)) return whole;
      const to = image === "" ? `${REPOSITORY}/blob/HEAD/${link}` : `${raw}/HEAD/${link}`;
      return `${image}${text}(${to})`;
    },
  );
}
