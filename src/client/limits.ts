/**
 * The numbers that the client lives by, times in milliseconds. It imports nothing, so that bundlers put them where they are used.
 */

/** How long an exchange takes at most: a third of the server's retry window. */
export const exchangeTime = 10_000;

/** How often the server is told that a session is over, unless it has heard. */
export const signOutTries = 4;

/** Who waits is told of a failure when the next try is further off than this: after five or so. */
export const longestRest = 6_000;

/** A token this young was not refused for its age: another would be refused as well. */
export const young = 5_000;

/** An access token with less left than this might not arrive alive. */
export const tooShort = 2_000;

/** A session younger than this is left alone, whatever its times say: no answer leads to a loop. */
export const settles = 1_000;

/** How long a tab that was heard of may take to answer. Who takes longer is not waited for again before they speak. */
export const answerTime = 1_000;

/** The same where nobody was heard of yet. Most likely nobody is there. */
export const firstAnswerTime = 100;

/** For less nobody is asked whether to stay (WCAG 2.2.1). */
export const shortestAsk = 20_000;

/** No timer is set for longer, so that nothing rests on one. */
export const longestLook = 3_600_000;

/** The ends are told in whole seconds: a refresh right at the end might still extend what nobody asked to extend. */
export const certainlyOver = 2_000;
