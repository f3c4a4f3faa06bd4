import { test } from "node:test";
import { TwitchApi } from "../../../src/twitch/api/mod.ts";
import { eventSubChat, TwitchEventSub } from "../../../src/twitch/eventsub/mod.ts";
import { TwitchAuth, TwitchClient } from "../../../src/twitch/mod.ts";
import { twitchWorld } from "../../../testing/mod.ts";

test("TwitchUser: EventSub tells of who follows, cheers, subscribes and raids", async () => {
  const world = await twitchWorld();
  const dallas = world.service.idOf("dallas");
  await world.start(async (runtime) => {
    const tokens = { accessToken: "any", refreshToken: "any" };
    const auth = new TwitchAuth({ clientId: "any", tokens, runtime });
    const api = new TwitchApi({ auth, runtime });
    const chat = await new TwitchClient({ auth, api, channels: ["#dallas"], runtime }).connect();
    const condition = { broadcaster_user_id: dallas };
    const events = new TwitchEventSub({
      api,
      runtime,
      subscriptions: [
        { type: "channel.follow", condition: { ...condition, moderator_user_id: await api.userId() } },
        { type: "channel.cheer", condition },
        { type: "channel.subscribe", condition },
        { type: "channel.subscription.message", condition },
        { type: "channel.raid", condition: { to_broadcaster_user_id: dallas } },
      ],
    });
    const say = (text: string) => chat.say("#dallas", text);
    events.on("channel.follow", ({ data }) => say(`${data.user_name} follows`));
    events.on("channel.cheer", ({ data }) => say(`${data.user_name} cheers ${data.bits}`));
    events.on("channel.subscribe", ({ data }) => say(`${data.user_name} pays ${data.tier}`));
    events.on("channel.subscription.message", ({ data }) => say(`${data.cumulative_months} months`));
    events.on("channel.raid", ({ data }) => say(`${data.viewers} of ${data.from_broadcaster_user_name}`));
    await events.connect();
    return { close: () => Promise.all([events.close(), chat.close()]) };
  });
  const ronni = world.user("ronni");
  await ronni.follows("#dallas");
  await world.expect("#dallas").toSay("ronni follows");
  await ronni.cheers("#dallas", 100);
  await world.expect("#dallas").toSay("ronni cheers 100");
  await ronni.subscribes("#dallas", { tier: "2000" });
  await world.expect("#dallas").toSay("ronni pays 2000");
  await ronni.subscribes("#dallas", { months: 7 });
  await world.expect("#dallas").toSay("7 months");
  await ronni.raids("#dallas", 12);
  await world.expect("#dallas").toSay("12 of ronni");
  await world.close();
});

test("TwitchWorld: a bot that reads over EventSub and speaks by the API is heard as any other", async () => {
  const world = await twitchWorld();
  await world.start(async (runtime) => {
    const tokens = { accessToken: "any", refreshToken: "any" };
    const auth = new TwitchAuth({ clientId: "any", tokens, runtime });
    const api = new TwitchApi({ auth, runtime });
    const chat = new TwitchClient({ auth, api, wire: eventSubChat(), channels: ["#dallas"], runtime });
    chat.on("PRIVMSG", (event) => event.text === "!ping" ? event.reply("pong") : undefined);
    await chat.connect();
    await chat.join("#dallas");
    return chat;
  });
  const ronni = world.user("ronni");
  await ronni.says("#dallas", "hello");
  await world.expect("#dallas").toStayQuiet("5s");
  await ronni.says("#dallas", "!ping");
  await world.expect("#dallas").toSay("pong");
  await world.close();
});
