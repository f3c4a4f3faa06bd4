import type { ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { canRun, freePorts, NOBODY, started, stopped } from "./_daemon.ts";

const ZNC = "/usr/bin/znc";

/** Whether the bouncer is there: where it is not, tests of it are skipped, and say so. */
export const hasZnc: boolean = canRun(ZNC);

/** ZNC, a bouncer, on a loopback port of its own, for a user `bot` of one network. */
export class Znc implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** What to give as a server's password. */
  readonly password: string = "bot/test:sesame";
  readonly #folder: string;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.url = `irc://127.0.0.1:${port}`;
  }

  /** Starts it before a server, at an `irc:` URL. */
  static async start(server: string): Promise<Znc> {
    const folder = mkdtempSync(join(tmpdir(), "parley-znc-"));
    const configs = join(folder, "configs");
    const [port = 0] = await freePorts(1);
    mkdirSync(configs);
    const file = join(configs, "znc.conf");
    writeFileSync(file, zncConfig(port, new URL(server)));
    if (process.getuid?.() === 0) {
      for (const path of [folder, configs, file]) {
        chownSync(path, NOBODY, NOBODY);
        chmodSync(path, path === file ? 0o600 : 0o700);
      }
    }
    const znc = new Znc(folder, port);
    try {
      await znc.restart();
    } catch (error) {
      await znc[Symbol.asyncDispose]();
      throw error;
    }
    return znc;
  }

  /** Starts it, for the first time or again, as after a crash. */
  async restart(): Promise<void> {
    await stopped(this.#daemon, "SIGKILL");
    this.#daemon = await started(ZNC, ["--foreground", "--datadir", this.#folder], "Staying open");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopped(this.#daemon, "SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function zncConfig(port: number, { hostname, port: server }: URL): string {
  return [
    "Version = 1.8.2",
    "ConnectDelay = 0",
    "ServerThrottle = 1",
    "<Listener clients>",
    `  Port = ${port}`,
    "  Host = 127.0.0.1",
    "  IPv4 = true",
    "  IPv6 = false",
    "  SSL = false",
    "  AllowWeb = false",
    "</Listener>",
    "<User bot>",
    "  Pass = plain#sesame",
    "  Nick = bot",
    "  AltNick = bot_",
    "  Ident = bot",
    "  RealName = bot",
    "  <Network test>",
    `    Server = ${hostname} ${server}`,
    // Lines that go at once, for the sake of time.
    "    FloodBurst = 100",
    "    FloodRate = 0.10",
    "  </Network>",
    "</User>",
    "",
  ].join("\n");
}
