import { LONGEST_MESSAGE } from "./command.ts";
import type { IrcMessage } from "../messages/message.ts";

const encoder = new TextEncoder();
const PONG = "PONG :";
const room = new Uint8Array(LONGEST_MESSAGE - PONG.length);

/** The line that answers a PING, with what it brought: without what would end a line, and no longer than one. */
export function pongLine({ text }: IrcMessage): string {
  const token = text.replace(/[\0\r\n]/g, "");
  return PONG + token.slice(0, encoder.encodeInto(token, room).read);
}
