import { CHANMODES } from "../network/_channel_modes.ts";
import type { Numeric } from "../network/_monitor.ts";
import type { IrcServerOptions } from "../_types.ts";

/** The network that soju binds a client to. */
export const SOJU_NETWORK = "1";

/** What a server says to those it lets in. */
export function welcome(name: string, mask: string, options: IrcServerOptions): Numeric[] {
  const { casemapping = "rfc1459", monitor = 0, history = 100, capabilities = [], whox = false } = options;
  const { bouncer, bouncerKind } = options;
  return [
    ["001", [`Welcome to the test network, ${mask}`]],
    ["002", [`Your host is ${name}, running parley`]],
    ["003", ["This server was created for a test"]],
    ["004", [name, "parley", "Bi", "biklmnostv"]],
    ["005", [
      "BOT=B",
      ...(bouncer !== undefined && bouncerKind === "soju" ? [`BOUNCER_NETID=${SOJU_NETWORK}`] : []),
      `CASEMAPPING=${casemapping}`,
      `CHANMODES=${CHANMODES}`,
      "CHANTYPES=#",
      ...(capabilities.includes("draft/chathistory")
        ? [`CHATHISTORY=${history}`, "MSGREFTYPES=msgid,timestamp"]
        : []),
      ...(monitor === 0 ? [] : [monitor === Infinity ? "MONITOR" : `MONITOR=${monitor}`]),
      "NETWORK=Test",
      "NICKLEN=30",
      "PREFIX=(ov)@+",
      "STATUSMSG=@+",
      ...(whox ? ["WHOX"] : []),
      "are supported by this server",
    ]],
    ["375", [`- ${name} message of the day -`]],
    ["372", ["- Welcome"]],
    ["376", ["End of MOTD command"]],
  ];
}
