import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { bundle } from "../../../tools/shared/bundle.ts";

/** A program over the client, bundled for a browser and minified. */
function bundled(names: string, program: string): string {
  const { files } = bundle(
    `import { ${names} } from "./src/discord/rest/mod.ts"; const rest = new DiscordRest({ token: "t" }); ${program}`,
    { minify: true },
  );
  assertEquals(files.size, 1);
  return new TextDecoder().decode(files.get("main.js")?.contents);
}

test("DiscordRest: holds nothing of what is not called", () => {
  const least = bundled("DiscordRest", "");
  for (const other of ["/bans", "/roles", "/prune", "/lobbies", "/auto-moderation", "/stickers"]) {
    assert(!least.includes(other), other);
  }
  const route = "PATCH /guilds/{guild.id}/welcome-screen";
  const one = bundled("DiscordRest", `rest.request("${route}");`);
  // The call itself, and the name of what it is called on.
  assert(one.length - least.length < route.length + 20, `${one.length - least.length} bytes for a route`);
  const ban = bundled("DiscordRest, createGuildBan", `createGuildBan(rest, "1", "2");`);
  assert(ban.includes("/bans/") && !ban.includes("/roles"));
  assert(ban.length - least.length < 250, `${ban.length - least.length} bytes for a function`);
});
