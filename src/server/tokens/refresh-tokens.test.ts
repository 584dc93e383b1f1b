import { describe, expect, it } from 'vitest';
import { sampleSession } from '../../../test/rotation/sample-session.ts';
import { createRootKeys } from '../keys/root-secrets.ts';
import { createRefreshTokens } from './refresh-tokens.ts';

const issuer = 'https://auth.example.com';
const policy = { retryWindow: 30_000, mayLose: 0, inactivityTimeout: null, absoluteLifetime: null };
const session = sampleSession({ sid: 'AAAAAAAAAAAAAAAAAAAAAA' });

describe.each(['stored', 'stateless'] as const)(
  'a %s refresh token under a root secret that is not configured',
  (mode) => {
    const settings = { mode, accepts: new Set([mode]), allowBearerRefresh: true, issuerText: issuer, policy };
    const open = (secret: string, monotonic: () => number) =>
      createRefreshTokens(createRootKeys([secret], issuer), settings, monotonic);
    const elsewhere = open('a root secret that only one server has', () => 0);

    it('may be genuine in the first hour after a start, and is forged from then on', () => {
      let now = 5;
      const here = open('the root secret that all servers have', () => now);
      const position = { generation: 3, branch: 1 };
      const foreign = elsewhere.issue(session, position, 0);
      now = 3_600_004;
      expect(here.authenticate(foreign)).toEqual({ kind: 'unknown_key' });
      now = 3_600_005;
      expect(here.authenticate(foreign)).toEqual({ kind: 'forged' });
      const own = here.authenticate(here.issue(session, position, 0));
      expect(own).toMatchObject({ kind: 'genuine', token: { sid: session.sid, ...position } });
    });
  },
);
