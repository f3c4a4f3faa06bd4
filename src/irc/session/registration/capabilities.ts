import { MOST_CAPABILITIES } from "../../wire/bounds.ts";
import { LONGEST_MESSAGE } from "../../wire/commands/command.ts";
import { formatMessage, type IrcMessage } from "../../wire/messages/message.ts";

/** What a CAP message of the server's has changed. */
export type CapabilityChange =
  /** The list of what it offers is complete. */
  | { readonly kind: "listed" }
  /** It offers these from now on. */
  | { readonly kind: "new"; readonly names: readonly string[] }
  /** It does not offer these any more. */
  | { readonly kind: "deleted"; readonly names: readonly string[] }
  /** It has answered a request; `lines` ask again for what was refused as a whole. `isFull`: not all was kept. */
  | { readonly kind: "answered"; readonly lines: readonly string[]; readonly isFull: boolean };

const encoder = new TextEncoder();

/**
 * Capability negotiation on one connection: what the server offers, what was requested, and what is in force.
 * ([IRCv3 capability negotiation](https://ircv3.net/specs/extensions/capability-negotiation))
 */
export class Capabilities {
  readonly #wanted: ReadonlySet<string>;
  /** What is offered of what we know what to do with, with its value. */
  readonly #offered = new Map<string, string>();
  readonly #enabled = new Set<string>();
  readonly #refused = new Set<string>();
  /** Requests that are not answered, oldest first. */
  #requests: Set<string>[] = [];

  /** Takes the capabilities to request where they are offered. */
  constructor(wanted: Iterable<string>) {
    this.#wanted = new Set(wanted);
  }

  /** The capabilities in force. */
  get enabled(): ReadonlySet<string> {
    return this.#enabled;
  }

  /** Whether every request was answered. */
  get settled(): boolean {
    return this.#requests.length === 0;
  }

  /** The value a wanted capability, or `sts`, is offered with; undefined: it is not offered. */
  value(name: string): string | undefined {
    return this.#offered.get(name);
  }

  /** The lines that request what is wanted and offered, as few as there can be. */
  request(): string[] {
    const asked = new Set(this.#requests.flatMap((request) => [...request]));
    const names = [...this.#wanted].filter((name) =>
      this.#offered.has(name) && !this.#enabled.has(name) && !asked.has(name) && !this.#refused.has(name)
    );
    const requests: string[][] = [];
    for (const name of names) {
      const last = requests.at(-1);
      if (last !== undefined && encoder.encode(requestLine([...last, name])).length <= LONGEST_MESSAGE) {
        last.push(name);
      } else {
        requests.push([name]);
      }
    }
    return requests.map((request) => this.#ask(request));
  }

  /** Takes a CAP message: "CAP <target> <subcommand> [*] :<capabilities>". */
  takeCap(message: IrcMessage): CapabilityChange | undefined {
    const words = message.text.split(" ").filter((word) => word !== "");
    const names = words.map((word) => word.split("=", 1)[0] ?? word);
    switch (message.param(1).toUpperCase()) {
      case "LS":
        this.#offer(words);
        // "the last parameter is preceded by an asterisk […] if there are more lines to come"
        return message.params.length > 3 && message.param(2) === "*" ? undefined : { kind: "listed" };
      case "NEW":
        this.#offer(words);
        for (const name of names) this.#refused.delete(name);
        return { kind: "new", names };
      case "DEL":
        for (const name of names) {
          // "clients MUST ignore any attempts" to delete an STS policy.
          if (name !== "sts") this.#offered.delete(name);
          this.#enabled.delete(name);
        }
        return { kind: "deleted", names };
      case "ACK":
        return {
          kind: "answered",
          lines: [],
          isFull: words.filter((word) => !this.#acknowledge(word)).length > 0,
        };
      case "NAK":
        return { kind: "answered", lines: this.#refuse(names), isFull: false };
      default:
        return undefined;
    }
  }

  #ask(names: readonly string[]): string {
    this.#requests.push(new Set(names));
    return requestLine(names);
  }

  /** With 302 a capability may have a value: "sasl=PLAIN,EXTERNAL". */
  #offer(words: readonly string[]): void {
    for (const word of words) {
      const [name = word] = word.split("=", 1);
      if (this.#wanted.has(name) || name === "sts") this.#offered.set(name, word.slice(name.length + 1));
    }
  }

  /** Returns whether there was room for it. */
  #acknowledge(word: string): boolean {
    // Older servers mark some with "~" or "=".
    const name = word.replace(/^[-~=]+/, "");
    const isRoom = word.startsWith("-") || this.#enabled.has(name) || this.#enabled.size < MOST_CAPABILITIES;
    if (word.startsWith("-")) this.#enabled.delete(name);
    else if (isRoom) this.#enabled.add(name);
    for (const request of this.#requests) request.delete(name);
    this.#requests = this.#requests.filter((request) => request.size > 0);
    return isRoom;
  }

  /** A request is refused as a whole: what was in it is asked for one by one. */
  #refuse(names: readonly string[]): string[] {
    // Servers cut long requests short when they repeat them.
    const named = this.#requests.findIndex((request) => names.some((name) => request.has(name)));
    const [request] = this.#requests.splice(Math.max(named, 0), 1);
    if (request === undefined) return [];
    if (request.size > 1) return [...request].map((name) => this.#ask([name]));
    for (const name of request) this.#refused.add(name);
    return [];
  }
}

function requestLine(names: readonly string[]): string {
  return formatMessage({ command: "CAP", params: ["REQ", names.join(" ")] });
}
