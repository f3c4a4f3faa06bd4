import { isSecretCommand } from "./command_table.ts";
import { type IrcMessage, parseMessage } from "../messages/message.ts";

/** Whether a line must not be recorded, and what may be in its place. */
export interface Secrecy {
  readonly secret?: true;
  /** The line without what is secret; missing: nothing of it may be shown. */
  readonly shown?: string;
}

const HIDDEN = "*";
// NickServ, ChanServ and their kin, also as NickServ@services.example; Q@CServe.quakenet.org, X@channels.undernet.org.
const SERVICE = /^(?:[a-z]{0,20}serv(?:@.*)?|[a-z]@.+)$/i;
// Commands by which servers pass a text on to a service.
const ALIAS = /^(?:[A-Z]{1,20}SERV|NS|CS|AUTH|IDENTIFY|LOGIN|REGISTER|VERIFY)$/;

/** What may be recorded of a line that goes to the server, or comes back from it. `secret`: the user has said that nothing may. */
export function secrecyOf(line: string, secret = false): Secrecy {
  const message = parseMessage(line);
  if (secret || isSecretCommand(message.command)) return { secret: true };
  const kept = open(message);
  if (kept === undefined) return {};
  // As it came: whoever sent it may have put into it what cannot be sent.
  const shown = [message.command, ...message.params.slice(0, kept), HIDDEN].join(" ");
  return { secret: true, shown };
}

/** Whether what is said to a target may hold a password. */
export function isService(target: string): boolean {
  return target.split(",").some((one) => SERVICE.test(one));
}

/** A text without these secrets, where it holds them. */
export function withoutSecrets(text: string, ...secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>((left, secret) => secret ? left.replaceAll(secret, "…") : left, text);
}

/** How many parameters of a command that holds something secret may be shown; undefined: it holds none. */
function open({ command, params }: IrcMessage): number | undefined {
  const [target = "", modes = "", told = ""] = params;
  switch (command) {
    case "JOIN":
      return params.length > 1 ? 1 : undefined;
    case "MODE":
      return params.length > 2 && modes.includes("k") ? 2 : undefined;
    case "324": // RPL_CHANNELMODEIS
      return params.length > 3 && told.includes("k") ? 3 : undefined;
    case "PRIVMSG":
    case "NOTICE":
    case "SQUERY":
      return params.length > 1 && isService(target) ? 1 : undefined;
    default:
      return params.length > 0 && ALIAS.test(command) ? 0 : undefined;
  }
}

/** What is secret in a line that goes to the server, so that what it answers may repeat none of it. */
export function hiddenIn(
  { line, secret, shown = "" }: Secrecy & { readonly line: string },
): readonly string[] {
  if (!secret) return [];
  const open = shown === "" ? [] : parseMessage(shown).params;
  return parseMessage(line).params.filter((param) => !open.includes(param)).flatMap((param) =>
    param.split(",")
  );
}
