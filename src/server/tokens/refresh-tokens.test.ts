import { describe, expect, it } from 'vitest';
import { createRootKeys } from '../keys/root-secrets.ts';
import { createRefreshTokens } from './refresh-tokens.ts';

const issuer = 'https://auth.example.com';
const token = { sid: 'AAAAAAAAAAAAAAAAAAAAAA', generation: 3, branch: 1 };

describe('a refresh token under a root secret that is not configured', () => {
  const elsewhere = createRefreshTokens(createRootKeys(['a root secret that only one server has'], issuer), () => 0);

  it('may be genuine in the first hour after a start, and is forged from then on', () => {
    let now = 5;
    const here = createRefreshTokens(createRootKeys(['the root secret that all servers have'], issuer), () => now);
    const foreign = elsewhere.issue(token);
    now = 3_600_004;
    expect(here.authenticate(foreign)).toEqual({ kind: 'unknown_key' });
    now = 3_600_005;
    expect(here.authenticate(foreign)).toEqual({ kind: 'forged' });
    expect(here.authenticate(here.issue(token))).toEqual({ kind: 'genuine', token });
  });
});
