/**
 * The refresh tokens of both modes as one: made in the format that a session is to have, and authenticated in the formats
 * that are accepted, without a look at the store.
 */
import type { TokenPosition } from '../../session/decide-refresh.ts';
import type { SessionRecord } from '../../session/session-record.ts';
import type { RootKeys } from '../keys/root-secrets.ts';
import { allowsBearerRefresh, type Settings } from '../options.ts';
import type { TokenAuthenticity } from './genuine-token.ts';
import { createStatelessTokens } from './stateless-tokens.ts';
import { createStoredTokens } from './stored-tokens.ts';

/** Makes and checks the refresh tokens of one issuer. */
export interface RefreshTokens {
  /** The token of `session` at a position, as of `now`. */
  issue(session: SessionRecord, position: TokenPosition, now: number): string;
  /** Whether a text is a token of this issuer, in a format that is accepted. However old: that is **not** looked at. */
  authenticate(text: string): TokenAuthenticity;
}

type RefreshTokenSettings = Pick<Settings, 'mode' | 'accepts' | 'allowBearerRefresh' | 'issuerText' | 'policy'>;

/** How long after a start an unknown root-key id may mean that the secret has not arrived here yet, in milliseconds. */
const settlingTime = 3_600_000;

/** Makes them; `monotonic` gives milliseconds, and tells how long this server has been up. */
export function createRefreshTokens(
  rootKeys: RootKeys,
  settings: RefreshTokenSettings,
  monotonic: () => number,
): RefreshTokens {
  const startedAt = monotonic();
  const stored = createStoredTokens(rootKeys);
  const stateless = createStatelessTokens(rootKeys, settings);
  const formats = { stored, stateless };
  const accepted = [...settings.accepts].map((mode) => formats[mode]);
  return {
    issue: (session, position, now) =>
      answersStateless(settings, session)
        ? stateless.issue(session, position, now)
        : stored.issue({ sid: session.sid, generation: position.generation, branch: position.branch }),
    authenticate: (text) => {
      const results = accepted.map((format) => format.authenticate(text));
      const found = results.find(({ kind }) => kind !== 'forged') ?? { kind: 'forged' };
      const isSettled = monotonic() - startedAt >= settlingTime;
      return found.kind === 'unknown_key' && isSettled ? { kind: 'forged' } : found;
    },
  };
}

/** A bearer session stays a stored one, rather than become a token that anybody who has a copy can use unseen. */
export function answersStateless(
  settings: Pick<Settings, 'mode' | 'allowBearerRefresh'>,
  { keyThumbprint }: Pick<SessionRecord, 'keyThumbprint'>,
): boolean {
  return settings.mode === 'stateless' && (keyThumbprint !== null || allowsBearerRefresh(settings));
}
