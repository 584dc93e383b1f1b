import { describe, expect, it } from 'vitest';
import { createRootKeys } from './root-secrets.ts';

const issuer = 'https://auth.example';
const secret = (text: string) => text.padEnd(32, '.');

/** Two secrets whose ids are the same: with 256 ids they are soon found. */
function twins(): readonly [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; ; index += 1) {
    const candidate = secret(`candidate ${index}`);
    const { id } = createRootKeys([candidate], issuer).newest;
    const twin = seen.get(id);
    if (twin !== undefined) return [twin, candidate];
    seen.set(id, candidate);
  }
}

describe('root secrets', () => {
  it('make the same keys on every server', () => {
    const [here, there] = [createRootKeys([secret('a')], issuer), createRootKeys([secret('a')], issuer)];
    expect(here.newest.id).toBe(there.newest.id);
    expect(here.newest.derive('refresh-token').export()).toEqual(there.newest.derive('refresh-token').export());
    expect(here.newest.derive('refresh-token').symmetricKeySize).toBe(32);
  });

  it('make another key for each purpose and each secret', () => {
    const [one, two] = [createRootKeys([secret('a')], issuer), createRootKeys([secret('b')], issuer)];
    const derived = [one, two].flatMap(({ newest }) => [newest.derive('refresh-token'), newest.derive('signing-key')]);
    expect(new Set(derived.map((key) => key.export().toString('hex'))).size).toBe(4);
  });

  it('make another key for the refresh tokens of another issuer', () => {
    const other = createRootKeys([secret('a')], 'https://other.example');
    const own = createRootKeys([secret('a')], issuer);
    expect(other.newest.derive('refresh-token').export()).not.toEqual(own.newest.derive('refresh-token').export());
    expect(other.newest.id).toBe(own.newest.id);
  });

  it('are found by their ids, the first one being the newest', () => {
    const [a, b] = [createRootKeys([secret('a')], issuer), createRootKeys([secret('b')], issuer)];
    const both = createRootKeys([secret('b'), secret('a')], issuer);
    expect(both.newest.id).toBe(b.newest.id);
    expect(both.find(a.newest.id)?.derive('refresh-token').export()).toEqual(a.newest.derive('refresh-token').export());
    expect(both.find(b.newest.id)?.derive('refresh-token').export()).toEqual(b.newest.derive('refresh-token').export());
    const unknown = Array.from({ length: 256 }, (_, id) => id).filter((id) => both.find(id) === undefined);
    expect(unknown).toHaveLength(254);
  });

  it('are at least one', () => {
    expect(() => createRootKeys([], issuer)).toThrow(new TypeError('secrets: at least one root secret is needed'));
  });

  it.each([['x'.repeat(31)], [''], [undefined], [32]])('are not %j, and the message shows nothing of it', (wrong) => {
    const creating = () => createRootKeys([secret('a'), wrong as string], issuer);
    expect(creating).toThrow(new TypeError('secrets[1]: a root secret has 32 characters or more'));
  });

  it('do not have the same id', () => {
    const [one, two] = twins();
    for (const pair of [
      [one, two],
      [two, one],
      [one, one],
    ]) {
      expect(() => createRootKeys(pair, issuer)).toThrow(/^secrets\[1\]: has the id of another root secret/);
    }
  });
});
