import type {
  APIModalInteractionResponse,
  APIModalInteractionResponseCallbackComponent,
  APIModalInteractionResponseCallbackData,
} from "discord-api-types/v10";
import type { CustomId, CustomIdArguments } from "../parts/custom_id.ts";

/** What a modal shows. */
export interface ModalForm<
  Components extends readonly APIModalInteractionResponseCallbackComponent[] =
    readonly APIModalInteractionResponseCallbackComponent[],
> {
  /** 1 to 45 characters. */
  readonly title: string;
  /** 1 to 5: labels around fields, and texts. */
  readonly components: Components;
}

/** A modal that was defined: how it is called, and what it shows. */
export interface DefinedModal<Pattern extends string> {
  /** Builds and matches its `custom_id`. */
  readonly customId: CustomId<Pattern>;
  /** What it shows. */
  readonly form: ModalForm;
}

/** A modal to reply with: one that was defined with what its `custom_id` carries, or as Discord takes it. */
export type ModalAnswer<Pattern extends string> =
  | [modal: DefinedModal<Pattern>, ...params: CustomIdArguments<Pattern>]
  | [modal: APIModalInteractionResponseCallbackData];

/** The response that shows a modal. */
export function modalResponse<Pattern extends string>(
  answer: ModalAnswer<Pattern>,
): APIModalInteractionResponse {
  if (!isDefined(answer)) return { type: 9, data: answer[0] };
  const [{ customId, form }, ...params] = answer;
  const { title, components } = form;
  return { type: 9, data: { custom_id: customId.build(...params), title, components: [...components] } };
}

function isDefined<Pattern extends string>(
  answer: ModalAnswer<Pattern>,
): answer is [modal: DefinedModal<Pattern>, ...params: CustomIdArguments<Pattern>] {
  return "customId" in answer[0];
}
