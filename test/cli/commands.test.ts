import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addUser, get, login, openPlace, passwordOf, read, refresh, signIn } from './tallystick.ts';

describe('tallystick user', () => {
  it('adds users, whose password comes from standard input, and lists them', async () => {
    const place = openPlace();
    await addUser(place, 'ada');
    const added = await place.run(['user', 'add', 'Zoë'], { stdin: `${passwordOf('Zoë')}\n` });
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^added Zoë \([\w-]{16}\)\n$/), stderr: '' });
    const list = await place.run(['user', 'list']);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(list.stdout).toMatch(/^ada\t[\w-]{16}\tactive\nzoë\t[\w-]{16}\tactive\n$/);
    const again = await place.run(['user', 'add', 'ADA'], { stdin: passwordOf('ada') });
    expect(again).toEqual({ code: 1, stdout: '', stderr: 'tallystick: there is a user ADA already\n' });
  });

  it('adds nobody without a good password, and knows nobody who is not there', async () => {
    const place = openPlace();
    const adding = await place.run(['user', 'add', 'ada'], { stdin: '' });
    expect(adding).toEqual({ code: 1, stdout: '', stderr: 'tallystick: Use at least 8 characters.\n' });
    const disabling = await place.run(['user', 'disable', 'ada']);
    expect(disabling).toEqual({ code: 1, stdout: '', stderr: 'tallystick: there is no user ada\n' });
  });

  it('gives a user of a running server a new password, and ends their sessions at once', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve();
    const tokens = await signIn(server);
    const setting = await place.run(['user', 'password', 'ADA'], {
      stdin: 'a new password of hers\nand a second line\n',
    });
    const stdout = 'set the password of ADA and ended all their sessions\n';
    expect(setting).toEqual({ code: 0, stdout, stderr: '' });
    expect((await refresh(server, tokens.refresh_token)).status).toBe(400);
    expect((await get(server, '/me', tokens.access_token)).status).toBe(401);
    expect((await login(server)).status).toBe(401);
    expect((await login(server, 'ada', 'a new password of hers')).status).toBe(200);
  });

  it('sets no password that is not good, and none of nobody', async () => {
    const place = openPlace();
    await addUser(place);
    const [empty, unknown] = await Promise.all(['ada', 'eve'].map((name) => place.run(['user', 'password', name])));
    expect(empty).toEqual({ code: 1, stdout: '', stderr: 'tallystick: Use at least 8 characters.\n' });
    expect(unknown).toEqual({ code: 1, stdout: '', stderr: 'tallystick: there is no user eve\n' });
  });

  it('disables a user of a running server at once', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve();
    const tokens = await signIn(server);
    const disabling = await place.run(['user', 'disable', 'ada']);
    expect(disabling).toMatchObject({ code: 0, stdout: 'disabled ada and ended all their sessions\n' });
    expect((await refresh(server, tokens.refresh_token)).status).toBe(400);
    expect((await get(server, '/me', tokens.access_token)).status).toBe(401);
    expect((await login(server)).status).toBe(401);
    expect((await place.run(['user', 'list'])).stdout).toContain('\tdisabled\n');
    const enabling = await place.run(['user', 'enable', 'ada']);
    expect(enabling).toEqual({ code: 0, stdout: 'enabled ada\n', stderr: '' });
    expect((await login(server)).status).toBe(200);
    expect((await refresh(server, tokens.refresh_token)).status).toBe(400);
  });
});

describe('tallystick device', () => {
  it('lists a user’s devices and removes one from a running server', async () => {
    const place = openPlace();
    await addUser(place);
    const server = await place.serve();
    const [here, there] = [await signIn(server), await signIn(server)];
    const { stdout } = await place.run(['device', 'list', 'ada']);
    const rows = stdout.split('\n').filter(Boolean);
    expect(rows).toHaveLength(2);
    expect(rows.find((row) => row.startsWith(there.device_id))).toMatch(
      /^[\w-]{11}\t[^\t]+\t\d{4}-\d\d-\d\dT\d\d:00:00.000Z\t127\.0\.0\.1\tsigned in$/,
    );
    const removing = await place.run(['device', 'remove', 'ada', there.device_id]);
    expect(removing).toMatchObject({ code: 0, stdout: `removed ${there.device_id}\n` });
    expect((await refresh(server, there.refresh_token)).status).toBe(400);
    expect((await get(server, '/me', here.access_token)).status).toBe(200);
    const again = await place.run(['device', 'remove', 'ada', there.device_id]);
    expect(again).toMatchObject({ code: 1, stderr: `tallystick: ada has no device ${there.device_id}\n` });
  });
});

