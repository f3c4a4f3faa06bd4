import { readFile } from "node:fs/promises";
import type { DiscordServer } from "../../../testing/discord/server.ts";
import { within } from "../../_within.ts";

/** Waits until a `FileSessionStore` has written all that a server has dispatched by now. */
export async function savedSince(path: string, server: DiscordServer): Promise<void> {
  const dispatched = server.log.findLast((entry) => entry.kind === "dispatched");
  const wanted = dispatched?.kind === "dispatched" ? dispatched.s : 0;
  let saved = -1;
  let stop = false;
  const look = async () => {
    while (saved < wanted && !stop) {
      const text = await readFile(path, "utf8").catch(() => "");
      saved = Number(/"sequence":(\d+)/.exec(text)?.[1] ?? -1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  try {
    await within(`the save of event ${wanted}`, look(), () => `the save of event ${saved}`);
  } finally {
    stop = true;
  }
}
