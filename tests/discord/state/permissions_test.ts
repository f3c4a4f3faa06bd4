import { assertEquals } from "@std/assert";
import { ChannelType, OverwriteType, PermissionFlagsBits as P } from "discord-api-types/v10";
import fc from "fast-check";
import { test } from "node:test";
import { type PermissionName, permissionNames } from "../../../src/discord/helpers/mod.ts";
import { computePermissions, type PermissionQuestion } from "../../../src/discord/state/mod.ts";

const GUILD = "100";
const OWNER = "1";
const USER = "2";
const ALL = Object.values(P).reduce((all, bit) => all | bit);
const AT = Date.UTC(2026, 10, 21);

interface Case {
  /** What `@everyone` may do. */
  readonly everyone?: readonly PermissionName[];
  /** What the member's roles allow; their IDs are 101 and up. */
  readonly roles?: readonly (readonly PermissionName[])[];
  readonly user?: string;
  /** Until when the member is timed out. */
  readonly until?: string;
  readonly type?: ChannelType;
  readonly locked?: boolean;
  readonly inThread?: boolean;
  /** Overwrites of the channel, or of a thread's parent. */
  readonly overwrites?: readonly Overwrite[];
}

type Overwrite = readonly [id: string, deny: readonly PermissionName[], allow: readonly PermissionName[]];

function bitsOf(names: readonly PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | P[name], 0n);
}

function questionOf(known: Case): PermissionQuestion {
  const { everyone = [], roles = [], user = USER, until, type, locked, inThread, overwrites = [] } = known;
  const permission_overwrites = overwrites.map(([id, deny, allow]) => ({
    id,
    type: id === USER ? OverwriteType.Member : OverwriteType.Role,
    deny: String(bitsOf(deny)),
    allow: String(bitsOf(allow)),
  }));
  const isThread = type !== undefined && type >= 10 && type <= 12;
  return {
    guild: {
      id: GUILD,
      owner_id: OWNER,
      roles: [everyone, ...roles].map((names, at) => ({
        id: String(100 + at),
        permissions: String(bitsOf(names)),
        position: at,
      })),
    },
    member: {
      user: { id: user },
      roles: roles.map((_, at) => String(101 + at)),
      communication_disabled_until: until,
    },
    ...(type !== undefined && {
      channel: { type, ...(isThread ? { thread_metadata: { locked } } : { permission_overwrites }) },
    }),
    ...(isThread && { parent: { type: ChannelType.GuildText, permission_overwrites } }),
    inThread,
    at: AT,
  };
}

const TEXT = ChannelType.GuildText;
const THREAD = ChannelType.PublicThread;
const PRIVATE = ChannelType.PrivateThread;
const LATER = "2026-11-21T00:00:01+00:00";
const EARLIER = "2026-11-20T23:59:59+00:00";
const chatter = ["ViewChannel", "SendMessages", "EmbedLinks", "AttachFiles", "AddReactions"] as const;

