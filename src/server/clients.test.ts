import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ConfidentialClient, resolveClients } from './clients.ts';

const secretSha256 = createHash('sha256').update('the secret').digest('hex');
const api: ConfidentialClient = { clientId: 'api', secretSha256, audience: ['https://api.example'] };

describe('the configured clients', () => {
  it('are any, all of them public, where none are configured', () => {
    const clients = resolveClients(undefined);
    expect([clients.isKnown('whoever'), clients.isConfidential('whoever')]).toEqual([true, false]);
    expect([clients.hasPublic, clients.hasConfidential]).toEqual([true, false]);
    expect(clients.authenticate('whoever', '')).toBeUndefined();
  });

  it('are those configured and no others', () => {
    const clients = resolveClients(['app', api]);
    expect(['app', 'api', 'App', 'apI', ''].map(clients.isKnown)).toEqual([true, true, false, false, false]);
    expect(['app', 'api'].map(clients.isConfidential)).toEqual([false, true]);
    expect([clients.hasPublic, clients.hasConfidential]).toEqual([true, true]);
    expect(resolveClients([api]).hasPublic).toBe(false);
  });

  it('authenticate themselves with their secret and with nothing else', () => {
    const clients = resolveClients(['app', api]);
    expect(clients.authenticate('api', 'the secret')).toEqual(api);
    for (const wrong of ['', 'the secret ', 'The secret', secretSha256]) {
      expect(clients.authenticate('api', wrong)).toBeUndefined();
    }
    for (const other of ['app', 'nobody', '']) expect(clients.authenticate(other, 'the secret')).toBeUndefined();
  });

  it.each<[string, unknown[], RegExp]>([
    ['a name that is none', ['an app'], /^clients: \[0\]: not a client id$/],
    ['an empty name', ['app', ''], /^clients: \[1\]: not a client id$/],
    ['a number', [7], /^clients: \[0\]: /],
    ['nothing', [null], /^clients: \[0\]: /],
    ['a list', [['app']], /^clients: \[0\]: /],
    ['a name twice', ['app', 'app'], /^clients: app is there twice$/],
    ['a public and a confidential client of one name', ['api', api], /^clients: api is there twice$/],
    ['no id', ['app', { secretSha256 }], /^clients: \[1\]\.clientId: missing$/],
    ['no hash', [{ clientId: 'api' }], /^clients: \[0\]\.secretSha256: missing$/],
    ['a secret in place of its hash', [{ ...api, secretSha256: 'the secret' }], /^clients: \[0\]\.secretSha256: 64 /],
    [
      'a hash in capitals',
      [{ ...api, secretSha256: secretSha256.toUpperCase() }],
      /^clients: \[0\]\.secretSha256: 64 /,
    ],
    ['an empty audience', [{ ...api, audience: [] }], /^clients: \[0\]\.audience: one or more names$/],
    ['a member that nobody knows', [{ ...api, secret: 'the secret' }], /^clients: \[0\]: .*secret/],
  ])('stop the start, and say which is wrong, where there is %s', (_name, clients, message) => {
    const construct = () => resolveClients(clients as ConfidentialClient[]);
    expect(construct).toThrow(TypeError);
    expect(construct).toThrow(message);
    expect(construct).not.toThrow('the secret');
  });
});
