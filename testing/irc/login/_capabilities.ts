import type { IrcMessage } from "@parley/parley/irc";
import type { Connection } from "../network/_state.ts";

/** What a client's CAP comes to: what the server answers, after "CAP <nick>", if it is a subcommand at all. */
export function answerCap(
  connection: Connection,
  message: IrcMessage,
  offered: readonly string[],
): string | undefined {
  const words = message.param(1).split(" ").filter((word) => word !== "");
  switch (message.param(0).toUpperCase()) {
    case "LS":
      connection.negotiating = !connection.registered;
      connection.notified ||= Number(words[0]) >= 302;
      return `LS :${(connection.notified ? offered : offered.map(nameOf)).join(" ")}`;
    case "LIST":
      return `LIST :${[...connection.capabilities].join(" ")}`;
    case "REQ": {
      connection.negotiating = !connection.registered;
      const names = offered.map(nameOf);
      const known = words.every((word) => names.includes(word.replace(/^-/, "")));
      if (!known) return `NAK :${words.join(" ")}`;
      for (const word of words) {
        if (word.startsWith("-")) connection.capabilities.delete(word.slice(1));
        else connection.capabilities.add(word);
      }
      return `ACK :${words.join(" ")}`;
    }
    default:
      return undefined;
  }
}

function nameOf(capability: string): string {
  return capability.split("=", 1)[0] ?? capability;
}
