import { join } from "node:path";
import { chromium, Page } from "../tests/browser/_chromium.ts";

const PHONE = 390;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

/** Serves a site on loopback; in `/phone.html` one of its pages can be loaded as on a phone. */
function serve(site: string): Deno.HttpServer<Deno.NetAddr> {
  const frame = `<iframe id="phone" style="width:${PHONE}px;height:844px;border:0"></iframe>`;
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const headers = { "content-type": TYPES[pathname.split(".").at(-1) ?? ""] ?? "application/octet-stream" };
    if (pathname === "/phone.html") return new Response(frame, { headers });
    const file = await Deno.readFile(join(site, pathname)).catch(() => undefined);
    return file === undefined ? new Response(null, { status: 404 }) : new Response(file, { headers });
  });
}

/** The pages of a site that scroll sideways on a phone, as Chromium shows them; undefined: there is no Chromium. */
export async function sideways(site: string, pages: readonly string[]): Promise<string[] | undefined> {
  if (chromium === undefined) return undefined;
  const server = serve(site);
  try {
    await using phone = await Page.open(chromium, `http://127.0.0.1:${server.addr.port}/phone.html`);
    await phone.until("document.readyState", (state) => state === "complete");
    const wide: string[] = [];
    for (const page of pages) {
      await phone.text(`(loaded = false, phone.onload = () => loaded = true, phone.src = "/${page}")`);
      await phone.until("loaded", (loaded) => loaded === "true");
      const width = Number(await phone.text("phone.contentDocument.documentElement.scrollWidth"));
      if (width > PHONE) wide.push(`${page}: ${width} pixels of ${PHONE}`);
    }
    return wide;
  } finally {
    await server.shutdown();
  }
}

/** Writes pictures of pages into a folder, as a desktop and a phone show them, light and dark, for somebody to look at. */
export async function pictures(site: string, pages: readonly string[], folder: string): Promise<void> {
  if (chromium === undefined) throw new Error("Cannot make pictures: there is no Chromium here");
  const server = serve(site);
  await Deno.mkdir(folder, { recursive: true });
  try {
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await using browser = await Page.open(chromium, "about:blank");
    for (const page of pages) {
      for (const [screen, width, height] of [["desktop", 1_280, 900], ["phone", PHONE, 844]] as const) {
        for (const scheme of ["light", "dark"] as const) {
          await browser.screen(width, height, scheme);
          await browser.go(`${origin}/${page}`);
          // What moves into its place has come there.
          await new Promise((resolve) => setTimeout(resolve, 600));
          const name = `${page.replace(/\.html$/, "").replaceAll("/", "-")}-${screen}-${scheme}.png`;
          await Deno.writeFile(join(folder, name), await browser.picture());
        }
      }
    }
  } finally {
    await server.shutdown();
  }
}
