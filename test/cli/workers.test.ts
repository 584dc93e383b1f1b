import { expect, it } from 'vitest';
import { addUser, login, openPlace, refresh, refreshed, signIn } from './tallystick.ts';

const several = ['--workers', '2'];

it('serves with several processes on one port and one store, and stops them all', async () => {
  const place = openPlace();
  await addUser(place);
  const server = await place.serve({ TALLYSTICK_RETRY_WINDOW_SECONDS: '0' }, ...several);
  await server.logged('all workers are listening');
  const sessions = await Promise.all(Array.from({ length: 4 }, () => signIn(server)));
  // Connections of their own, so that each round meets whichever process is next.
  for (const [index, { refresh_token }] of sessions.entries()) {
    const next = await refreshed(server, refresh_token);
    expect((await refresh(server, next.refresh_token)).headers.get('tallystick-refresh'), String(index)).toBe('rotate');
  }
  expect(processesOf(server.log).size).toBe(2);
  expect(await server.stop()).toBe(0);
  await expect(fetch(server.url)).rejects.toThrow();
});

it('is told to stop from the moment that it says to be listening', async () => {
  expect(await (await openPlace().serve({}, ...several)).stop()).toBe(0);
});

it('replaces a process that was killed, and loses no session by it', async () => {
  const place = openPlace();
  await addUser(place);
  const server = await place.serve({}, ...several);
  await server.logged('all workers are listening');
  const { refresh_token } = await signIn(server);
  const [first] = processesOf(server.log);
  process.kill(Number(first), 'SIGKILL');
  await server.logged('a worker has ended');
  expect((await refreshed(server, refresh_token)).refresh_token).not.toBe(refresh_token);
  expect(await server.stop()).toBe(0);
});

it('checks as many guesses with several processes as one process would', async () => {
  const place = openPlace();
  await addUser(place);
  const server = await place.serve({}, ...several);
  await server.logged('all workers are listening');
  // Connections of their own, as above.
  const guesses = await Promise.all(Array.from({ length: 100 }, () => login(server, 'ada', 'a wrong password')));
  const statuses = guesses.map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(90);
  expect(await server.stop()).toBe(0);
});

it.each([
  ['a number that is none', ['--workers', 'two'], {}, '--workers: 1 to 99 processes'],
  ['a store of one process', several, { TALLYSTICK_STORE: 'memory:' }, 'TALLYSTICK_STORE: a store in memory'],
  ['the demo', ['--demo', ...several], {}, '--workers: the demo keeps its bank in one process'],
  ['what a process of it cannot do', several, { HOST: '192.0.2.1' }, 'HOST: 192.0.2.1 cannot be listened on'],
])('refuses %s in one line', async (_what, args, environment, message) => {
  const { code, stderr } = await openPlace().run(['serve', ...args], { environment: { PORT: '0', ...environment } });
  expect(stderr).toMatch(new RegExp(`^tallystick: ${message}.*\n$`));
  expect(code).toBe(1);
});

function processesOf(log: readonly string[]): ReadonlySet<number> {
  return new Set(log.filter((line) => line.includes('"listening"')).map((line) => JSON.parse(line).pid));
}
