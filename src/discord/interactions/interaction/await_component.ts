import type { APIMessage, APIMessageTopLevelComponent } from "discord-api-types/v10";
import type { ComponentInteraction } from "./component_interaction.ts";
import type { EditOptions } from "./interaction.ts";

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

/** Somebody awaits the use of a component. */
export interface Waiter {
  /** Whether a message is of the interaction that awaits. */
  readonly isOf: (message: APIMessage) => boolean;
  /** Whether it is the one. */
  readonly where: (i: AwaitedComponent) => boolean;
  /** Hands it over; resolves when whoever awaited it has ended. */
  readonly take: (i: AwaitedComponent) => Promise<void>;
}

/** Components of which nothing can be used any more. */
export function disabled(
  components: readonly APIMessageTopLevelComponent[],
): APIMessageTopLevelComponent[] {
  // What has a `custom_id` in a message can be disabled; `JSON` visits all that is nested.
  return JSON.parse(
    JSON.stringify(components),
    (_, value) => value?.custom_id === undefined ? value : { ...value, disabled: true },
  );
}
