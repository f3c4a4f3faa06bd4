import { LazyRecord } from "../../protocol/data/lazy_record.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { StatusPrefix } from "../wire/support/isupport.ts";
import type { KnownUser } from "./known_user.ts";
import { Members } from "./members.ts";
import type { IrcChannel, IrcMember, IrcMembers, IrcTopic, IrcUser } from "../wire/events/presence.ts";

/** What the members of channels are made by. */
export interface MemberContext {
  /** The number of the one with a nick, if there is one. */
  readonly find: (nick: string) => number;
  /** The one with a number. */
  readonly user: (number: number) => IrcUser;
  /** The statuses there are, the strongest first. */
  readonly prefixes: () => readonly StatusPrefix[];
}

/** The statuses by the letters that servers agree on, the strongest first. */
const STRENGTH = "qaohv";

class Member extends LazyRecord implements IrcMember {
  readonly user: IrcUser;
  readonly modes: string;
  readonly prefix: string;
  readonly #prefixes: readonly StatusPrefix[];

  constructor(user: IrcUser, modes: string, prefixes: readonly StatusPrefix[]) {
    super();
    this.user = user;
    this.modes = modes;
    this.prefix = prefixes.find(({ mode }) => mode === modes.charAt(0))?.prefix ?? "";
    this.#prefixes = prefixes;
  }

  isAtLeast(mode: string): boolean {
    const order = this.#prefixes.map((status) => status.mode);
    // What the server does not have counts as a little weaker than the next that it has.
    const least = order.includes(mode)
      ? order.indexOf(mode)
      : order.findLastIndex((other) =>
        STRENGTH.includes(other) && STRENGTH.indexOf(other) < STRENGTH.indexOf(mode)
      );
    return [...this.modes].some((held) => order.includes(held) && order.indexOf(held) <= least);
  }
}

class MembersView implements IrcMembers {
  readonly #members: Members;
  readonly #context: MemberContext;

  constructor(members: Members, context: MemberContext) {
    this.#members = members;
    this.#context = context;
  }

  get size(): number {
    return this.#members.size;
  }

  get(nick: string): IrcMember | undefined {
    return memberOf(this.#members, this.#context.find(nick), this.#context);
  }

  has(nick: string): boolean {
    return this.#members.has(this.#context.find(nick));
  }

  *[Symbol.iterator](): Iterator<IrcMember> {
    const prefixes = this.#context.prefixes();
    for (const number of this.#members) {
      yield new Member(this.#context.user(number), this.#members.modes(number), prefixes);
    }
  }

  toJSON(): IrcMember[] {
    return [...this];
  }
}

/** A channel that we are in. */
export class KnownChannel extends LazyRecord implements IrcChannel {
  name: string;
  topic: IrcTopic | undefined = undefined;
  readonly modes: Map<string, string | true> = new Map();
  createdAt: Instant | undefined = undefined;
  isSynced = false;
  readonly #members = new Members();
  readonly #context: MemberContext;

  constructor(name: string, context: MemberContext) {
    super();
    this.name = name;
    this.#context = context;
  }

  get members(): IrcMembers {
    return new MembersView(this.#members, this.#context);
  }

  /** The same, to be changed. */
  joined(): Members {
    return this.#members;
  }

  /** Somebody's being in it, as it is now. */
  memberOf(user: KnownUser): IrcMember | undefined {
    return memberOf(this.#members, user.number(), this.#context);
  }

  /** How many characters are kept of it, but for its members. */
  size(): number {
    let size = this.name.length + (this.topic?.text.length ?? 0) + (this.topic?.setBy?.length ?? 0);
    for (const value of this.modes.values()) size += value === true ? 1 : value.length;
    return size;
  }
}

function memberOf(
  members: Members,
  number: number,
  { user, prefixes }: MemberContext,
): IrcMember | undefined {
  return members.has(number) ? new Member(user(number), members.modes(number), prefixes()) : undefined;
}
