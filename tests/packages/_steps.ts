/** A step of a page. */
export type Step =
  | { readonly kind: "write"; readonly file: string; readonly text: string }
  /** What needs nothing, what needs a service of somebody else's, and what is for a clone of this repository. */
  | { readonly kind: "run" | "outside" | "clone"; readonly command: string };

/** What a page tells its reader to do, in order. */
export function stepsOf(page: string): Step[] {
  // A program that does not say what its file is called: the commands right behind it do.
  let unnamed: string | undefined;
  return [...page.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].flatMap(
    ([, language, marks = "", text = ""]): Step[] => {
      if (language === "sh") {
        const kind = marks.includes("outside") ? "outside" : marks.includes("clone") ? "clone" : "run";
        const lines = text.replaceAll("\\\n", "").split("\n").map((line) => line.replace(/(^|\s+)# .*$/, ""));
        const commands = lines.filter((line) => line.trim() !== "").map((command): Step => ({
          kind,
          command,
        }));
        const [file] = /[\w-]+\.mjs\b/.exec(text) ?? [];
        if (file === undefined || unnamed === undefined) return commands;
        const program: Step = { kind: "write", file, text: unnamed };
        unnamed = undefined;
        return [program, ...commands];
      }
      const [, file] = /^(?:\/\/|#|<!--) ([\w./-]+\.\w+|Dockerfile)(?=[:\s])/.exec(text) ?? [];
      unnamed = file === undefined && language === "ts" ? text : undefined;
      return file === undefined ? [] : [{ kind: "write", file, text }];
    },
  );
}

/** Whom a command needs to have, so as to be seen doing what it is there for among servers of our own. */
export type Scene = "slash" | "discord" | "irc" | "twitch" | "hono" | "hears" | "says" | "serves";

/** The scene for a command of a page, whose programs have been written; undefined: there is none. */
export function sceneOf(command: string, written: ReadonlyMap<string, string>): Scene | undefined {
  if (/[|>]/.test(command)) return undefined;
  if (/^npx @parley\/testing serve discord$/.test(command)) return "serves";
  if (/^parley tail /.test(command)) return "hears";
  if (/^parley say irc /.test(command)) return "says";
  const [, file = ""] = /^(?:\w+=\S+ )*(?:node|bun|deno run|deno serve)\b.*?([\w-]+\.mjs)/.exec(command) ??
    [];
  const text = written.get(file) ?? "";
  if (/"@parley\/parley\/hono"/.test(text)) return "hono";
  if (/registerCommands/.test(text)) return "slash";
  if (/!ping/.test(text) && /"@parley\/parley\/discord"/.test(text)) return "discord";
  if (/new IrcClient/.test(text) && /irc\.privmsg/.test(text)) return "irc";
  if (/new TwitchClient\(\{ channels/.test(text)) return "twitch";
  return undefined;
}

/** The runtime whose project a command belongs to: a reader chooses one. */
export function projectOf(command: string): "npm" | "deno" | "bun" {
  const [, name] = /^(?:\w+=\S+ )*(\w+)/.exec(command) ?? [];
  return name === "deno" || name === "bun" ? name : "npm";
}
