/** Whether, and how, an interaction is deferred whose handler takes long; see {@linkcode AutoDeferOptions}. */
export type AutoDefer = boolean | AutoDeferOptions;

/** How an interaction is deferred whose handler takes long. */
export interface AutoDeferOptions {
  /** After how many milliseconds, less than the 3,000 that Discord waits. @default {2_000} */
  readonly after?: number;
  /** Whether only the user sees it, and the reply that comes after it. @default {false} */
  readonly ephemeral?: boolean;
}
