import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { serveTwitch, Simulation } from "@parley/testing";
import { run } from "../../cli/run.ts";
import { Terminal } from "./_terminal.ts";

/** A folder that is removed in the end. */
async function scratch(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "parley-cli-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

describe("parley login", () => {
  it("keeps the tokens for their owner alone, shows none, and the other commands find them", async () => {
    await using folder = await scratch();
    const world = new Simulation();
    const twitch = serveTwitch(world, { clientId: "an-app" });
    const env = { XDG_CONFIG_HOME: join(folder.path, "new"), TWITCH_CLIENT_ID: "an-app" };
    const terminal = new Terminal({ host: world.host("cli"), env });
    const logging = run(["login", "--scope", "chat:read,chat:edit"], terminal);
    await world.run(1_000);
    const code = /^Go to https?:\S+ and enter (\S+)$/m.exec(terminal.told)?.[1] ?? "";
    assert(twitch.enter(code, "ronni"), terminal.told);
    assertEquals(await world.until(logging), 0);
    const file = join(folder.path, "new", "parley", "twitch.json");
    assertEquals(terminal.written, `Logged in as ronni, for chat:read chat:edit; kept in ${file}\n`);
    assertEquals((await stat(file)).mode & 0o777, 0o600);
    assertEquals((await stat(join(folder.path, "new", "parley"))).mode & 0o777, 0o700);
    const { clientId, accessToken, refreshToken } = JSON.parse(await readFile(file, "utf8"));
    assertEquals(clientId, "an-app");
    for (const secret of [accessToken, refreshToken]) {
      assertMatch(secret, /^\w{5,}$/);
      assert(!`${terminal.told}${terminal.written}`.includes(secret));
    }

    const later = new Terminal({ host: world.host("cli"), env: { XDG_CONFIG_HOME: env.XDG_CONFIG_HOME } });
    twitch.expire("ronni");
    assertEquals(await world.until(run(["say", "twitch", "#dallas", "hello"], later)), 0);
    assertEquals(later.told, "");
    const kept = JSON.parse(await readFile(file, "utf8"));
    assertEquals(kept.clientId, "an-app");
    assert(kept.accessToken !== accessToken, "It was not refreshed");
  });

  it("a code that nobody enters: is told after half an hour, and exits with 1", async () => {
    const world = new Simulation();
    serveTwitch(world, { clientId: "an-app" });
    const terminal = new Terminal({ host: world.host("cli") });
    assertEquals(await world.until(run(["login", "--client-id", "an-app"], terminal)), 1);
    assertStringIncludes(terminal.told, "Cannot log in: ");
  });

  it("Ctrl-C: gives up, and exits with 130", async () => {
    const world = new Simulation();
    serveTwitch(world, { clientId: "an-app" });
    const terminal = new Terminal({ host: world.host("cli") });
    const running = run(["login", "--client-id", "an-app"], terminal);
    await world.run(7_000);
    terminal.interrupt();
    assertEquals(await world.until(running), 130);
    assertMatch(terminal.told, /^Go to \S+ and enter \S+\n$/);
  });
});
