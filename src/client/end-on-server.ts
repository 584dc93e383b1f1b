/**
 * Tells the server that a session is over. It may be told again and again, so it is until somebody has heard.
 */
import { backoff } from './backoff.ts';
import type { Environment } from './environment.ts';
import { exchange, retryAfterOf } from './exchange.ts';
import type { Settings } from './options.ts';
import { clientHeader } from './refresh-session.ts';

const tries = 4;

/** Resolves when the server has heard, or when it is no use to try on: the session then ends by its own limits. */
export async function endOnServer(
  environment: Environment,
  { issuer, delivery }: Settings,
  { sessionId, token }: { readonly sessionId: string; readonly token: string | undefined },
): Promise<void> {
  const inCookie = delivery === 'cookie';
  const init: RequestInit = {
    method: 'POST',
    keepalive: true,
    headers: inCookie ? { [clientHeader]: sessionId } : {},
    credentials: inCookie ? 'include' : 'omit',
    ...(!inCookie && token !== undefined && { body: new URLSearchParams({ refresh_token: token }) }),
  };
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const answer = await exchange(environment, `${issuer}/logout`, init);
    if (answer.kind === 'answer' && answer.status < 500 && answer.status !== 429) return;
    const wait = backoff(attempt, retryAfterOf(answer), environment.random());
    await new Promise<void>((resolve) => environment.setTimer(resolve, wait));
  }
}
