import type { SaslAnswer, SaslAsk } from "./registration/sasl.ts";
import type { StsLoadAnswer, StsLoadAsk, StsSaveAnswer, StsSaveAsk } from "./registration/sts.ts";

/** What an IRC session asks of the outside: cryptography for SASL, and the policies of STS. */
export type IrcAsk = SaslAsk | StsLoadAsk | StsSaveAsk;

/** What answers an {@linkcode IrcAsk}. */
export type IrcAnswer = SaslAnswer | StsLoadAnswer | StsSaveAnswer;
