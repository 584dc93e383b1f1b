/**
 * Tells the server that a session is over. It may be told again and again, so it is until somebody has heard.
 */
import { backoff } from './backoff.ts';
import { type Context, pause } from './context.ts';
import { signOutTries } from './limits.ts';
import type { Post } from './post.ts';

/**
 * Resolves when the server has heard, or when it is no use to try on: the session then ends by its own limits.
 *
 * @param refreshToken With delivery in the body.
 */
export async function endOnServer(
  context: Context,
  post: Post,
  sessionId: string,
  refreshToken: string | undefined,
): Promise<void> {
  for (let attempt = 0; attempt < signOutTries; attempt += 1) {
    const { status, retryAfter } = await post('/logout', sessionId, { refresh_token: refreshToken });
    if (status && status < 500 && status !== 429) return;
    await pause(context, backoff(attempt, retryAfter, context.random()));
  }
}
