import { EventEmitter } from "node:events";
import type { PermitMessage, PermitPort } from "../../src/driver/permit_port.ts";

export type TestPort = EventEmitter & PermitPort;

/** Both ends of what joins two processes; `later` says when what is sent arrives. */
export function portPair(later: (deliver: () => void) => void): readonly [TestPort, TestPort] {
  const [one, other] = [new EventEmitter(), new EventEmitter()];
  const sendTo = (port: EventEmitter) => ({
    send: (message: PermitMessage) => {
      const text = JSON.stringify(message);
      later(() => port.emit("message", JSON.parse(text)));
    },
  });
  return [Object.assign(one, sendTo(other)), Object.assign(other, sendTo(one))];
}
