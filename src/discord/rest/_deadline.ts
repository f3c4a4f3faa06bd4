/** How long Discord waits for the first answer, in milliseconds. In a file of its own: few need more than this. */
export const ANSWER_WITHIN = 3_000;
