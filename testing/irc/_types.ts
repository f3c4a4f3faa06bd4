import type { Casemapping, IrcMessage } from "@parley/parley/irc";
import type { Instant } from "@parley/parley/protocol";
import type { ServerMechanism } from "./login/_sasl.ts";

export type { ServerMechanism };

/** How an IRC server for tests is set up. */
export interface IrcServerOptions {
  /** Its name. @default {"irc.test"} */
  readonly name?: string;
  /** The password clients must give. @default none */
  readonly password?: string;
  /** Nicks that are taken. @default {[]} */
  readonly taken?: readonly string[];
  /** Channels that need a key, by name. @default none */
  readonly keys?: Readonly<Record<string, string>>;
  /** Capabilities to offer. @default {["message-tags", "server-time", "echo-message", "multi-prefix"]} */
  readonly capabilities?: readonly string[];
  /** The accounts that SASL lets in, and their passwords. @default none, and no SASL */
  readonly accounts?: Readonly<Record<string, string>>;
  /** The NIST P-256 private keys of accounts, as PEM text: for ECDSA-NIST256P-CHALLENGE. @default none */
  readonly signers?: Readonly<Record<string, string>>;
  /**
   * Whether clients may register accounts by REGISTER, where `draft/account-registration` is offered, and the code that
   * VERIFY must then have. @default no code is asked for
   */
  readonly verification?: string;
  /** The account whose certificate every client is taken to show: for EXTERNAL. @default none */
  readonly certificate?: string;
  /** How clients may log in to them. @default {["SCRAM-SHA-256", "PLAIN"]} */
  readonly mechanisms?: readonly ServerMechanism[];
  /** Which nicks and channels count as the same, as it says by ISUPPORT. @default {"rfc1459"} */
  readonly casemapping?: Casemapping;
  /** How many nicks each client may watch by MONITOR; Infinity: no limit, 0: no MONITOR. @default {0} */
  readonly monitor?: number;
  /** How many messages a client may ask for by CHATHISTORY, where that is offered. @default {100} */
  readonly history?: number;
  /** Whether it says by ISUPPORT that WHO takes the fields to tell, as it does in any case. @default {false} */
  readonly whox?: boolean;
  /** What a line costs, and how much may wait before the client is thrown out. @default no limit */
  readonly flood?: ServerFlood;
  /**
   * Somebody sits in between, as bouncers do: answers PING at once, and lets all else wait for so long, in milliseconds.
   *
   * @default nobody
   */
  readonly bouncer?: number;
  /** Who that is: each says otherwise that it has lost the network, and what it lets through. @default {"znc"} */
  readonly bouncerKind?: "znc" | "soju";
  /** With nothing received for so long, in milliseconds, it asks by PING; twice that ends the link. @default {90_000} */
  readonly pingInterval?: number;
}

/** How an IRC server for tests thinks of flooding ([RFC 1459 section 8.10](https://www.rfc-editor.org/rfc/rfc1459#section-8.10)). */
export interface ServerFlood {
  /** What each line costs, in milliseconds. */
  readonly line: number;
  /** How far costs may run ahead of the clock, in milliseconds, before lines wait. */
  readonly ahead: number;
  /** How many characters of lines may wait; one more is "Excess Flood". */
  readonly queue: number;
}

/** What can be done to an IRC server, or by people on it who have no link. */
export type IrcServerCommand =
  /** Somebody says something in a channel, joining it first if need be. */
  | {
    readonly kind: "say";
    readonly nick: string;
    readonly channel: string;
    readonly text: string;
    /** Tags that clients put to it, such as `+reply`. @default none */
    readonly tags?: Readonly<Record<string, string>>;
  }
  | { readonly kind: "kick"; readonly channel: string; readonly nick: string; readonly reason?: string }
  /** Lets a nick join a channel no more, and kicks it if it is there. */
  | { readonly kind: "ban"; readonly channel: string; readonly nick: string }
  /** Lets nobody join a channel for so long, in milliseconds, and says so by this numeric. */
  | { readonly kind: "refuse"; readonly channel: string; readonly numeric: string; readonly ms: number }
  /** Answers the next command of this name by FAIL, with this code. */
  | { readonly kind: "fail"; readonly command: string; readonly code: string }
  /** Gives somebody who is in a channel a status there, or takes it. */
  | {
    readonly kind: "mode";
    readonly channel: string;
    readonly modes: string;
    readonly args?: readonly string[];
  }
  /** Somebody without a link has another nick, if nobody has it yet. */
  | { readonly kind: "nick"; readonly nick: string; readonly to: string }
  /** Somebody without a link leaves. */
  | { readonly kind: "quit"; readonly nick: string; readonly reason: string }
  /** Somebody sets a channel's topic. */
  | { readonly kind: "topic"; readonly channel: string; readonly text: string }
  /** Makes a client leave a channel, as an operator does by SAPART. */
  | { readonly kind: "part"; readonly channel: string; readonly nick: string }
  /** Services log a client in, or out by an empty string. */
  | { readonly kind: "account"; readonly nick: string; readonly account: string }
  /** Gives a client another host, such as a cloak. */
  | { readonly kind: "chghost"; readonly nick: string; readonly host: string }
  /** Gives a channel another name. */
  | { readonly kind: "rename"; readonly channel: string; readonly to: string }
  /** The people without links are split off and come back after so long, in milliseconds. */
  | { readonly kind: "netsplit"; readonly ms: number }
  /** The bouncer before a client, or before each, loses its network for so long, in milliseconds; needs `bouncer`. */
  | { readonly kind: "outage"; readonly nick?: string; readonly ms: number }
  /** Sends a line to one client, or to all who are registered. */
  | { readonly kind: "raw"; readonly line: string; readonly nick?: string }
  /** A nick that was taken is free from now on. */
  | { readonly kind: "free"; readonly nick: string }
  /** Throws a client out, and lets its user name in no more. */
  | { readonly kind: "kline"; readonly nick: string; readonly reason: string }
  /** The services that know the accounts go away, or come back. */
  | { readonly kind: "services"; readonly up: boolean }
  /** Ends a client's connection with ERROR. */
  | { readonly kind: "kill"; readonly nick: string; readonly reason: string }
  /** Drops one client's link, or all of them, without a word. */
  | { readonly kind: "drop"; readonly nick?: string }
  /** Neither hears nor says anything on the links there are, which stay open. */
  | { readonly kind: "freeze" };

/** What an IRC server tells of what happens on it. */
export type IrcServerEvent =
  | {
    readonly kind: "registered";
    readonly link: number;
    readonly nick: string;
    /** What it has logged in to; an empty string: nothing. */
    readonly account: string;
    readonly at: Instant;
  }
  | { readonly kind: "left"; readonly link: number; readonly nick: string; readonly at: Instant }
  /** A line a client sent. */
  | {
    readonly kind: "line";
    readonly link: number;
    readonly nick: string;
    readonly message: IrcMessage;
    readonly at: Instant;
  };
