import { describe, expect, it } from 'vitest';
import { describeTrouble } from './describe-trouble.ts';

const refused = (status: number, error = 'e') => ({ kind: 'refused', status, error, description: 'Because.' }) as const;

describe('describeTrouble', () => {
  it('says nothing where the request was done', () => {
    expect(describeTrouble({ kind: 'done', value: 1 })).toBeUndefined();
  });

  it('repeats what the server says about the request', () => {
    expect(describeTrouble(refused(400))).toBe('Because.');
  });

  it('keeps what the server says about itself to itself', () => {
    expect(describeTrouble(refused(503))).toMatch(/Try again/);
    expect(describeTrouble(refused(503))).not.toMatch(/Because/);
  });

  it('says that nothing was done where the session had ended', () => {
    expect(describeTrouble({ kind: 'given-up' })).toMatch(/Not done/);
  });

  it('speaks of the session where the server speaks of the access token', () => {
    expect(describeTrouble(refused(401, 'invalid_token'))).toMatch(/session/);
  });

  it('asks for a look at the connection where nobody answers', () => {
    expect(describeTrouble({ kind: 'unreachable' })).toMatch(/connection/);
  });
});
