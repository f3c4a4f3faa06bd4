import { ircClient, type IrcFlags } from "../clients.ts";
import type { Io } from "../io.ts";
import { type Finding, fromError, ok } from "./finding.ts";
import { ONCE } from "./reach.ts";

/** Looks at an IRC network: whether it can be reached, by TLS that is to be trusted, and lets us in. */
export async function* checkIrc(io: Io, host: string, flags: IrcFlags): AsyncGenerator<Finding> {
  const irc = await ircClient(io, host, flags, ONCE);
  try {
    await irc.connect();
    yield ok(
      "irc",
      `${host} has let us in as ${irc.nick}${flags.account ? `, logged in as ${flags.account}` : ""}`,
    );
  } catch (error) {
    yield fromError("irc", error);
  } finally {
    await irc.close();
  }
}
