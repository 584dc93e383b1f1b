import { describe, expect, it } from 'vitest';
import { encodeRefreshToken, refreshTokenBody } from '../../../src/protocol/refresh-token.ts';
import { readPosition } from './read-position.ts';

const tokenAt = (generation: number, branch: number) =>
  encodeRefreshToken(
    refreshTokenBody({ rootKeyId: 7, sid: 'AAAAAAAAAAAAAAAAAAAAAA', generation, branch }),
    new Uint8Array(16).fill(1),
  );

describe('readPosition', () => {
  it.each([
    [0, 0],
    [3, 1],
    [300, 128],
  ])('reads generation %i and branch %i from the token', (generation, branch) => {
    expect(readPosition(tokenAt(generation, branch))).toEqual({ generation, branch });
  });

  it('puts a token of another format at the beginning', () => {
    expect(readPosition('eyJ0eXAiOiJydCtqd3QifQ.e30.c2ln')).toEqual({ generation: 0, branch: 0 });
  });
});
