import { ByteBuffer } from "../../src/protocol/data/bytes.ts";
import { Core } from "../../src/protocol/core/core.ts";
import type { Input } from "../../src/protocol/core/inbox.ts";

/** What the server is told to do, or was told. */
export type NatsServerCommand =
  | { readonly kind: "cut" | "freeze" | "thaw" }
  | { readonly kind: "raw"; readonly text: string };
export type NatsServerEvent = { readonly kind: "line"; readonly link: number; readonly line: string };

interface Member {
  readonly bytes: ByteBuffer;
  readonly subjects: Map<string, string>;
  publishing: { readonly subject: string; readonly size: number } | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** As much of a NATS server as a test of its client needs: no wildcards, no queues, no replies. */
export class NatsServer extends Core<NatsServerCommand, NatsServerEvent> {
  readonly #members = new Map<number, Member>();
  #frozen = false;

  start(): void {}
  cancel(): void {}
  shutdown(): void {
    this.outputs.end();
  }
  deadline(): number {
    return Infinity;
  }

  command(command: NatsServerCommand, ticket: number): void {
    if (command.kind === "freeze" || command.kind === "thaw") this.#frozen = command.kind === "freeze";
    for (const link of this.#members.keys()) {
      if (command.kind === "raw") this.outputs.send(link, command.text);
      if (command.kind !== "cut") continue;
      this.outputs.abort(link);
      this.#members.delete(link);
    }
    this.outputs.done(ticket);
  }

  protected take(input: Input): void {
    if (input.kind === "opened") {
      this.#members.set(input.link, { bytes: new ByteBuffer(), subjects: new Map(), publishing: undefined });
      if (!this.#frozen) this.outputs.send(input.link, `INFO {"max_payload":1048576}\r\n`);
    } else if (input.kind === "closed") {
      this.#members.delete(input.link);
    } else if (input.kind === "received") {
      const { bytes } = this.#members.get(input.link) ?? {};
      bytes?.push(typeof input.data === "string" ? encoder.encode(input.data) : input.data);
    }
  }

  protected override next(): boolean {
    if (this.#frozen) return false;
    for (const [link, member] of this.#members) {
      const { publishing, bytes } = member;
      if (publishing !== undefined && bytes.length >= publishing.size + 2) {
        member.publishing = undefined;
        this.#deliver(publishing.subject, bytes.take(publishing.size + 2));
        return true;
      }
      const line = publishing === undefined ? bytes.takeLine() : undefined;
      if (line === undefined) continue;
      this.outputs.tell({ kind: "line", link, line });
      const [verb, subject = "", last = ""] = line.split(" ");
      if (verb === "PING") this.outputs.send(link, "PONG\r\n");
      if (verb === "SUB") member.subjects.set(subject, last);
      if (verb === "PUB") member.publishing = { subject, size: Number(last) };
      return true;
    }
    return false;
  }

  #deliver(subject: string, payload: Uint8Array): void {
    for (const [link, { subjects }] of this.#members) {
      const id = subjects.get(subject);
      if (id === undefined) continue;
      this.outputs.send(link, `MSG ${subject} ${id} ${payload.length - 2}\r\n${decoder.decode(payload)}`);
    }
  }
}
