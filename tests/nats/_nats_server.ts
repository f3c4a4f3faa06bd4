import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canRun, freePorts, started, stopped } from "../interop/_daemon.ts";

const NATS = "/usr/sbin/nats-server";

/** Why tests with the real NATS are skipped; false: they are not. */
export const withoutNats: string | false = canRun(NATS) ? false : "nats-server is not installed";

/** A real NATS with JetStream, on this machine alone. */
export interface NatsServer extends AsyncDisposable {
  /** Where it is, as clients take it. */
  readonly address: string;
  /** A folder that is gone when it is. */
  readonly folder: string;
}

/** Starts a NATS with JetStream, set up by what a file of settings says besides. */
export async function startNats(settings = ""): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), "parley-nats-"));
  // It does not run as we do.
  await chmod(folder, 0o777);
  const [port = 0] = await freePorts(1);
  const file = join(folder, "nats.conf");
  await writeFile(file, settings);
  const args = ["-c", file, "-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", folder];
  const server = await started(NATS, args, "Server is ready");
  return {
    address: `127.0.0.1:${port}`,
    folder,
    async [Symbol.asyncDispose]() {
      await stopped(server, "SIGKILL");
      // What it has written is not ours to remove where we are not root.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    },
  };
}
