import { spawn } from "node:child_process";
import { connect } from "node:net";
import process from "node:process";
import { within } from "./_within.ts";

/** Listens with room for one, takes nobody, and so leaves whoever comes later without any answer. */
const DEAF = `
  const [host, port] = process.argv.slice(1);
  const server = require("node:net").createServer();
  server.listen({ host, port: Number(port), backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** Lets connections to a port of this machine hang, to any that is free if none is given; resolves once they do. */
export async function deaf(host: string, port = 0): Promise<AsyncDisposable & { readonly port: number }> {
  // Any Node will do: what this one was told on its way is not for it.
  const env = { ...process.env, NODE_OPTIONS: "" };
  const child = spawn("node", ["-e", DEAF, host, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const listens = new Promise<number>((resolve) =>
    child.stdout.once("data", (port) => resolve(Number(port)))
  );
  const failed = ended.then(() => Promise.reject(new Error("It does not listen")));
  failed.catch(() => {});
  const its = await within("a server that takes nobody", Promise.race([listens, failed]));
  const waiting = Array.from({ length: 8 }, () => connect({ host, port: its }).on("error", () => {}));
  await new Promise((resolve) => setTimeout(resolve, 200));
  return {
    port: its,
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.destroy();
      child.kill("SIGKILL");
      await within("the end of that server", ended);
    },
  };
}
