import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { selfSignedCertificate } from "../../testing/world/network/certificate.ts";
import { onBun, onDeno } from "../transport/_harness.ts";
import { Program } from "../_program.ts";
import { ScriptedServer } from "./_scripted_server.ts";

const PROGRAM = "examples/irc_cli.ts";
const ARGS = onDeno
  ? ["run", "-A", "--config", "deno.offline.json", PROGRAM]
  : onBun
  ? [PROGRAM]
  : ["--import", "./tools/suite/node_hook.ts", PROGRAM];

/** Runs the program, with its options in the environment. */
function run(port: number, env: Record<string, string> = {}): Program {
  return new Program(ARGS, { IRC_HOST: "127.0.0.1", IRC_PORT: String(port), IRC_NICK: "bot", ...env });
}

test("irc_cli: begins with CAP LS 302, ends an empty negotiation, and leaves with QUIT on SIGTERM", async () => {
  await using server = await ScriptedServer.listen();
  await using cli = run(server.port, { IRC_NO_TLS: "1" });
  const peer = await server.peer();
  assertEquals(await peer.line(), "CAP LS 302");
  peer.send("CAP * LS :");
  assertEquals(await peer.line(), "CAP END");
  peer.send(":s 001 bot :Welcome");
  peer.send(":s 422 bot :MOTD File is missing");
  await cli.prints("422 bot");
  const exit = cli.stop("SIGTERM");
  assertEquals(await peer.line(), "QUIT Leaving");
  peer.send("ERROR :Closing Link");
  assertEquals(await exit, 0);
});

test("irc_cli: logs in, shows no secret, and ends with an error if it cannot", async () => {
  await using server = await ScriptedServer.listen();
  const env = {
    IRC_NO_TLS: "1",
    IRC_SASL_MECHANISMS: "plain",
    IRC_SASL_USERNAME: "jilles",
    IRC_SASL_PASSWORD: "sesame",
  };
  await using cli = run(server.port, env);
  const peer = await server.peer();
  assertEquals(await peer.line(), "CAP LS 302");
  peer.send("CAP * LS :sasl");
  assertEquals(await peer.line(), "CAP REQ sasl");
  peer.send("CAP * ACK :sasl");
  assertEquals(await peer.line(), "AUTHENTICATE PLAIN");
  peer.send("AUTHENTICATE +");
  assertEquals(await peer.line(), "AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=");
  peer.send(":s 904 * :SASL authentication failed");
  assertEquals(await peer.line(), "QUIT");
  peer.send("ERROR :Closing Link");
  assertEquals(await cli.ends(), 1);
  assertMatch(
    cli.lines.join("\n"),
    /AuthenticationError: Cannot log in as "jilles": the server refuses PLAIN/,
  );
  assert(!cli.lines.some((line) => line.includes("sesame") || line.includes("amlsbGVz")));
});

test("irc_cli: says nothing to a server whose fingerprint is not among those trusted", async () => {
  const [good, bad] = [await selfSignedCertificate(), await selfSignedCertificate()];
  const fingerprint = new X509Certificate(good.cert).fingerprint256.replaceAll(":", "");
  await using trusted = await ScriptedServer.listen(good);
  await using untrusted = await ScriptedServer.listen(bad);
  await using one = run(trusted.port, { IRC_FINGERPRINTS: fingerprint });
  await using two = run(untrusted.port, { IRC_FINGERPRINTS: fingerprint });
  const peer = await trusted.peer();
  assertEquals(await peer.line(), "CAP LS 302");
  await two.prints("is none of those trusted");
  const exits = [one.stop("SIGTERM"), two.ends()];
  assertEquals(await peer.line(), "QUIT");
  peer.send("ERROR :Closing Link");
  await Promise.all(exits);
  assertEquals(untrusted.heard, "");
});

test("irc_cli: is moved to TLS by STS, and remembers that in the next run, with the right port", async () => {
  const certificate = await selfSignedCertificate();
  const folder = await mkdtemp(join(tmpdir(), "parley-cli-"));
  try {
    await using insecure = await ScriptedServer.listen();
    await using secure = await ScriptedServer.listen(certificate);
    const fingerprint = new X509Certificate(certificate.cert).fingerprint256;
    const env = { IRC_NO_TLS: "1", IRC_FINGERPRINTS: fingerprint, IRC_STS: join(folder, "sts.json") };
    {
      await using cli = run(insecure.port, env);
      const clear = await insecure.peer();
      assertEquals(await clear.line(), "CAP LS 302");
      clear.send(`CAP * LS :sts=port=${secure.port}`);
      const peer = await secure.peer();
      assertEquals(await peer.line(), "CAP LS 302");
      peer.send("CAP * LS :sts=duration=60,port=1");
      assertEquals(await peer.line(), "CAP END");
      const exit = cli.stop("SIGTERM");
      assertEquals(await peer.line(), "QUIT");
      peer.send("ERROR :Closing Link");
      assertEquals(await exit, 0);
    }
    await using cli = run(insecure.port, env);
    const again = await secure.peer();
    assertEquals(await again.line(), "CAP LS 302");
    const exit = cli.stop("SIGTERM");
    assertEquals(await again.line(), "QUIT");
    again.send("ERROR :Closing Link");
    await exit;
    assert(!cli.lines.some((line) => line.includes("irc://127.0.0.1")), cli.lines.join("\n"));
  } finally {
    await rm(folder, { recursive: true });
  }
});
