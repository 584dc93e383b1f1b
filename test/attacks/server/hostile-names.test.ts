// The name of a device is read by its user and, in a terminal, by operators. What a browser says about itself becomes one, and a
// header may hold what commands a terminal (U+009B begins a sequence there), hides or turns the writing round.
import { expect, it } from 'vitest';
import { listDevices } from '../../../src/cli/commands/device.ts';
import { openServer } from '../../server/open-server.ts';

const password = 'a password of some length';
const hostile = [
  ['colours', '\x9b31mEvil'],
  ['is nothing but the start of a sequence', '\x9b'],
  ['hides and breaks lines', 'E\xadv\x85il'],
  ['clears the screen until it is cut off', '\x9b2J'.repeat(30)],
] as const;

it.each(hostile)('a browser whose name %s puts nothing into the lists that cannot be shown', async (_does, browser) => {
  const server = await openServer({ users: { ada: password } });
  const headers = { 'User-Agent': `${browser}/1.0 (X11) like nothing` };
  const { access_token } = await server.login({ password }, { headers });
  const [device] = (await server.ask('GET', '/devices', { bearer: access_token })).body.devices;
  for (const said of [device.name, device.browser, device.platform]) expect(said).not.toMatch(/\p{C}/u);
  expect(device.name).not.toBe('');
  expect(await listDevices(server.auth, 'ada')).toMatch(/^[^\p{C}]+(\t[^\p{C}]+){4}\n$/u);
});

it('a name that a host passes on, or changes, is kept without what cannot be shown', async () => {
  const server = await openServer();
  const deviceName = 'My \u202ephone\u001b[2J\u2066';
  const created = await server.auth.createSession({ subject: 'ada', deviceName });
  if (created.kind !== 'created') throw new Error(created.kind);
  const id = created.tokens.device_id;
  expect(await server.auth.listDevices('ada')).toMatchObject([{ id, name: 'My phone[2J' }]);
  await server.auth.changeDevice('ada', id, { name: '\u001b\u202e' });
  expect(await server.auth.listDevices('ada')).toMatchObject([{ name: 'My phone[2J' }]);
  await server.auth.changeDevice('ada', id, { name: 'Tablet\u200b\r\n' });
  expect(await server.auth.listDevices('ada')).toMatchObject([{ name: 'Tablet' }]);
});
