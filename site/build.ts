/**
 * Builds the documentation as a site, into `dist/site/`: the pages of `docs/` by VitePress, which is installed in a folder of
 * its own, and the API reference by `deno doc`, in `api/`. Fails where a link leads nowhere, or a page scrolls sideways on a phone.
 *
 * ```sh
 * deno task site [--no-api] [--pictures FOLDER]
 * ```
 *
 * `--pictures` has Chromium draw the main pages, on a desktop and on a phone, light and dark, to be looked at.
 *
 * @module
 */
import { join } from "node:path";
import { root } from "../tools/shared/config.ts";
import { walk } from "../tools/shared/files.ts";
import { brokenLinks } from "../tools/shared/links.ts";
import { readOptions } from "../tools/shared/options.ts";
import { run } from "../tools/shared/process.ts";
import { REPOSITORY } from "../tools/shared/repository.ts";
import { fitPhones, unlink } from "./api_reference.ts";
import { pictures, sideways } from "./in_chromium.ts";

const SITE = "dist/site";
const site = join(root, SITE);
const STAGE = "dist/site-source";

async function step(
  name: string,
  command: string,
  args: readonly string[],
): Promise<void> {
  const { code, output, seconds } = await run(command, args, { env: { SITE_REPOSITORY: REPOSITORY } });
  if (code !== 0) {
    throw new Error(`Cannot build the site, ${name} failed:\n${output}`);
  }
  console.log(`${name.padEnd(20)}${seconds.toFixed(1)} s`);
}

/** Puts the pages and what VitePress needs into a folder, where it finds both. */
async function stage(): Promise<void> {
  for (const folder of [SITE, STAGE]) {
    await Deno.remove(join(root, folder), { recursive: true }).catch(() => {});
  }
  await Deno.mkdir(join(root, STAGE, ".vitepress"), { recursive: true });
  for (const path of walk("docs")) {
    await Deno.copyFile(
      join(root, path),
      join(root, STAGE, path.replace(/^docs\//, "")),
    );
  }
  // Under its own name npm.json would be Deno's, too.
  for (const [name, as] of [["npm.json", "package.json"], ["config.mjs", ".vitepress/config.mjs"]] as const) {
    await Deno.copyFile(join(root, "site", name), join(root, STAGE, as));
  }
}

const { values } = readOptions(
  {
    args: Deno.args,
    options: { "no-api": { type: "boolean", default: false }, pictures: { type: "string" } },
  },
  "deno task site [--no-api] [--pictures FOLDER]",
);
await stage();
const quietly = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"];
await step("npm install", "npm", ["install", "--prefix", STAGE, ...quietly]);
const vitepress = `${STAGE}/node_modules/vitepress/bin/vitepress.js`;
await step("pages", "node", [
  vitepress,
  "build",
  STAGE,
  "--outDir",
  site,
]);
if (!values["no-api"]) {
  const { exports }: { exports: Record<string, string> } = JSON.parse(
    Deno.readTextFileSync(join(root, "deno.json")),
  );
  const entries = Object.entries(exports).filter(([name]) => name !== "./internal").map(([, path]) => path);
  const to = [
    "--html",
    "--name=parley",
    `--output=${SITE}/api`,
    "--config",
    "deno.offline.json",
    "--no-lock",
  ];
  await step("API reference", Deno.execPath(), ["doc", ...to, ...entries]);
  fitPhones(site);
}
const all = walk(SITE).filter((path) => path.endsWith(".html")).map((path) => path.slice(SITE.length + 1));
const isApi = (page: string) => page.startsWith("api/");
const pages = all.filter((page) => !isApi(page));
const find = () => brokenLinks(site, all, values["no-api"] ? "api/" : undefined);
const byDenoDoc = find().filter(({ page }) => isApi(page));
unlink(site, byDenoDoc);
const broken = find();
for (const { page, link } of broken) console.error(`${page}: "${link}" leads nowhere`);
// Of thousands of the same make some will do.
const reference = all.filter(isApi);
const some = reference.filter((page, at) => page.endsWith("/index.html") || at % 100 === 0);
const wide = await sideways(site, [...pages, ...some]);
for (const page of wide ?? []) console.error(`Scrolls sideways on a phone: ${page}`);
if (wide === undefined) console.log("Not seen on a phone's width: there is no Chromium here");
console.log(`${pages.length} pages in ${SITE}, and ${reference.length} of the API reference`);
if (reference.length > 0) {
  console.log(`${byDenoDoc.length} links of deno doc's led nowhere, and are text now`);
}
if (values.pictures !== undefined) {
  const main = ["index", "getting-started-discord", "deploying", "irc", "coming-from-discordjs", "api/index"];
  await pictures(
    site,
    main.map((name) => `${name}.html`).filter((page) => all.includes(page)),
    values.pictures,
  );
}
if (broken.length > 0 || (wide ?? []).length > 0) Deno.exit(1);
