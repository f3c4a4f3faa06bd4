import { join } from "node:path";
import { chromium, Page } from "../tests/browser/_chromium.ts";

const PHONE = 390;
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
};

/** The pages of a site that scroll sideways on a phone, as Chromium shows them; undefined: there is no Chromium. */
export async function sideways(site: string, pages: readonly string[]): Promise<string[] | undefined> {
  if (chromium === undefined) return undefined;
  const frame = `<iframe id="phone" style="width:${PHONE}px;height:844px;border:0"></iframe>`;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    const headers = { "content-type": TYPES[pathname.split(".").at(-1) ?? ""] ?? "application/octet-stream" };
    if (pathname === "/phone.html") return new Response(frame, { headers });
    const file = await Deno.readFile(join(site, pathname)).catch(() => undefined);
    return file === undefined ? new Response(null, { status: 404 }) : new Response(file, { headers });
  });
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
