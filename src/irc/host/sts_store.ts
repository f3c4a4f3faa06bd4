import type { StsPolicy } from "../session/registration/sts.ts";

/**
 * Where the policies of STS are kept, so that a host that asked for TLS is never again reached without. Clients
 * may share one. ([IRCv3 sts](https://ircv3.net/specs/extensions/sts))
 */
export interface StsStore {
  /** Gets a host's policy, even one that has expired; undefined if there is none. */
  load(host: string): StsPolicy | undefined | Promise<StsPolicy | undefined>;
  /** Keeps a host's policy in place of what it had; undefined: forgets it. */
  save(host: string, policy: StsPolicy | undefined): void | Promise<void>;
}

/**
 * A store that lasts as long as the process.
 *
 * @example
 * ```ts
 * import { MemoryStsStore } from "@parley/parley/irc";
 *
 * const store = new MemoryStsStore();
 * store.save("irc.example.org", { port: 6697, duration: 3600, expires: Date.now() + 3_600_000 });
 * store.load("irc.example.org")?.port; // 6697
 * ```
 */
export class MemoryStsStore implements StsStore {
  readonly #policies = new Map<string, StsPolicy>();

  /** Gets a host's policy. */
  load(host: string): StsPolicy | undefined {
    return this.#policies.get(host);
  }

  /** Keeps a host's policy, or forgets it. */
  save(host: string, policy: StsPolicy | undefined): void {
    if (policy === undefined) this.#policies.delete(host);
    else this.#policies.set(host, policy);
  }
}
