import { OptionError } from "../../../protocol/errors.ts";
import { checkComponent } from "../../rest/bodies/components.ts";

/** Gives a component that was built, once it is within Discord's limits. */
export function built<Component extends { readonly type: number }>(
  what: string,
  component: Component,
): Component {
  checkComponent((why) => {
    throw new OptionError(`Cannot build ${what}: ${why}`);
  }, component);
  return component;
}
