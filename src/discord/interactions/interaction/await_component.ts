import type { APIInteraction, APIMessageTopLevelComponent } from "discord-api-types/v10";
import { TimeoutError } from "../../../protocol/errors.ts";
import { TOKEN_LIFE } from "./answer.ts";
import { chosenIn, ComponentInteraction } from "./component_interaction.ts";
import type { Awaiting } from "./door.ts";
import type { EditOptions, RepliableInteraction } from "./interaction.ts";
import { isComponent } from "./payload_reader.ts";
import { refusal } from "./refusal.ts";

/** One use of a button or a select that is awaited, as its awaiter sees it. */
export type AwaitedComponent = ComponentInteraction<Readonly<Record<string, never>>, readonly string[]>;

/** Which use of a component is awaited, and for how long. */
export interface AwaitComponentOptions {
  /** Whether it is the one; the others go where they would have gone. @default any of the interaction's messages */
  readonly where?: ((i: AwaitedComponent) => boolean) | undefined;
  /** Ends the wait, by its reason. */
  readonly signal?: AbortSignal | undefined;
  /** For how long, in milliseconds. @default {until shortly before the token expires, after 15 minutes} */
  readonly timeout?: number | undefined;
  /**
   * What the reply is changed to once the wait has ended without one; false leaves it as it is.
   *
   * @default {what can be clicked and chosen from is disabled}
   */
  readonly tidy?: EditOptions | false | undefined;
}

/** How long before its token expires nothing is awaited any more, in milliseconds: to tidy up takes one more call. */
const TIDY_TIME = 10_000;

/**
 * Awaits one use of a button or a select of an interaction's messages. It is answered like any other, by the time the
 * handler ends that awaits it. Without one the wait ends by its time limit or its signal, and what could be used is
 * disabled.
 *
 * It takes one process that stays: a gateway's, or a server's. On an edge worker the use may come to another isolate:
 * define a {@linkcode component} there.
 *
 * Source: Discord, "Receiving and Responding", Message Interaction Metadata.
 *
 * @throws {CommandError} `invalid_command`, at once, if there was no answer before, or an option is not acceptable;
 * `closed` after 15 minutes, and once the gateway has ended that it came by.
 * @throws {TimeoutError} if nobody used one in time.
 * @throws the signal's reason if it is aborted first.
 *
 * @example
 * ```ts
 * import { actionRow, awaitComponent, command, dangerButton } from "@parley/parley/discord/interactions";
 *
 * command("wipe", "Deletes all, if you are sure", async (i) => {
 *   await i.reply({ content: "Are you sure?", components: [actionRow(dangerButton("yes", "Wipe"))] });
 *   const click = await awaitComponent(i, { where: (c) => c.user.id === i.user.id, timeout: 60_000 });
 *   await click.update({ content: "Done", components: [] });
 * });
 * ```
 */
export function awaitComponent(
  interaction: RepliableInteraction<APIInteraction>,
  options: AwaitComponentOptions = {},
): Promise<AwaitedComponent> {
  // They are protected from handlers, and this is none.
  const answer = interaction["answer"];
  const action = `await a component of ${interaction["label"]}`;
  answer.checkLater(action);
  const { where = () => true, signal, timeout = Infinity, tidy } = options;
  if (!(typeof timeout === "number" && timeout > 0)) {
    throw refusal(action, `its timeout is "${timeout}" ms; it must be above 0`);
  }
  if (typeof where !== "function") throw refusal(action, "its `where` is no function");
  const { outside: { clock, awaited, report, gateway }, payload: { id, message: before } } = answer;
  // Nothing comes by a gateway that has ended, and no process is to be kept for that.
  const gatewayOver = gateway?.["over"];
  const until = Math.min(clock.now() + timeout, answer.since + TOKEN_LIFE - TIDY_TIME);
  return answer.track(() =>
    new Promise((resolve, reject) => {
      const over = () => {
        awaited.delete(open);
        undo();
        signal?.removeEventListener("abort", onAbort);
        gatewayOver?.removeEventListener("abort", onGatewayOver);
      };
      const giveUp = async (reason: unknown) => {
        over();
        try {
          const { components } = answer;
          const edit = tidy ?? (components.length > 0 && { components: disabled(components) });
          if (edit) await answer.edit(action, edit);
        } catch (error) {
          // Who stood still may have no token by then to do so with.
          report(error);
        }
        reject(reason);
      };
      const onAbort = () => void giveUp(signal?.reason);
      const onGatewayOver = () => void giveUp(refusal(action, "the gateway has ended", "closed"));
      // It lasts as long as the handler that awaits it.
      const take = (i: AwaitedComponent) => {
        over();
        resolve(i);
        return new Promise<void>((ended) => void answer.onEnd.push(ended));
      };
      const open: Awaiting = (payload, answerOfUse) => {
        if (!isComponent(payload)) return undefined;
        const { id: message, interaction_metadata: made } = payload.message;
        if (made?.id !== id && message !== before?.id && message !== answer.reply) return undefined;
        const i: AwaitedComponent = new ComponentInteraction(payload, answerOfUse, {}, chosenIn(payload));
        return where(i) ? { i, handler: () => take(i) } : undefined;
      };
      awaited.add(open);
      const undo = clock.setTimer(until, () =>
        void giveUp(new TimeoutError(`Cannot ${action}: nobody used one in time`)));
      signal?.addEventListener("abort", onAbort, { once: true });
      gatewayOver?.addEventListener("abort", onGatewayOver, { once: true });
      if (signal?.aborted) {
        onAbort();
      } else if (gatewayOver?.aborted) {
        onGatewayOver();
      }
    })
  );
}

/** Components of which nothing can be used any more. */
function disabled(components: readonly APIMessageTopLevelComponent[]): APIMessageTopLevelComponent[] {
  // What has a `custom_id` in a message can be disabled; `JSON` visits all that is nested.
  return JSON.parse(
    JSON.stringify(components),
    (_, value) => value?.custom_id === undefined ? value : { ...value, disabled: true },
  );
}
