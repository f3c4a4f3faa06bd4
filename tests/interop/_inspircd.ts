import type { ChildProcess } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { canRun, freePorts, NOBODY, started, stopped } from "./_daemon.ts";
import { type Certificate, selfSignedCertificate } from "../../testing/world/network/certificate.ts";

const IRCD = "/usr/sbin/inspircd";
const SERVICES = "/usr/bin/atheme-services";

/** Whether the daemons are there: where they are not, tests of them are skipped, and say so. */
export const hasInspircd: boolean = canRun(IRCD, SERVICES);

/** The name and password of the operator. */
export const OPER = ["oper", "operpass"] as const;

/** InspIRCd with Atheme's services, on loopback ports of its own. */
export class Inspircd implements AsyncDisposable {
  /** Where it listens, by scheme. */
  readonly urls: Readonly<Record<"irc" | "ircs" | "ws" | "wss", string>>;
  readonly certificate: Certificate;
  readonly #folder: string;
  #ircd: ChildProcess | undefined;
  #services: ChildProcess | undefined;

  private constructor(folder: string, ports: readonly number[], certificate: Certificate) {
    this.#folder = folder;
    this.certificate = certificate;
    const url = (scheme: string, index: number) => `${scheme}://127.0.0.1:${ports[index]}`;
    this.urls = { irc: url("irc", 0), ircs: url("ircs", 1), ws: url("ws", 2), wss: url("wss", 3) };
  }

  /** Starts both; resolves once the services are there. */
  static async start(): Promise<Inspircd> {
    const folder = mkdtempSync(join(tmpdir(), "parley-inspircd-"));
    const certificate = await selfSignedCertificate();
    const ports = await freePorts(5);
    const files = {
      "cert.pem": certificate.cert,
      "key.pem": certificate.key,
      "ircd.conf": ircdConfig(folder, ports),
      "services.conf": servicesConfig(ports[4]),
      "services.db": "",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    if (process.getuid?.() === 0) {
      for (const path of [folder, ...Object.keys(files).map((name) => join(folder, name))]) {
        chownSync(path, NOBODY, NOBODY);
        chmodSync(path, path === folder ? 0o700 : 0o600);
      }
    }
    const inspircd = new Inspircd(folder, ports, certificate);
    try {
      await inspircd.startIrcd();
      await inspircd.#startServices();
    } catch (error) {
      await inspircd[Symbol.asyncDispose]();
      throw error;
    }
    return inspircd;
  }

  /** Its certificate's SHA-256 fingerprint. */
  get fingerprint(): string {
    return new X509Certificate(this.certificate.cert).fingerprint256;
  }

  /** Starts the server, for the first time or again. */
  async startIrcd(): Promise<void> {
    const args = [`--config=${join(this.#folder, "ircd.conf")}`, "--nofork"];
    this.#ircd = await started(IRCD, args, "is now running as");
  }

  /** Stops the server as a crash would. */
  async crashIrcd(): Promise<void> {
    await stopped(this.#ircd, "SIGKILL");
    this.#ircd = undefined;
  }

  async #startServices(): Promise<void> {
    const path = (name: string) => join(this.#folder, name);
    const args = [
      "-n",
      "-c",
      path("services.conf"),
      "-D",
      this.#folder,
      "-l",
      path("log"),
      "-p",
      path("pid"),
    ];
    this.#services = await started(SERVICES, args, "finished synching");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([stopped(this.#services, "SIGKILL"), stopped(this.#ircd, "SIGKILL")]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const MODULES = [
  "ssl_gnutls",
  "sha1", // for websocket
  "websocket",
  "spanningtree",
  "services_account",
  "deaf", // these two for Atheme
  "servprotect",
  "cap",
  "sasl",
  "sslinfo",
  "ircv3",
  "ircv3_capnotify",
  "ircv3_ctctags",
  "ircv3_servertime",
  "ircv3_echomessage",
  "monitor",
  "namesx",
];

function ircdConfig(folder: string, ports: readonly number[]): string {
  const [irc, ircs, ws, wss, servers] = ports;
  const bind = (port: number | undefined, more: string) =>
    `<bind address="127.0.0.1" port="${port}" ${more}>`;
  return [
    `<server name="irc.test" description="a test" id="001" network="Test">`,
    `<admin name="nobody" email="nobody@example.org" nick="nobody">`,
    bind(irc, `type="clients"`),
    bind(ircs, `type="clients" sslprofile="tls"`),
    bind(ws, `type="clients" hook="websocket"`),
    bind(wss, `type="clients" hook="websocket" sslprofile="tls"`),
    bind(servers, `type="servers"`),
    `<sslprofile name="tls" provider="gnutls" certfile="${folder}/cert.pem" keyfile="${folder}/key.pem" hash="sha256" requestclientcert="yes">`,
    `<connect allow="*" resolvehostnames="no" timeout="10" localmax="100" globalmax="100" recvq="8192" commandrate="100000" threshold="1000" fakelag="no">`,
    `<class name="all" commands="*" privs="*">`,
    `<type name="Oper" classes="all">`,
    `<oper name="${OPER[0]}" password="${OPER[1]}" host="*@*" type="Oper">`,
    `<pid file="${folder}/ircd.pid">`,
    `<options casemapping="ascii">`,
    `<link name="services.test" ipaddr="127.0.0.1" port="${servers}" allowmask="*" recvpass="link" sendpass="link">`,
    `<uline server="services.test" silent="yes">`,
    `<sasl target="services.test" requiressl="no">`,
    `<wsorigin allow="*">`,
    `<websocket sendastext="yes">`,
    ...MODULES.map((name) => `<module name="${name}">`),
    `<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="${folder}/ircd.log">`,
    "",
  ].join("\n");
}

function servicesConfig(port: number | undefined): string {
  const modules = [
    "protocol/inspircd",
    "backend/opensex",
    "nickserv/main",
    "nickserv/cert",
    "nickserv/register",
    "saslserv/main",
    "saslserv/external",
    "saslserv/plain",
  ];
  return [
    ...modules.map((name) => `loadmodule "modules/${name}";`),
    `serverinfo { name = "services.test"; desc = "services"; numeric = "00A"; netname = "Test"; auth = none;`,
    `  adminname = "nobody"; adminemail = "a@example.org"; registeremail = "a@example.org"; casemapping = ascii; };`,
    `uplink "irc.test" { host = "127.0.0.1"; port = ${port}; send_password = "link"; receive_password = "link"; };`,
    `saslserv { nick = "SaslServ"; };`,
    "",
  ].join("\n");
}
