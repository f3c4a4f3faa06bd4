/**
 * Measures what it takes to publish a bot's events to workers, beside a bare JetStream publish of the same texts: each in a
 * process of its own, turn by turn, against one `nats-server` that keeps the stream on disk. "ns CPU"
 * is the time of one core for an event. Measures nothing where there is no `nats-server`.
 *
 *     deno task bench fan-out [--rounds N] [--events N] [--runtime NAME]...
 *
 * @module
 */
import { parseArgs } from "node:util";
import { RUNTIMES } from "../tools/shared/runtimes.ts";
import { measured } from "./_figures.ts";
import { commands, compare, verdict } from "./_harness.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "3" },
    events: { type: "string", default: "20000" },
    runtime: { type: "string", multiple: true, default: [...RUNTIMES] },
  },
});

const NATS = "/usr/sbin/nats-server";
const isInstalled = await Deno.stat(NATS).then(() => true, () => false);
if (!isInstalled) {
  console.log("nats-server is not installed: nothing is measured");
  Deno.exit(0);
}
const scratch = await Deno.makeTempDir({ prefix: "parley-" });
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr;
listener.close();
const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", `${scratch}/js`];
const server = new Deno.Command(NATS, { args, stdout: "null", stderr: "piped" }).spawn();
const said = server.stderr.pipeThrough(new TextDecoderStream()).getReader();
for (let text = ""; !text.includes("Server is ready");) {
  const { done, value } = await said.read();
  if (done) throw new Error(`"${NATS}" ended, and said:\n${text}`);
  text += value;
}
void (async () => {
  while (!(await said.read()).done);
})();
let held = true;
try {
  for (const runtime of await commands(values.runtime, scratch)) {
    console.log(`\n${runtime.name} ${runtime.version}, ${values.events} events`);
    const ratios = await compare(runtime, {
      subject: "parley",
      peers: ["JetStream"],
      file: "_fan_out_contender.ts",
      args: (name) => [name, `127.0.0.1:${port}`, values.events],
      rounds: Number(values.rounds),
      count: Number(values.events),
    });
    const floor = ratios["JetStream"] ?? 0;
    measured(runtime, {
      what: "Discord events published to workers per second, to a bare JetStream publish",
      value: floor,
      better: "more",
      target: 0.5,
    });
    held = verdict(`at least half as fast as a bare publish: ${floor.toFixed(2)}`, floor >= 0.5) && held;
  }
} finally {
  server.kill("SIGKILL");
  await server.status;
  await Deno.remove(scratch, { recursive: true }).catch(() => {});
}
Deno.exit(held ? 0 : 1);