const TABLE:
  readonly (readonly [what: string, known: Case, names: readonly PermissionName[] | "all" | undefined])[] = [
    ["everyone's are a member's", { everyone: ["ViewChannel"] }, ["ViewChannel"]],
    ["roles add up", { everyone: ["ViewChannel"], roles: [["BanMembers"], ["KickMembers"]] }, [
      "KickMembers",
      "BanMembers",
      "ViewChannel",
    ]],
    [
      "the owner may everything",
      { user: OWNER, type: TEXT, overwrites: [[GUILD, ["ViewChannel"], []]] },
      "all",
    ],
    ["an administrator may everything, overwrites or not", {
      roles: [["Administrator"]],
      type: TEXT,
      overwrites: [[USER, ["ViewChannel", "Administrator"], []]],
    }, "all"],
    ["an overwrite makes nobody an administrator", {
      everyone: ["ViewChannel", "SendMessages"],
      type: TEXT,
      overwrites: [[USER, [], ["Administrator"]]],
    }, ["Administrator", "ViewChannel", "SendMessages"]],
    ["everyone's overwrite denies what a role allows in the guild", {
      everyone: ["ViewChannel"],
      roles: [["SendMessages"]],
      type: TEXT,
      overwrites: [[GUILD, ["SendMessages"], []]],
    }, ["ViewChannel"]],
    ["a role's overwrite is above everyone's", {
      everyone: chatter,
      roles: [[]],
      type: TEXT,
      overwrites: [["101", [], ["SendMessages"]], [GUILD, ["SendMessages"], []]],
    }, chatter],
    ["of roles, what one allows is above what another denies, whatever their order", {
      everyone: ["ViewChannel"],
      roles: [[], []],
      type: TEXT,
      overwrites: [["101", [], ["AddReactions"]], ["102", ["AddReactions"], []]],
    }, ["AddReactions", "ViewChannel"]],
    ["the member's overwrite is above roles'", {
      everyone: chatter,
      roles: [[]],
      type: TEXT,
      overwrites: [[USER, ["AddReactions"], []], ["101", [], ["AddReactions"]]],
    }, ["ViewChannel", "SendMessages", "EmbedLinks", "AttachFiles"]],
    ["an overwrite of somebody else's role is not the member's", {
      everyone: ["ViewChannel"],
      type: TEXT,
      overwrites: [["101", ["ViewChannel"], []], ["3", ["ViewChannel"], []]],
    }, ["ViewChannel"]],
    ["who does not see a channel may nothing there", {
      everyone: [...chatter, "BanMembers"],
      type: TEXT,
      overwrites: [[GUILD, ["ViewChannel"], ["SendMessages"]]],
    }, []],
    ["who may not send may not embed, attach, mention everyone or speak aloud", {
      everyone: [...chatter, "MentionEveryone", "SendTTSMessages"],
      type: TEXT,
      overwrites: [[GUILD, ["SendMessages"], []]],
    }, ["AddReactions", "ViewChannel"]],
    ["who may not connect may only see a voice channel", {
      everyone: [...chatter, "ManageChannels", "Speak"],
      type: ChannelType.GuildVoice,
    }, ["ViewChannel"]],
    ["… and a stage", { everyone: [...chatter, "MuteMembers"], type: ChannelType.GuildStageVoice }, [
      "ViewChannel",
    ]],
    ["who may connect may more", {
      everyone: ["ViewChannel", "Connect", "Speak"],
      type: ChannelType.GuildVoice,
    }, [
      "ViewChannel",
      "Connect",
      "Speak",
    ]],
    ["elsewhere nobody connects", { everyone: ["ViewChannel", "AddReactions"], type: TEXT }, [
      "AddReactions",
      "ViewChannel",
    ]],
    ["a time-out leaves seeing and reading", {
      everyone: [...chatter, "ReadMessageHistory", "ChangeNickname"],
      until: LATER,
      type: TEXT,
    }, ["ViewChannel", "ReadMessageHistory"]],
    ["… in the guild, too", { everyone: ["ViewChannel", "ChangeNickname"], until: LATER }, ["ViewChannel"]],
    ["… whatever overwrites allow", {
      everyone: ["ViewChannel"],
      until: LATER,
      type: TEXT,
      overwrites: [[USER, [], ["SendMessages", "ReadMessageHistory"]]],
    }, ["ViewChannel", "ReadMessageHistory"]],
    ["… and does not show what was hidden", { everyone: ["SendMessages"], until: LATER, type: TEXT }, []],
    ["… in a voice channel that one may connect to", {
      everyone: ["ViewChannel", "Connect", "ReadMessageHistory"],
      until: LATER,
      type: ChannelType.GuildVoice,
    }, ["ViewChannel", "ReadMessageHistory"]],
    ["a time-out that is over leaves everything", { everyone: chatter, until: EARLIER, type: TEXT }, chatter],
    ["the owner is not timed out", { user: OWNER, until: LATER, type: TEXT }, "all"],
    ["an administrator neither", { roles: [["Administrator"]], until: LATER }, "all"],
    ["a thread has its parent's permissions, with a bit of its own for messages", {
      everyone: [...chatter, "SendMessagesInThreads"],
      type: THREAD,
      overwrites: [[GUILD, ["AddReactions"], []]],
    }, ["ViewChannel", "EmbedLinks", "AttachFiles", "SendMessagesInThreads"]],
    ["sending to the parent is not sending to a thread", { everyone: chatter, type: THREAD }, [
      "AddReactions",
      "ViewChannel",
    ]],
    ["who may not send to the parent may send to a thread", {
      everyone: ["ViewChannel", "AttachFiles", "SendMessagesInThreads"],
      type: ChannelType.AnnouncementThread,
    }, ["ViewChannel", "AttachFiles", "SendMessagesInThreads"]],
    ["who does not see the parent sees no thread", {
      everyone: ["SendMessagesInThreads", "ManageThreads"],
      type: THREAD,
      inThread: true,
    }, []],
    ["a locked thread takes no messages", {
      everyone: ["ViewChannel", "EmbedLinks", "SendMessagesInThreads", "AddReactions"],
      type: THREAD,
      locked: true,
    }, ["AddReactions", "ViewChannel"]],
    ["… but of who manages threads", {
      everyone: ["ViewChannel", "SendMessagesInThreads", "ManageThreads"],
      type: THREAD,
      locked: true,
    }, ["ViewChannel", "ManageThreads", "SendMessagesInThreads"]],
    ["a private thread is not seen by who was not added", {
      everyone: ["ViewChannel", "SendMessagesInThreads"],
      type: PRIVATE,
      inThread: false,
    }, []],
    [
      "… is by who was",
      { everyone: ["ViewChannel", "SendMessagesInThreads"], type: PRIVATE, inThread: true },
      [
        "ViewChannel",
        "SendMessagesInThreads",
      ],
    ],
    ["… and by who manages threads", { everyone: ["ViewChannel", "ManageThreads"], type: PRIVATE }, [
      "ViewChannel",
      "ManageThreads",
    ]],
    ["… and of whom it is not known, nothing is", { everyone: ["ViewChannel"], type: PRIVATE }, undefined],
  ];

