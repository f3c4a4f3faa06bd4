import type { ReshardOptions } from "../../src/discord/gateway/shards/reshard.ts";
import type { Host } from "../../src/driver/host.ts";
import type { Data } from "../../src/protocol/protocol.ts";
import type { PlantedBug } from "../../testing/world/checking/search.ts";

/** A wrong variant of a bot that is resharded. */
export interface ReshardBug extends PlantedBug {
  readonly options?: ReshardOptions;
  readonly host?: (host: Host) => Host;
}

/** Changes what links bring: one text into any number. */
const bringing = (change: (text: string) => readonly string[]) => (host: Host): Host => ({
  ...host,
  dial: (request, events) => {
    const changed = (data: Data): readonly Data[] => typeof data === "string" ? change(data) : [data];
    return host.dial(request, {
      opened: (info) => events.opened(info),
      receive: (data) => changed(data).forEach((one) => events.receive(one)),
      receiveBatch: (batch) => events.receiveBatch(batch.flatMap(changed)),
      closed: (info) => events.closed(info),
    });
  },
});

/** Has every guild there as soon as READY has named it. */
function asIfAllWereThere(text: string): string[] {
  if (!text.startsWith('{"t":"READY"')) return [text];
  const { d }: { readonly d: { readonly guilds: readonly { readonly id: string }[] } } = JSON.parse(text);
  const created = ({ id }: { readonly id: string }) =>
    JSON.stringify({ t: "GUILD_CREATE", s: null, op: 0, d: { id } });
  return [text, ...d.guilds.map(created)];
}

/** Wrong variants of a bot that is resharded, each of which a checker must catch. */
export const discordReshardBugs: Readonly<Record<string, ReshardBug>> = {
  "cuts a guild over before it knows where its events stand": {
    caught: "delivered_twice",
    options: { settle: 1 },
  },
  "closes the old shards while the new ones lack a guild": {
    caught: "lost_without_gap",
    // That nothing has come of it for long would show it, too, wherever somebody talks.
    options: { settle: 1 },
    host: bringing(asIfAllWereThere),
  },
  "takes what looks the same for the same": {
    caught: "lost_without_gap",
    // What tells messages apart: their IDs.
    host: bringing((
      text,
    ) => [text.startsWith('{"t":"MESSAGE_CREATE"') ? text.replace(/"id":"\d+"/, '"id":"4194304"') : text]),
  },
  "never hears that the new shards have begun": {
    caught: "unfinished",
    host: bringing((text) => text.startsWith('{"t":"READY"') && text.includes(",16]") ? [] : [text]),
  },
};
