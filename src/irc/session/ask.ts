import type { SaslAnswer, SaslAsk } from "./registration/sasl.ts";
import type { StsLoadAnswer, StsLoadAsk, StsSaveAnswer, StsSaveAsk } from "./registration/sts.ts";

/** Asks to do what is to be done before channels are joined, such as to log in or to be cloaked. */
export interface BeforeJoinAsk {
  readonly kind: "before_join";
}

/** Answers a {@linkcode BeforeJoinAsk}: that is done. */
export interface BeforeJoinAnswer {
  readonly kind: "may_join";
}

/** What an IRC session asks of the outside: cryptography for SASL, the policies of STS, and leave to join channels. */
export type IrcAsk = SaslAsk | StsLoadAsk | StsSaveAsk | BeforeJoinAsk;

/** What answers an {@linkcode IrcAsk}. */
export type IrcAnswer = SaslAnswer | StsLoadAnswer | StsSaveAnswer | BeforeJoinAnswer;
