import { isRecord } from "../../protocol/data/json_value.ts";
import type { GatewayDispatchEvent } from "../gateway/wire/event.ts";
import {
  type GuildRecord,
  hasId,
  type KeptMember,
  type KeptPresence,
  type KeptThread,
  those,
} from "./kept_guild.ts";

/** Changes what is known of a guild by an event of its; `me` is the bot's own user. */
export function reduceGuild(guild: GuildRecord, event: GatewayDispatchEvent, me: string | undefined): void {
  switch (event.kind) {
    case "GUILD_UPDATE":
      return guild.update(event.data);
    case "GUILD_ROLE_CREATE":
    case "GUILD_ROLE_UPDATE": {
      const { role } = event.data;
      if (hasId(role)) guild.roles.set(role.id, role);
      return;
    }
    case "GUILD_ROLE_DELETE":
      return guild.deleteRole(event.data.role_id);
    case "CHANNEL_CREATE":
    case "CHANNEL_UPDATE":
      return guild.putChannel(event.data);
    case "CHANNEL_DELETE":
      return guild.deleteChannel(event.data.id);
    case "THREAD_CREATE":
    case "THREAD_UPDATE":
      return guild.putThread(event.data as KeptThread);
    case "THREAD_DELETE":
      return guild.deleteThread(event.data.id);
    case "THREAD_LIST_SYNC": {
      const { channel_ids: channels, threads, members } = event.data;
      return guild.syncThreads(channels, threads as readonly KeptThread[], members);
    }
    case "THREAD_MEMBER_UPDATE":
      if (event.data.id !== undefined) guild.joinThread(event.data.id, event.data);
      return;
    case "THREAD_MEMBERS_UPDATE": {
      const { id, added_members: added, removed_member_ids: removed } = event.data;
      const own = those(added, isRecord).find(({ user_id }) => user_id !== undefined && user_id === me);
      if (own !== undefined) guild.joinThread(id, own);
      if (those(removed, (user) => user === me).length > 0) guild.leaveThread(id);
      return;
    }
    case "GUILD_MEMBER_ADD":
      guild.countMember(1);
      return guild.putMember(event.data as Partial<KeptMember>);
    case "GUILD_MEMBER_UPDATE":
      return guild.putMember(event.data as Partial<KeptMember>);
    case "GUILD_MEMBER_REMOVE":
      guild.countMember(-1);
      return guild.deleteMember(event.data);
    case "GUILD_MEMBERS_CHUNK":
      those(event.data.members, isRecord).forEach((member) => guild.putMember(member));
      return those(event.data.presences, isRecord)
        .forEach((presence) => guild.putPresence(presence as KeptPresence));
    case "PRESENCE_UPDATE":
      return guild.putPresence(event.data as KeptPresence);
  }
}
