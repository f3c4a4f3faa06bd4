import { printable } from "@parley/parley/internal";
import type { IrcFlags } from "../clients.ts";
import { jsonText } from "../event_text.ts";
import type { Io } from "../io.ts";
import { type Colour, painter } from "../painter.ts";
import { checkDiscord, type DiscordDoctorFlags } from "./discord.ts";
import type { Finding } from "./finding.ts";
import { checkIrc } from "./irc.ts";
import { checkFeatures, checkProxies, checkRuntime } from "./machine.ts";
import { checkTwitch, type TwitchDoctorFlags } from "./twitch.ts";

/** What is looked at besides the machine. */
export interface Examination {
  readonly discord?: DiscordDoctorFlags | undefined;
  readonly twitch?: TwitchDoctorFlags | undefined;
  readonly irc?: IrcFlags & { readonly host: string } | undefined;
}

/** How each status looks. */
const MARKS: Readonly<Record<Finding["status"], readonly [mark: string, colour: Colour]>> = {
  ok: ["ok", "good"],
  warning: ["warning", "warning"],
  failed: ["FAILED", "bad"],
  skipped: ["skipped", "dim"],
};

/** Looks at the machine, and at what it is asked to. */
export async function* examine(
  io: Io,
  { discord, twitch, irc }: Examination,
): AsyncGenerator<Finding> {
  const version = checkRuntime(io.runtime);
  yield version;
  // Nothing else can be said of what does not run at all.
  if (version.status === "failed") return;
  yield await checkFeatures();
  yield* await checkProxies(io);
  if (discord) yield* checkDiscord(io, discord);
  if (twitch) yield* checkTwitch(io, twitch);
  if (irc) yield* checkIrc(io, irc.host, irc);
}

/** Writes each finding as it is found; resolves to whether nothing has failed. */
export async function report(io: Io, findings: AsyncIterable<Finding>, json: boolean): Promise<boolean> {
  const paint = painter(io, io.out);
  let bad = 0;
  for await (const finding of findings) {
    if (io.stopped.aborted) return false;
    const { check, status, found, advice } = finding;
    if (status === "failed") bad++;
    if (json) {
      await io.out.write(`${jsonText(finding)}\n`);
      continue;
    }
    const [mark, colour] = MARKS[status];
    await io.out.write(`${paint(colour, mark.padEnd(9))}${check.padEnd(25)}${printable(found)}\n`);
    if (advice !== undefined) {
      await io.out.write(`${" ".repeat(9)}${paint("name", "→")} ${printable(advice)}\n`);
    }
  }
  if (!json) {
    const end = bad === 0 ? paint("good", "Nothing has failed.") : paint("bad", `Failed: ${bad}.`);
    await io.out.write(`\n${end}\n`);
  }
  return bad === 0;
}
