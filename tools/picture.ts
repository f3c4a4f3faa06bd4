/**
 * Draws a run of the demo, as `docs/demo.svg`: what a terminal showed, its beginning, each cut, and the account.
 *
 * ```sh
 * deno task picture
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { root } from "./shared/config.ts";

const COLOURS: Readonly<Record<string, string>> = {
  "2": "#8b949e",
  "31": "#ff7b72",
  "32": "#7ee787",
  "34": "#79c0ff",
  "35": "#d2a8ff",
  "36": "#76e3ea",
};
const TEXT = "#e6edf3";
const LINE = 20;
const WIDTH = 8.43;
const LONGEST = 112;
const WRAP = /\S.{0,110}\S(?= |$)/g;

/** The lines worth seeing: the first, those about cuts and what they lost, and the account at the end. */
export function chosen(lines: readonly string[]): string[] {
  const account = lines.findIndex((line) => plain(line).startsWith("network"));
  const isShown = (line: string, at: number) =>
    at < 6 || at >= account - 1 ||
    /being cut|away:|back after|lost on the way|refused on the way/.test(line);
  const shown: string[] = [];
  let gap = false;
  for (const [at, line] of lines.entries()) {
    if (isShown(line, at)) {
      if (gap) shown.push("\x1b[2m      ⋮\x1b[0m");
      shown.push(line);
    }
    gap = !isShown(line, at);
  }
  return shown;
}

// deno-lint-ignore no-control-regex -- What a terminal's colours are written with.
const ESCAPES = /\x1b\[(\d+)m/g;
const plain = (line: string) => line.replaceAll(ESCAPES, "");

/** A long line, if it is in one colour, as several. */
const wrapped = (line: string): string[] =>
  plain(line) !== line || line === "" ? [line] : line.match(WRAP) ?? [];

const escaped = (text: string) =>
  text.replaceAll(/[&<>]/g, (unsafe) => `&#${unsafe.charCodeAt(0)};`)
    .replaceAll(" ", "\u00a0");

/** A terminal's lines as a picture that shows the same in light and dark pages. */
export function drawn(told: readonly string[]): string {
  const lines = told.flatMap(wrapped);
  const columns = Math.min(
    LONGEST,
    Math.max(...lines.map((line) => plain(line).length)),
  );
  const [width, height] = [
    Math.ceil(columns * WIDTH) + 40,
    lines.length * LINE + 60,
  ];
  const texts = lines.map((line, row) => {
    let colour = TEXT;
    let left = LONGEST;
    // What stands between two escapes is at even places, the numbers of their colours at odd ones.
    const spans = line.split(ESCAPES).map((part, at) => {
      if (at % 2 === 1) {
        colour = COLOURS[part] ?? TEXT;
        return "";
      }
      const text = part.slice(0, left);
      left -= text.length;
      return text === "" ? "" : `<tspan fill="${colour}">${escaped(text)}</tspan>`;
    });
    return `<text x="20" y="${row * LINE + 52}">${spans.join("")}</text>`;
  });
  const dots = ["#ff5f57", "#febc2e", "#28c840"].map((colour, n) =>
    `<circle cx="${24 + n * 20}" cy="20" r="6" fill="${colour}"/>`
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ` font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="14">`,
    `<title>deno task demo</title><rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...dots,
    ...texts,
    "</svg>",
    "",
  ].join("\n");
}

if (import.meta.main) {
  // On a pseudo-terminal, for it colours nothing else.
  const command = `${Deno.execPath()} run -A --no-lock --config deno.offline.json cli/main.ts demo`;
  const demo = new Deno.Command("script", { args: ["-qec", command, "/dev/null"], cwd: root, stdin: "null" });
  const { success, stdout } = await demo.output();
  const lines = new TextDecoder().decode(stdout).trimEnd().split(/\r?\n/);
  if (!success) throw new Error(`The demo failed:\n${lines.join("\n")}`);
  await Deno.writeTextFile(join(root, "docs/demo.svg"), drawn(chosen(lines)));
}