describe('an id that begins with a dash', () => {
  it.each(['-sKMeEoOpd0', '--KMeEoOpd0'])('is taken as it stands: %s', async (id) => {
    const place = openPlace();
    await addUser(place);
    expect(await place.run(['device', 'remove', 'ada', id])).toMatchObject({
      code: 1,
      stderr: `tallystick: ada has no device ${id}\n`,
    });
    expect((await place.run(['key', 'remove', id])).stderr).toContain(id);
    expect(await place.run(['device', 'remove', '--help'])).toMatchObject({ code: 0 });
  });
});

describe('tallystick key', () => {
  it('publishes a next key', async () => {
    const place = openPlace();
    const { stdout } = await place.run(['key', 'roll']);
    const [kid] = stdout.split(' ');
    expect((await place.run(['key', 'list'])).stdout).toMatch(
      new RegExp(`^[\\w-]{43}\tES256\tsigning\n${kid}\tES256\tnext\n$`),
    );
  });
});

describe('tallystick', () => {
  it.each([[['no']], [['user', 'ad', 'ada']], [['constructor']], [['__proto__']]])('does not know %j', async (args) => {
    const place = openPlace();
    const { code, stdout, stderr } = await place.run(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^tallystick: ".*" is not a command; see tallystick --help\n$/);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it.each([
    [['user', 'add'], '"user add" takes NAME and nothing else'],
    [['user', 'list', '--demo'], '"user list" takes nothing else'],
    [['device', 'remove', 'ada'], '"device remove" takes USER and ID and nothing else'],
    [['--loud'], "Unknown option '--loud'"],
  ])('says what is wrong with %j', async (args, problem) => {
    const place = openPlace();
    const stderr = `tallystick: ${problem}; see tallystick --help\n`;
    expect(await place.run(args)).toEqual({ code: 1, stdout: '', stderr });
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('keeps its data and its secret readable by their owner alone', async () => {
    const place = openPlace();
    await place.run(['key', 'list']);
    const folder = join(place.folder, '.tallystick');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toMatch(/^[\w-]{43}\n$/);
  });
});

describe('a server that cannot start', () => {
  const oneLine = (variable: string) => new RegExp(`^tallystick: ${variable}: [^\\n]+\\n$`);

  it('says in one line which variable is wrong', async () => {
    const place = openPlace();
    const wrong = await place.run(['serve'], { environment: { TALLYSTICK_RETRY_WINDOW_SECONDS: 'soon' } });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(oneLine('TALLYSTICK_RETRY_WINDOW_SECONDS')),
    });
  });

  it('says that another secret does not open its store', async () => {
    const place = openPlace();
    await place.run(['key', 'list']);
    const environment = { TALLYSTICK_SECRET: 'another secret than there was before' };
    const result = await place.run(['serve'], { environment });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(oneLine('TALLYSTICK_SECRET')) });
    expect(result.stderr).not.toContain('another secret');
  });

  it('says that its port is taken, demo or not', async () => {
    const place = openPlace();
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    for (const args of [['serve'], ['serve', '--demo']]) {
      const result = await place.run(args, { environment: { PORT: port, TALLYSTICK_LOG_LEVEL: 'silent' } });
      expect(result).toMatchObject({ code: 1, stderr: `tallystick: PORT: ${port} is in use already\n` });
    }
  });
});

describe('tallystick serve --demo', () => {
  it('is for loopback', async () => {
    const place = openPlace();
    const result = await place.run(['serve', '--demo'], { environment: { HOST: '0.0.0.0' } });
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^tallystick: HOST: .*\n$/) });
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('shares no store with real users', async () => {
    const place = openPlace();
    await addUser(place);
    const result = await place.run(['serve', '--demo'], { environment: { PORT: '0' } });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/^tallystick: TALLYSTICK_STORE: .*\n$/) });
    expect((await place.run(['user', 'list'])).stdout).toMatch(/^ada\t[^\n]*\n$/);
  });

  it('opens a bank whose verifier hears of a removed device within a second', async () => {
    const place = openPlace();
    const server = await place.serve({}, '--demo');
    const signInAlice = async () =>
      read<{ access_token: string; device_id: string }>(await login(server, 'alice', 'correct horse battery staple'));
    const here = await signInAlice();
    const secondsUntilRefused = async () => {
      const there = await signInAlice();
      expect((await get(server, '/bank/account', there.access_token)).status).toBe(200);
      await fetch(`${server.url}/devices/${there.device_id}`, {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${here.access_token}` },
      });
      const removed = performance.now();
      while ((await get(server, '/bank/account', there.access_token)).status !== 401);
      return (performance.now() - removed) / 1000;
    };
    // Of three, so that a machine which stalls for a moment is not taken for a bank that is slow.
    const times = [await secondsUntilRefused(), await secondsUntilRefused(), await secondsUntilRefused()];
    expect(Math.min(...times)).toBeLessThan(1);
    expect((await get(server, '/bank/account', here.access_token)).status).toBe(200);
  });
});
