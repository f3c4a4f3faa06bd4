/**
 * What a server, or somebody in chat, can make an IRC session hold or do, at most. Beyond that nothing is kept,
 * and a `malformed` event says so; what is the session's own to answer goes without an answer.
 *
 * One line is bounded by `LONGEST_LINE`, what waits to be sent for the user by the {@linkcode MOST_QUEUED} of the
 * user's own commands, and a payload of SASL by {@linkcode LONGEST_CHALLENGE}.
 *
 * @module
 */

/** The largest WebSocket message of a line protocol that is taken unless the user says otherwise, in bytes. */
export const DEFAULT_MAX_LINES = 262_144;
/** Channels, those included that the user wants; the user may want more. Networks allow 10 to some hundreds. */
export const MOST_CHANNELS = 1_000;
/** Channels that `IrcState` believes us to be in: those the user wants beyond that many, too. */
export const MOST_KNOWN_CHANNELS = 10_000;
/** Members of channels that it knows, counted in each of their channels; the largest networks have 50,000 users. */
export const MOST_MEMBERS = 1_000_000;
/** Characters of texts that it keeps: masks, real names, topics. */
export const MOST_STATE_TEXT = 67_108_864;
/** Capabilities in force; all that IRCv3 and the servers have of their own are not half as many. */
export const MOST_CAPABILITIES = 256;
/** Parameters of `RPL_ISUPPORT`; no server has a tenth as many. */
export const MOST_TOKENS = 1_000;
/** Batches that are open at once; servers nest few. */
export const MOST_BATCHES = 100;
/** What batches that are open may hold together, in characters of lines, each counted as some hundred more. */
export const MOST_BATCHED = 8_388_608;
/** How often a link may change what counts as the same letter, which makes all names be folded again. */
export const MOST_REMAPS = 16;
/** Logins on a link that fail, each of which may take us half a second of cryptography. */
export const MOST_LOGINS = 10;
/** Characters of Base64 in a challenge of SASL; a nonce, a salt or a key take a few hundred. */
export const LONGEST_CHALLENGE = 16_000;
/** Lines of the session's own that wait, behind which a user's line waits: answers to CTCP, NICK, MONITOR, ISON. */
export const MOST_OWN = 16;
/** A user who has this many lines waiting will not see them sent in any useful time. */
export const MOST_QUEUED = 1_000;
/** How far PONGs, which do not wait, can hold up what does, in milliseconds. */
export const MOST_OWED = 60_000;
/** How long others' view of us, `nick!user@host`, can be to be reckoned with, in bytes; the longest hosts have 128. */
export const LONGEST_MASK = 300;
/** Characters of what answers one question; a list of 50,000 channels has some 5 million. */
export const MOST_ANSWERED = 33_554_432;
