import { assert, assertEquals, assertRejects } from "@std/assert";
import { isNoResponders } from "../../src/nats/commands/connection.ts";
import { type NatsConnection, RemoteGateway } from "../../src/nats/mod.ts";
import { ConnectionError } from "../../src/protocol/errors.ts";

/** What requests are tried with. */
export interface RequestRoom {
  readonly connection: NatsConnection;
  /** Lets time pass. */
  readonly pause: (ms: number) => Promise<void>;
}

type Check = (room: RequestRoom, subject: string) => Promise<void>;

const decoder = new TextDecoder();

/** Answers what is asked, unless that is undefined; returns what was asked, and what ends it. */
function answering(
  { connection }: RequestRoom,
  subject: string,
  answer: (asked: string) => string | undefined,
) {
  const asked: string[] = [];
  const subscription = connection.subscribe(subject);
  void (async () => {
    for await (const request of subscription) {
      const text = decoder.decode(request.data);
      asked.push(text);
      const answered = answer(text);
      if (answered !== undefined) request.respond(answered);
    }
  })();
  return { asked, stop: () => subscription.unsubscribe() };
}

/** A command that NATS lets a connection send to nobody is refused at once, and counts as not sent. */
export async function notPermitted(connection: NatsConnection): Promise<void> {
  const remote = new RemoteGateway({ connection, application: "1", timeout: 2_000 });
  const subject = "bot.1.slots.0.commands";
  for (const ask of [() => remote.updatePresence({ status: "idle" }), () => remote.shardCount()]) {
    const error = await assertRejects(ask, ConnectionError);
    assertEquals([error.code, error.message.replace(/^.*: /, "")], [
      "not_permitted",
      `NATS does not permit this connection to publish to "${subject}"`,
    ]);
  }
}

/** What commands rely on: what the model of the simulator and the real NATS must both do. */
export const requestSuite: Readonly<Record<string, Check>> = {
  async "a request reaches who subscribes, and the answer whoever asks"(room, subject) {
    const { asked, stop } = answering(room, subject, (text) => `${text}, too`);
    await room.pause(100);
    const { data } = await room.connection.request(subject, "hello", { timeout: 2_000 });
    assertEquals([asked, decoder.decode(data)], [["hello"], "hello, too"]);
    stop();
  },
  async "a request that nobody subscribes to fails at once"(room, subject) {
    const error = await assertRejects(() => room.connection.request(subject, "hello", { timeout: 2_000 }));
    assert(isNoResponders(error), String(error));
    const { stop } = answering(room, subject, () => "here");
    await room.pause(100);
    await room.connection.request(subject, "hello", { timeout: 2_000 });
    stop();
    await room.pause(100);
    assert(
      isNoResponders(await assertRejects(() => room.connection.request(subject, "", { timeout: 2_000 }))),
    );
  },
  async "a request that nobody answers fails after its time, and not as one without responders"(
    room,
    subject,
  ) {
    const { stop } = answering(room, subject, () => undefined);
    await room.pause(100);
    const error = await assertRejects(() => room.connection.request(subject, "hello", { timeout: 300 }));
    assertEquals(isNoResponders(error), false);
    stop();
  },
  async "of several that subscribe each gets a request, and the first answer counts"(room, subject) {
    const silent = answering(room, subject, () => undefined);
    const other = answering(room, subject, () => "mine");
    await room.pause(100);
    const { data } = await room.connection.request(subject, "hello", { timeout: 2_000 });
    await room.pause(100);
    assertEquals([decoder.decode(data), silent.asked, other.asked], ["mine", ["hello"], ["hello"]]);
    silent.stop();
    other.stop();
  },
};
