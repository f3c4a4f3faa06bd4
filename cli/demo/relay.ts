import { CommandError, ParleyError } from "@parley/parley";
import type { Heard, Network, NetworkName } from "./networks.ts";

/** What became of one message on its way to one network. */
export type Fate = "under way" | "relayed" | "lost" | "refused";

/** One message that was received, and what became of it on each other network. */
export interface Entry {
  readonly from: NetworkName;
  readonly heard: Heard;
  /** The text under which it was relayed. */
  readonly relayedAs: string;
  readonly fates: Map<NetworkName, Fate>;
}

/** A time a network was away. */
export interface Absence {
  readonly from: number;
  readonly to: number;
  readonly how: string;
  /** How many messages were delivered late; undefined: the network replays nothing. */
  readonly replayed: number | undefined;
}

/** What the relay tells while it works. */
export interface RelayWatcher {
  heard(network: NetworkName, heard: Heard): void;
  away(network: NetworkName, reason: string): void;
  back(network: NetworkName, absence: Absence): void;
  fate(target: NetworkName, entry: Entry, fate: Fate, error: unknown): void;
  failed(network: NetworkName, error: unknown): void;
}

/** Says on every network what it hears on the others, and keeps account of every message. */
export class Relay {
  readonly entries: Entry[] = [];
  readonly absences: Map<NetworkName, Absence[]> = new Map();
  readonly networks: readonly Network[];
  readonly #watcher: RelayWatcher;
  readonly #underWay = new Set<Promise<void>>();

  constructor(networks: readonly Network[], watcher: RelayWatcher) {
    this.networks = networks;
    this.#watcher = watcher;
    for (const network of networks) this.#join(network);
  }

  /** Resolves once it is known of every message what became of it. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #join(network: Network): void {
    const { name } = network;
    const absences: Absence[] = [];
    this.absences.set(name, absences);
    network.listen({
      heard: (heard) => {
        this.#watcher.heard(name, heard);
        const relayedAs = `<${heard.author}@${name}> ${heard.text}`;
        const entry: Entry = { from: name, heard, relayedAs, fates: new Map() };
        this.entries.push(entry);
        for (const target of this.networks) {
          if (target === network || target.say === undefined) continue;
          const sending = this.#send(target, entry).finally(() => this.#underWay.delete(sending));
          this.#underWay.add(sending);
        }
      },
      away: (reason) => this.#watcher.away(name, reason),
      back: (from, to, how, replayed) => {
        const absence = { from, to, how, replayed };
        absences.push(absence);
        this.#watcher.back(name, absence);
      },
      failed: (error) => this.#watcher.failed(name, error),
    });
  }

  async #send(target: Network, entry: Entry): Promise<void> {
    const set = (fate: Fate, error?: unknown) => {
      entry.fates.set(target.name, fate);
      this.#watcher.fate(target.name, entry, fate, error);
    };
    set("under way");
    try {
      await target.say?.(entry.relayedAs);
      set("relayed");
    } catch (error) {
      const unknown = error instanceof CommandError ? UNKNOWN.includes(error.code) : isTimeout(error);
      set(unknown ? "lost" : "refused", error);
    }
  }
}

// What nobody can know: whether it arrived.
const UNKNOWN: readonly string[] = ["lost", "unconfirmed"];

/** The network did not say what became of it: as with a link that died, nobody can know. */
function isTimeout(error: unknown): boolean {
  return error instanceof ParleyError && error.code === "timeout";
}
