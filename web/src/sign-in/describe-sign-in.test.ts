import { describe, expect, it } from 'vitest';
import { describeConfirmRefusal, describeSignedOut, describeSignInRefusal } from './describe-sign-in.ts';

describe('describeSignedOut', () => {
  it('says that the session has timed out only where it has', () => {
    expect(describeSignedOut('timed_out')).toMatch(/^Your session has timed out/);
    expect(describeSignedOut('signed_out')).toBe('You have been signed out.');
    expect(describeSignedOut('ended')).toMatch(/^You have been signed out.*another device/);
  });

  it('says nothing to somebody who was not signed in', () => {
    expect(describeSignedOut(undefined)).toBeUndefined();
  });
});

describe('describeSignInRefusal', () => {
  it('does not tell a wrong name from a wrong password', () => {
    const said = describeSignInRefusal({ error: 'invalid_credentials', description: 'no such user' });
    expect(said).not.toMatch(/no such user/);
  });

  it('names the time to wait', () => {
    const refusal = { error: 'too_many_attempts', description: '' };
    expect(describeSignInRefusal({ ...refusal, retryAfterSeconds: 24 })).toMatch(/in 24 seconds/);
    expect(describeSignInRefusal({ ...refusal, retryAfterSeconds: 596 })).toMatch(/in 9 minutes 56 seconds\./);
    expect(describeSignInRefusal(refusal)).toMatch(/Wait a while/);
  });

  it('repeats what the server says otherwise', () => {
    expect(describeSignInRefusal({ error: 'device_limit_reached', description: 'Too many devices.' })).toBe(
      'Too many devices.',
    );
  });
});

describe('describeConfirmRefusal', () => {
  it('says nothing of a user name, since none was asked for', () => {
    expect(describeConfirmRefusal({ error: 'invalid_credentials', description: '' })).toBe(
      'That is not your password.',
    );
  });

  it('says of everything else what a sign-in says', () => {
    const refusal = { error: 'too_many_attempts', description: '', retryAfterSeconds: 24 };
    expect(describeConfirmRefusal(refusal)).toBe(describeSignInRefusal(refusal));
  });
});
