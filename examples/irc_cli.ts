/**
 * An IRC client for the command line: registers, stays connected, prints every line, and leaves on Ctrl-C or
 * SIGTERM.
 *
 *     deno run -A examples/irc_cli.ts --host irc.libera.chat --nick parley --channel '#deno'
 *
 * Each option can be given by the environment too, as IRC_ and its name in capitals: IRC_SASL_PASSWORD, and
 * so on, which keeps secrets out of the list of processes. Lists are separated by spaces or commas.
 *
 *     --host HOST             the server; required
 *     --port PORT             6697, or 6667 with --no-tls
 *     --no-tls                speak in the clear, unless the server asks for TLS by STS
 *     --fingerprints SHA256…  trust only certificates with these fingerprints, even self-signed ones
 *     --ca FILE               trust what this certificate has issued, too
 *     --cert FILE, --key FILE the certificate to show, for EXTERNAL
 *     --nick, --user, --realname, --password, --channel
 *     --sasl-mechanisms NAME… such as SCRAM-SHA-256,PLAIN; best first
 *     --sasl-username, --sasl-password
 *     --sasl-key FILE         the NIST P-256 private key for ECDSA-NIST256P-CHALLENGE
 *     --sasl-optional         stay even if logging in fails
 *     --sts FILE              where it is kept which hosts are to be reached by TLS only
 */
import {
  ecdsaSigner,
  FileStsStore,
  IrcClient,
  type IrcClientOptions,
  type SaslMechanism,
  type SaslOptions,
} from "@parley/parley/irc";
import type { TlsOptions } from "@parley/parley/transport";
import { readFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";

const NAMES = [
  "host",
  "port",
  "fingerprints",
  "ca",
  "cert",
  "key",
  "nick",
  "user",
  "realname",
  "password",
  "channel",
  "sasl-mechanisms",
  "sasl-username",
  "sasl-password",
  "sasl-key",
  "sts",
] as const;
const FLAGS = ["no-tls", "sasl-optional"] as const;
const MECHANISMS: readonly SaslMechanism[] = [
  "EXTERNAL",
  "ECDSA-NIST256P-CHALLENGE",
  "SCRAM-SHA-512",
  "SCRAM-SHA-256",
  "PLAIN",
];

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    ...Object.fromEntries(NAMES.map((name) => [name, { type: "string" } as const])),
    ...Object.fromEntries(FLAGS.map((name) => [name, { type: "boolean" } as const])),
  },
});

const leaving = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leaving.abort(signal));

try {
  await using irc = await new IrcClient({ ...options(), signal: leaving.signal }).connect();
  leaving.signal.addEventListener("abort", () => void irc.quit("Leaving").catch(() => {}));
  if (leaving.signal.aborted) await irc.quit("Leaving");
  // What it survives is printed, for nobody listens.
  await irc.closed;
} catch (error) {
  if (!leaving.signal.aborted) {
    console.error(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    process.exitCode = 1;
  }
}

function options(): IrcClientOptions {
  const host = value("host") ?? fail("Give --host");
  const port = value("port");
  const address = host.includes(":") ? `[${host}]` : host;
  const nick = value("nick") ?? "parley";
  const [user, realname, password, sts] = [value("user"), value("realname"), value("password"), value("sts")];
  const sasl = login();
  return {
    url: `${flag("no-tls") ? "irc" : "ircs"}://${address}${port === undefined ? "" : `:${port}`}`,
    tls: trust(),
    nick,
    channels: list("channel"),
    ...(user !== undefined && { user }),
    ...(realname !== undefined && { realname }),
    ...(password !== undefined && { password }),
    ...(sasl !== undefined && { sasl }),
    ...(sts !== undefined && { sts: new FileStsStore(sts) }),
    runtime: { observe: print },
  };
}

function trust(): TlsOptions {
  const [ca, cert, key] = [file("ca"), file("cert"), file("key")];
  return {
    fingerprints: list("fingerprints"),
    ...(ca !== undefined && { caCerts: [ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function login(): SaslOptions | undefined {
  const [username, password, key] = [value("sasl-username"), value("sasl-password"), file("sasl-key")];
  const names = list("sasl-mechanisms").map((name) => name.toUpperCase());
  if (username === undefined && names.length === 0) return undefined;
  const mechanisms = names.map((name) =>
    MECHANISMS.find((known) => known === name) ?? fail(`There is no mechanism "${name}"`)
  );
  return {
    required: !flag("sasl-optional"),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(key !== undefined && { sign: ecdsaSigner(key) }),
    ...(mechanisms.length > 0 && { mechanisms }),
  };
}

/** Prints what goes over the wire, secrets left out. */
function print(observation: Parameters<NonNullable<NonNullable<IrcClientOptions["runtime"]>["observe"]>>[0]) {
  const { kind } = observation;
  if (kind === "dial") console.log(`* dialling ${observation.url}`);
  if (kind === "closed") console.log(`* ${observation.info.cause} ${observation.info.reason}`.trimEnd());
  if (kind === "sent") console.log(`> ${text(observation.data ?? "(secret)")}`);
  if (kind === "received") console.log(text(observation.data ?? "(secret)").replaceAll(/^/gm, "< "));
}

function text(data: string | Uint8Array): string {
  return (typeof data === "string" ? data : new TextDecoder().decode(data)).trimEnd();
}

function value(name: (typeof NAMES)[number]): string | undefined {
  const given = values[name] ?? process.env[variable(name)];
  return typeof given === "string" && given !== "" ? given : undefined;
}

function flag(name: (typeof FLAGS)[number]): boolean {
  return values[name] === true || /^(1|true|yes)$/i.test(process.env[variable(name)] ?? "");
}

function list(name: (typeof NAMES)[number]): string[] {
  return (value(name) ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

function file(name: (typeof NAMES)[number]): string | undefined {
  const path = value(name);
  return path === undefined ? undefined : readFileSync(path, "utf8");
}

function variable(name: string): string {
  return `IRC_${name.toUpperCase().replaceAll("-", "_")}`;
}

function fail(message: string): never {
  throw new Error(message);
}