for (const [what, known, names] of TABLE) {
  test(`computePermissions: ${what}`, () => {
    const bits = computePermissions(questionOf(known));
    if (names === "all") return assertEquals(bits, ALL);
    assertEquals(bits === undefined ? undefined : permissionNames(bits).sort(), names && [...names].sort());
  });
}

test("computePermissions: the overwrite of a role that is gone counts for nothing", () => {
  const { member, ...question } = questionOf({
    everyone: ["ViewChannel"],
    type: TEXT,
    overwrites: [["101", ["ViewChannel"], ["ManageChannels"]]],
  });
  const bits = computePermissions({ ...question, member: { ...member, roles: ["101"] } });
  assertEquals(bits, P.ViewChannel);
});

test("computePermissions: a thread whose parent is not known is not known", () => {
  const { parent: _, ...question } = questionOf({ type: THREAD });
  assertEquals(computePermissions(question), undefined);
});

test("computePermissions: a bit that Discord has added since is neither lost nor made up", () => {
  const future = 1n << 60n;
  const question = questionOf({ type: TEXT });
  const roles = [{ id: GUILD, permissions: String(future | P.ViewChannel | P.SendMessages), position: 0 }];
  const bits = computePermissions({ ...question, guild: { ...question.guild, roles } });
  assertEquals(bits, future | P.ViewChannel | P.SendMessages);
});

test("computePermissions: what is no number counts for nothing", () => {
  const question = questionOf({ type: TEXT });
  const roles = [{ id: GUILD, permissions: "0x7fffffff", position: 0 }];
  assertEquals(computePermissions({ ...question, guild: { ...question.guild, roles } }), 0n);
});

