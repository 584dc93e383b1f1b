/**
 * The sessions that refresh tokens belong to which came along with a sign-in, of any age: they tell the device, and end.
 */
import type { Context } from '../context.ts';
import type { SessionToEnd } from './sign-out.ts';

/** A session that was shown. `subject` and `deviceId` are known where the token is stateless. */
export interface PresentedSession extends SessionToEnd {
  readonly deviceId?: string | undefined;
}

/** The sessions of the genuine tokens among `texts`. */
export function presentedSessions({ refreshTokens }: Context, texts: readonly string[]): readonly PresentedSession[] {
  return texts.flatMap((text) => {
    const found = refreshTokens.authenticate(text);
    if (found.kind !== 'genuine') return [];
    const { sid, session } = found.token;
    return [{ sid, subject: session?.subject, deviceId: session?.deviceId }];
  });
}
