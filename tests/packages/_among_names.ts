import { join } from "node:path";
import { REAL } from "./_stage.ts";

/** The program that acts a scene among our servers. */
export const STAGE: string = join(import.meta.dirname ?? "", "_stage.ts");

/** Runs a command where the real names lead to loopback: in namespaces of its own, with which all ends that it has started. */
export const AMONG_NAMES: readonly string[] = [
  ...["--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child"],
  ...["sh", "-c"],
];
/** What goes before that command: a file of hosts is next, then the command. */
export const SET_UP = 'ip link set lo up && mount --bind "$0" /etc/hosts && exec "$@"';

/** Whether a process may have namespaces of its own here. */
export const canUnshare: boolean = Deno.build.os === "linux" &&
  await new Deno.Command("unshare", { args: [...AMONG_NAMES, SET_UP, "/etc/hosts", "true"], stderr: "null" })
    .output().then(({ success }) => success, () => false);

/** Writes the file of hosts, by which the real names lead to loopback, into a folder; resolves to its path. */
export async function hostsFile(folder: string): Promise<string> {
  const path = join(folder, "hosts");
  const lines = Object.values(REAL).map(([name, address]) => `${address} ${name}\n`);
  await Deno.writeTextFile(path, `127.0.0.1 localhost\n${lines.join("")}`);
  return path;
}
