import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../stores/memory/index.ts';
import { resolveSettings } from './options.ts';
import { warningsOf } from './warnings.ts';

const store = createMemoryStore();
const secrets = ['the root secret of these tests is long'];

describe('the warnings of a start', () => {
  it.each([
    [3600, []],
    [3601, [expect.stringContaining('maxLifetimeSeconds')]],
  ])('name the verifier’s option where access tokens of %d seconds are longer than it allows', (seconds, warnings) => {
    const settings = resolveSettings({ store, secrets, issuer: 'https://auth.example', accessTokenSeconds: seconds });
    expect(warningsOf(settings)).toEqual(warnings);
  });
});