/** Discord's pseudocode and its prose, by sets of names, with nothing of ours. */
function reference(known: Case): ReadonlySet<string> | "all" | undefined {
  const { everyone = [], roles = [], user = USER, until, type, locked, inThread, overwrites = [] } = known;
  if (user === OWNER) return "all";
  const has = new Set<string>(everyone);
  for (const role of roles) for (const name of role) has.add(name);
  if (has.has("Administrator")) return "all";
  const timedOut = until !== undefined && new Date(until).getTime() > AT;
  const quieten = () => {
    for (const name of [...has]) {
      if (timedOut && name !== "ViewChannel" && name !== "ReadMessageHistory") has.delete(name);
    }
  };
  if (type === undefined) {
    quieten();
    return has;
  }
  const mine = roles.map((_, at) => String(101 + at));
  for (const ids of [[GUILD], mine, [user]]) {
    const those = overwrites.filter(([id]) => ids.includes(id));
    for (const [, deny] of those) for (const name of deny) has.delete(name);
    for (const [, , allow] of those) for (const name of allow) has.add(name);
  }
  const couldConnect = has.has("Connect");
  quieten();
  if (!has.has("ViewChannel")) return new Set();
  if ((type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice) && !couldConnect) {
    return new Set(["ViewChannel"]);
  }
  let send = "SendMessages";
  if (
    type === ChannelType.PublicThread || type === ChannelType.PrivateThread ||
    type === ChannelType.AnnouncementThread
  ) {
    if (type === ChannelType.PrivateThread && !has.has("ManageThreads")) {
      if (inThread === undefined) return undefined;
      if (!inThread) return new Set();
    }
    has.delete("SendMessages");
    send = "SendMessagesInThreads";
    if (locked && !has.has("ManageThreads")) has.delete(send);
  }
  if (!has.has(send)) {
    for (const name of ["MentionEveryone", "SendTTSMessages", "AttachFiles", "EmbedLinks"]) {
      has.delete(name);
    }
  }
  return has;
}

test("computePermissions: is what Discord's rules come to, taken literally", () => {
  const names: readonly PermissionName[] = [
    "ViewChannel",
    "ReadMessageHistory",
    "SendMessages",
    "SendMessagesInThreads",
    "ManageThreads",
    "Connect",
    "Speak",
    "EmbedLinks",
    "AttachFiles",
    "MentionEveryone",
    "SendTTSMessages",
    "BanMembers",
  ];
  const some = fc.subarray([...names]);
  const anyCase = fc.record({
    everyone: some,
    roles: fc.array(fc.oneof(some, fc.constant<PermissionName[]>(["Administrator"])), { maxLength: 3 }),
    user: fc.constantFrom(USER, USER, USER, USER, OWNER),
    until: fc.constantFrom(LATER, EARLIER),
    type: fc.constantFrom(
      TEXT,
      ChannelType.GuildVoice,
      ChannelType.GuildStageVoice,
      ChannelType.GuildForum,
      ChannelType.GuildAnnouncement,
      THREAD,
      PRIVATE,
      ChannelType.AnnouncementThread,
    ),
    locked: fc.boolean(),
    inThread: fc.boolean(),
    overwrites: fc.uniqueArray(
      fc.tuple(fc.constantFrom(GUILD, "101", "102", "103", "104", USER, "3"), some, some),
      { selector: ([id]) => id },
    ),
  }, { requiredKeys: ["everyone", "roles", "user", "overwrites"] });
  fc.assert(
    fc.property(anyCase, (known) => {
      const expected = reference(known);
      const bits = computePermissions(questionOf(known));
      if (expected === "all") return assertEquals(bits, ALL);
      assertEquals(bits, expected && bitsOf([...expected] as PermissionName[]));
    }),
    { numRuns: 2_000 },
  );
});
