// Attack: claim another address, to guess from many places at once or to have somebody else locked out.
import { describe, expect, it } from 'vitest';
import { openServer, type ServerOptions } from '../../server/open-server.ts';

/** The address that the server took a sign-in to come from. */
async function seenAddress(from: string, forwarded: string | undefined, options: ServerOptions = {}): Promise<string> {
  const server = await openServer(options);
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  const { access_token } = await server.login({}, { from, headers });
  return (await server.me(access_token)).body.device.last_ip;
}

describe('X-Forwarded-For', () => {
  it.each(['198.51.100.1', '127.0.0.1', '198.51.100.1, 10.0.0.1'])(
    'of %j is not believed from just anybody',
    async (claim) => {
      expect(await seenAddress('192.0.2.1', claim)).toBe('192.0.2.1');
      expect(await seenAddress('192.0.2.1', claim, { trustedProxies: ['10.0.0.0/8'] })).toBe('192.0.2.1');
    },
  );

  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['6.6.6.6, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['10.9.9.9, 10.8.8.8', '10.9.9.9'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['6.6.6.6, nonsense', '10.0.0.1'],
    ['198.51.100.1:443', '198.51.100.1'],
    ['6.6.6.6:1, 198.51.100.1:5555, 10.9.9.9:80', '198.51.100.1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[::ffff:198.51.100.1]:443', '198.51.100.1'],
    ['2001:db8::1:443', '2001:db8::1:443'],
    ['198.51.100.1:http', '10.0.0.1'],
    ['[198.51.100.1', '10.0.0.1'],
    ['6.6.6.6, []:80', '10.0.0.1'],
    ['', '10.0.0.1'],
    [undefined, '10.0.0.1'],
  ])('of %j from a trusted proxy means %s', async (claim, expected) => {
    expect(await seenAddress('10.0.0.1', claim, { trustedProxies: ['10.0.0.0/8'] })).toBe(expected);
  });

  it('is believed from a proxy that is named in either family', async () => {
    const options = { trustedProxies: ['::1', '127.0.0.1'] };
    for (const proxy of ['::1', '127.0.0.1', '::ffff:127.0.0.1']) {
      expect(await seenAddress(proxy, '198.51.100.1', options)).toBe('198.51.100.1');
    }
  });

  it('does not get more guesses for whoever makes up addresses', async () => {
    const checked: string[] = [];
    const server = await openServer({
      trustedProxies: ['10.0.0.1'],
      authenticate: ({ password }) => {
        checked.push(password);
        return { authenticated: false };
      },
    });
    for (let index = 0; index < 30; index += 1) {
      const headers = { 'X-Forwarded-For': `6.6.6.${index}, 198.51.100.7`, Forwarded: `for=6.6.7.${index}` };
      await server.ask('POST', '/login', { json: { username: 'ada', password: 'x' }, from: '10.0.0.1', headers });
    }
    expect(checked).toHaveLength(10);
  });
});
