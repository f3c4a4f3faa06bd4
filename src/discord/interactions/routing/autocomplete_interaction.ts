import type { APIApplicationCommandAutocompleteInteraction } from "discord-api-types/v10";
import type { Answer } from "../interaction/answer.ts";
import { Interaction } from "../interaction/interaction.ts";
import type { Choice } from "./options.ts";

/**
 * Somebody is typing an option of a slash command.
 *
 * @typeParam Value What the option takes.
 *
 * @example
 * ```ts
 * import { command, option } from "@parley/parley/discord/interactions";
 *
 * const cities = ["Berlin", "Bern", "Bonn"];
 * command("weather", "Tells the weather", {
 *   city: option.string("Where", {
 *     required: true,
 *     autocomplete: (i) => i.suggest(cities.filter((city) => city.startsWith(i.value))),
 *   }),
 * }, (i) => i.reply(`It rains in ${i.options.city}`));
 * ```
 */
export class AutocompleteInteraction<in Value extends string | number = string | number>
  extends Interaction<APIApplicationCommandAutocompleteInteraction> {
  /** Tells interactions apart. */
  readonly kind = "autocomplete";
  /** The name of the option that is being typed. */
  readonly name: string;
  /** What is typed so far. */
  readonly value: string;
  /** What is given so far of all options, unchecked: it is not complete. */
  readonly options: Readonly<Record<string, string | number | boolean>>;

  /** Takes what Discord sent, and the options of the command or subcommand that is typed. */
  constructor(
    payload: APIApplicationCommandAutocompleteInteraction,
    answer: Answer,
    given: readonly GivenOption[],
  ) {
    super(payload, answer);
    const focused = given.find((option) => option.focused === true);
    this.name = focused?.name ?? "";
    this.value = String(focused?.value ?? "");
    this.options = Object.fromEntries(given.map(({ name, value }) => [name, value ?? ""]));
  }

  /** What to call it in an error. */
  protected override get label(): string {
    return `"${this.payload.data.name}"`;
  }

  /**
   * Suggests choices: at most 25, each a value, or a name with a value.
   *
   * Source: Discord, "Application Commands", Autocomplete.
   *
   * @throws {CommandError} `invalid_command`, at once, if they are not acceptable or there was an answer before;
   * `closed` if it comes too late.
   */
  suggest(choices: readonly Choice<Value>[]): Promise<void> {
    const listed = choices.map((choice) =>
      typeof choice === "object" ? choice : { name: String(choice), value: choice }
    );
    return this.answer.respond(`suggest choices for ${this.label}`, { type: 8, data: { choices: listed } });
  }
}

/** An option as Discord sends it. */
export interface GivenOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean;
  readonly options?: readonly GivenOption[];
  readonly focused?: boolean;
}
