import { expect, it } from 'vitest';
import { plainRotation } from './plain-rotation.ts';
import type { SessionPolicy } from './session-policy.ts';

const policy: SessionPolicy = { retryWindow: 30_000, mayLose: 0, inactivityTimeout: 60_000, absoluteLifetime: null };

it('says null where nothing was presented', () => {
  expect(plainRotation({ generation: 3, branch: 1 }, policy)).toEqual({
    generation: 3,
    branch: 1,
    clientId: null,
    keyThumbprint: null,
    deadline: null,
    retryWindow: 30_000,
    inactivityTimeout: 60_000,
  });
});

it('carries the client, the key and the deadline', () => {
  const presented = { generation: 3, branch: 1, clientId: 'app', keyThumbprint: 'key', deadline: 5 };
  expect(plainRotation(presented, policy)).toMatchObject({ clientId: 'app', keyThumbprint: 'key', deadline: 5 });
});

it('has no deadline where the retry window is 0, as the rule checks none', () => {
  const presented = { generation: 3, branch: 1, deadline: 5 };
  expect(plainRotation(presented, { ...policy, retryWindow: 0 }).deadline).toBeNull();
});
