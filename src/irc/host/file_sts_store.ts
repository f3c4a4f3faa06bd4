import { isCount, isRecord } from "../../protocol/data/json_value.ts";
import { JsonFile } from "../../storage/json_file.ts";
import type { StsPolicy } from "../session/registration/sts.ts";
import type { StsStore } from "./sts_store.ts";

/**
 * A store in a JSON file, on Deno, Bun and Node, which survives restarts. It is written as a whole to a file
 * beside it, which then takes its place: whenever the process dies, the file is whole. One process for each file,
 * and one store, which its clients share.
 *
 * @example
 * ```ts no-eval
 * import { FileStsStore, IrcClient } from "@parley/parley/irc";
 *
 * const sts = new FileStsStore("./sts.json");
 * const irc = await new IrcClient({ host: "irc.example.org", tls: false, nick: "parley", sts }).connect();
 * await irc.quit();
 * ```
 */
export class FileStsStore implements StsStore {
  readonly #file: JsonFile<{ readonly [host: string]: StsPolicy }>;
  #policies: Promise<Map<string, StsPolicy>> | undefined;

  /** Takes where the file is, or is to be made; its folder must exist. */
  constructor(path: string) {
    this.#file = new JsonFile(path, "STS policies", arePolicies);
  }

  /**
   * Gets a host's policy. The file is read once.
   *
   * @throws {OptionError} if the file is not one that was written here.
   * @throws what the file system throws, unless there is no such file.
   */
  async load(host: string): Promise<StsPolicy | undefined> {
    return (await this.#load()).get(host);
  }

  /**
   * Keeps a host's policy, or forgets it; resolves once that is in the file.
   *
   * @throws what the file system throws.
   */
  async save(host: string, policy: StsPolicy | undefined): Promise<void> {
    const policies = await this.#load();
    if (policy === undefined) policies.delete(host);
    else policies.set(host, policy);
    await this.#file.write(() => Object.fromEntries(policies));
  }

  #load(): Promise<Map<string, StsPolicy>> {
    this.#policies ??= this.#read();
    return this.#policies;
  }

  async #read(): Promise<Map<string, StsPolicy>> {
    return new Map(Object.entries(await this.#file.read() ?? {}));
  }
}

/** Whether all of them are: to forget one is to speak in the clear where that was forbidden. */
function arePolicies(value: unknown): value is { readonly [host: string]: StsPolicy } {
  return isRecord(value) && Object.values(value).every(isPolicy);
}

function isPolicy(value: unknown): value is StsPolicy {
  return isRecord(value) && isCount(value.port) && value.port > 0 && value.port < 65_536 &&
    typeof value.duration === "number" && value.duration >= 0 &&
    typeof value.expires === "number" && Number.isFinite(value.expires);
}
