/** A channel the user wants to be in. */
interface Wanted {
  /** Commands that wait for it to be joined. */
  tickets: number[];
  /** Wanted even if the commands are cancelled: it was an option, or we have been in it. */
  kept: boolean;
}

/** The channels a session wants to be in. Survives links. */
export class WantedChannels {
  readonly #channels = new Map<string, Wanted>();

  /** Their names, in the order they were first wanted. */
  names(): string[] {
    return [...this.#channels.keys()];
  }

  /** Whether a channel is among them. */
  has(name: string): boolean {
    return this.#channels.has(name);
  }

  /** Wants a channel: for a command, or without one for good. */
  add(name: string, ticket?: number): void {
    const wanted = this.#channels.get(name) ?? { tickets: [], kept: false };
    this.#channels.set(name, wanted);
    if (ticket === undefined) wanted.kept = true;
    else wanted.tickets.push(ticket);
  }

  /** We are in it; returns the commands that waited for that. */
  joined(name: string): readonly number[] {
    const wanted = this.#channels.get(name);
    if (wanted === undefined) return [];
    wanted.kept = true;
    return wanted.tickets.splice(0);
  }

  /** No longer wants it; returns the commands that waited for it. */
  remove(name: string): readonly number[] {
    const tickets = this.#channels.get(name)?.tickets ?? [];
    this.#channels.delete(name);
    return tickets;
  }

  /** The channel a command waits for. */
  of(ticket: number): string | undefined {
    for (const [name, { tickets }] of this.#channels) if (tickets.includes(ticket)) return name;
    return undefined;
  }

  /** The user gave up on a command; returns whether its channel is thereby no longer wanted. */
  cancel(name: string, ticket: number): boolean {
    const wanted = this.#channels.get(name);
    if (wanted === undefined) return false;
    wanted.tickets = wanted.tickets.filter((other) => other !== ticket);
    if (wanted.kept || wanted.tickets.length > 0) return false;
    return this.#channels.delete(name);
  }

  /** The session ends; returns the commands that waited. */
  takeTickets(): readonly number[] {
    return [...this.#channels.values()].flatMap(({ tickets }) => tickets.splice(0));
  }
}
