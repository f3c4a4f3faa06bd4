/**
 * What Twitch, or somebody in chat, can make a session hold, at most. Channels, JOINs, PARTs, permits and what we
 * are in a channel are kept for channels that the user wants or speaks in only: a server adds none. What is
 * remembered so that it is told once is forgotten when there is more of it, the oldest first: it may then be told
 * twice, and nothing is lost.
 *
 * @module
 */

/** Messages remembered while another link takes over: far more than a busy link brings meanwhile. */
export const MOST_REMEMBERED = 4_096;
/** Their characters, all together: lines of Twitch's have some hundreds each, and may have thousands. */
export const LONGEST_REMEMBERED = 4_000_000;
/** Whispers remembered: each connection of an account brings each, all at about the same time. */
export const MOST_WHISPERS = 256;
/** A user who has this many messages waiting will not see them sent in any useful time. */
export const MOST_QUEUED = 1_000;
