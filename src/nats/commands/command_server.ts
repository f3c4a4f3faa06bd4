import type { DiscordGateway } from "../../discord/gateway/client.ts";
import { shardIdFor } from "../../discord/gateway/shards/shard_id.ts";
import type { GatewayCommand } from "../../discord/gateway/wire/command.ts";
import { type Clock, within } from "../../driver/clock/clock.ts";
import { CommandError } from "../../protocol/errors.ts";
import { type CommandAnswer, type CommandRequest, commandSubject, readRequest } from "./command_message.ts";
import type { NatsConnection, NatsRequest, NatsSubscription } from "./connection.ts";

/** What a server of commands needs. */
export interface CommandServerParts {
  readonly connection: NatsConnection;
  readonly application: string;
  readonly slot: number;
  /** How many slots there are in all. */
  readonly slots: number;
  /** What runs the slot's shards. */
  readonly gateway: DiscordGateway;
  /** Resolves once what was asked to be shown until now outlasts this process. */
  readonly kept: () => Promise<void>;
  readonly clock: Clock;
  /** Whether this process may speak for the slot, right now. */
  readonly isHeld: () => boolean;
  /** Told of what went wrong and is survived. */
  readonly failed: (error: unknown) => void;
}

const decoder = new TextDecoder();

/** Sends what other processes ask for through the shards of a slot that is held here. */
export class CommandServer {
  readonly #parts: CommandServerParts;
  readonly #subscription: NatsSubscription;

  /** Begins: the gateway knows its shards. */
  constructor(parts: CommandServerParts) {
    this.#parts = parts;
    const { connection, application, slot, failed } = parts;
    this.#subscription = connection.subscribe(commandSubject(application, slot));
    this.#take().catch(failed);
  }

  /** Takes no more. */
  stop(): void {
    this.#subscription.unsubscribe();
  }

  async #take(): Promise<void> {
    for await (const message of this.#subscription) void this.#answer(message);
  }

  async #answer(message: NatsRequest): Promise<void> {
    const { gateway, slots, isHeld, failed } = this.#parts;
    const request = readRequest(decoder.decode(message.data));
    // Who holds it no more says nothing: another does.
    if (request === undefined || !isHeld()) return;
    try {
      const outcome = await this.#outcome(request);
      const answer = outcome && { slots, shards: gateway.shardCount, ...outcome } satisfies CommandAnswer;
      if (answer !== undefined) message.respond(JSON.stringify(answer));
    } catch (error) {
      failed(error);
    }
  }

  /** What became of a request; undefined: whoever asked waits no more. */
  async #outcome(request: CommandRequest): Promise<Pick<CommandAnswer, "done" | "error"> | undefined> {
    const { clock, slot, slots } = this.#parts;
    const { guild, shard, command, within: ms } = request;
    const asked = guild !== undefined ? shardIdFor(guild, slots) : shard !== undefined ? shard % slots : slot;
    if (command === undefined || asked !== slot) return { done: false };
    let isLate = false;
    try {
      await within(clock, ms, "The command was not sent", async (signal) => {
        signal.addEventListener("abort", () => void (isLate = true), { once: true });
        await this.#send(command, request, signal);
      });
      return { done: true };
    } catch (error) {
      if (isLate) return undefined;
      if (!(error instanceof CommandError)) throw error;
      return { done: false, error: { code: error.code, message: error.message } };
    }
  }

  async #send(command: GatewayCommand, { guild, shard }: CommandRequest, signal: AbortSignal): Promise<void> {
    const { gateway, kept } = this.#parts;
    const id = guild === undefined ? shard : shardIdFor(guild, gateway.shardCount);
    if (command.kind === "presence") {
      // Sessions that begin later have it, too, wherever.
      await gateway.updatePresence(command.data, { signal, ...(id !== undefined && { shard: id }) });
      return await kept();
    }
    await gateway.send(id ?? this.#parts.slot, command, { signal });
  }
}
