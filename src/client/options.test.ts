import { describe, expect, it } from 'vitest';
import { createClient } from './create-client.ts';
import { type ClientOptions, readOptions } from './options.ts';

const issuer = 'https://auth.example/base/';

describe('readOptions', () => {
  it('asks for cookies, stays silent, and gives the token to the issuer alone', () => {
    expect(readOptions({ issuer }, true)).toMatchObject({
      issuer: 'https://auth.example/base',
      delivery: 'cookie',
      renew: 'silent',
      askSeconds: 60,
      allowedOrigins: ['https://auth.example'],
      park: true,
    });
  });

  it('parks in pages only, unless told', () => {
    expect(readOptions({ issuer }, false).park).toBe(false);
    expect(readOptions({ issuer, park: true }, false).park).toBe(true);
  });

  it.each([
    ['issuer', { issuer: '/auth' }],
    ['allowedOrigins', { issuer, allowedOrigins: ['api.example'] }],
    ['delivery', { issuer, delivery: 'header' }],
    ['renew', { issuer, renew: 'always' }],
    ['askSeconds', { issuer, askSeconds: 19 }],
    ['askSeconds', { issuer, askSeconds: Number.NaN }],
  ])('names %s where it is wrong: %j', (name, options) => {
    expect(() => createClient(options as ClientOptions)).toThrow(new TypeError(`createClient: ${name}`));
  });
});
