import { LazyRecord } from "../../protocol/lazy_record.ts";
import type { Instant } from "../../protocol/protocol.ts";
import type { StatusPrefix } from "../wire/isupport.ts";
import type { KnownUser } from "./known_user.ts";
import { Members } from "./members.ts";
import type { IrcChannel, IrcMember, IrcMembers, IrcTopic, IrcUser } from "../wire/presence.ts";

/** What the members of channels are made by. */
export interface MemberContext {
  /** The one with a nick. */
  readonly find: (nick: string) => KnownUser | undefined;
  /** The one with a number. */
  readonly at: (number: number) => KnownUser | undefined;
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
    const user = this.#context.find(nick);
    return user === undefined ? undefined : memberOf(this.#members, user, this.#context);
  }

  has(nick: string): boolean {
    const user = this.#context.find(nick);
    return user !== undefined && this.#members.has(user.number());
  }

  *[Symbol.iterator](): Iterator<IrcMember> {
    const prefixes = this.#context.prefixes();
    for (const number of this.#members) {
      const user = this.#context.at(number);
      if (user !== undefined) yield new Member(user, this.#members.modes(number), prefixes);
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
    return memberOf(this.#members, user, this.#context);
  }

  /** How many characters are kept of it, but for its members. */
  size(): number {
    let size = this.name.length + (this.topic?.text.length ?? 0) + (this.topic?.setBy?.length ?? 0);
    for (const value of this.modes.values()) size += value === true ? 1 : value.length;
    return size;
  }
}

function memberOf(members: Members, user: KnownUser, { prefixes }: MemberContext): IrcMember | undefined {
  const number = user.number();
  return members.has(number) ? new Member(user, members.modes(number), prefixes()) : undefined;
}
