import { test } from "node:test";
import { assertNotEquals } from "@std/assert";
import { IrcState } from "../../../src/irc/state/irc_state.ts";
import type { IrcActor } from "../../../src/irc/wire/events/presence.ts";
import { type IrcMessage, parseMessage } from "../../../src/irc/wire/messages/message.ts";
import { fuzz } from "../../fuzz/_fuzzer.ts";
import { judge } from "../../fuzz/irc_state_fuzz.ts";

/** States that are wrong, each in one thing. */
const WRONG: Readonly<Record<string, (message: IrcMessage) => IrcMessage | undefined>> = {
  "keeps whoever quits": (message) => message.command === "QUIT" ? undefined : message,
  "keeps whoever is kicked": (message) => message.command === "KICK" ? undefined : message,
  "knows whoever has another nick by the old one": (message) =>
    message.command === "NICK" ? undefined : message,
  "hears no MODE of several": ({ raw, command }) =>
    command === "MODE" ? parseMessage(raw.replace(/([-+]\w)[-+\w]+/, "$1")) : parseMessage(raw),
  "takes no notice of prefixes": ({ raw, command }) =>
    parseMessage(command === "353" ? raw.replaceAll(/[~&@%+](?=\S)/g, "") : raw),
  "does not fold brackets": ({ raw }) =>
    parseMessage(raw.replace("CASEMAPPING=rfc1459", "CASEMAPPING=ascii")),
  "takes who is logged out for unknown": (message) => message.params[0] === "*" ? undefined : message,
  "keeps the old host": (message) => message.command === "CHGHOST" ? undefined : message,
};

for (const [what, change] of Object.entries(WRONG)) {
  test(`IrcState: the network of the fuzzer sees one that ${what}`, async () => {
    class Wrong extends IrcState {
      override take(message: IrcMessage): IrcActor | undefined {
        const changed = change(message);
        return changed && super.take(changed);
      }
    }
    const feed = (draw: Parameters<typeof judge>[0]) => judge(draw, new Wrong({ nick: "bot" }));
    assertNotEquals(await fuzz({ name: "irc_state", inSuite: 0, feed }, 1, 60), undefined);
  });
}

test("IrcState: the network of the fuzzer sees one that forgets nothing when the link is lost", async () => {
  class Wrong extends IrcState {
    override clear(): void {}
  }
  const feed = (draw: Parameters<typeof judge>[0]) => judge(draw, new Wrong({ nick: "bot" }));
  assertNotEquals(await fuzz({ name: "irc_state", inSuite: 0, feed }, 1, 60), undefined);
});
