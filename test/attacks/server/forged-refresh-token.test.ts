// Attack: make a refresh token up, or change a genuine one, from everything but the root secret.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeBase64url } from '../../../src/protocol/base64url.ts';
import { encodeRefreshToken, parseRefreshToken, refreshTokenBody } from '../../../src/protocol/refresh-token.ts';
import { expectError, issuer, openServer, secret, type TestServer } from '../../server/open-server.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Presents texts wherever a refresh token is taken, and insists that the store was not asked about any of them. */
async function expectUnread(server: TestServer, texts: readonly string[]): Promise<void> {
  const before = server.store.calls.length;
  for (const text of texts) {
    const answer = await server.refresh(text);
    // A root key that is not known may be one that is to come, which is no reason to sign anybody out.
    expect([400, 503]).toContain(answer.status);
    expectError(answer, answer.status, answer.status === 400 ? 'invalid_grant' : 'temporarily_unavailable');
    expect((await server.ask('POST', '/logout', { form: { refresh_token: text } })).status).toBe(answer.status);
  }
  expect(server.store.calls.slice(before)).toEqual([]);
}

async function openAttacked() {
  const server = await openServer();
  const { refresh_token } = await server.login();
  const parts = parseRefreshToken(refresh_token);
  if (parts === undefined) throw new Error('the server gave something that is no token');
  return { server, token: refresh_token, parts };
}

describe('a refresh token', () => {
  it('with any one letter changed is refused unread', async () => {
    const { server, token } = await openAttacked();
    const changed = [...token].flatMap((letter, index) => {
      const other = alphabet[(alphabet.indexOf(letter) + 1) % 64] ?? 'A';
      return [token.slice(0, index) + other + token.slice(index + 1)];
    });
    await expectUnread(server, changed);
    expect((await server.refresh(token)).status).toBe(200);
  });

  it('cut off or drawn out anywhere is refused unread', async () => {
    const { server, token } = await openAttacked();
    const cut = Array.from({ length: token.length }, (_, length) => token.slice(0, length)).filter(Boolean);
    await expectUnread(server, [...cut, `${token}A`, `${token}=`, `${token}\n`, `A${token}`, token.repeat(2)]);
  });

  it('of pure chance is refused unread', async () => {
    const { server } = await openAttacked();
    await expectUnread(
      server,
      Array.from({ length: 300 }, (_, index) => `tsr_${randomBytes(30 + (index % 20)).toString('base64url')}`),
    );
  });

  it('at another place of a genuine session is refused unread, whatever MAC it borrows', async () => {
    const { server, parts } = await openAttacked();
    const forged = [
      { ...parts, generation: 1 },
      { ...parts, branch: 1 },
      { ...parts, generation: 2 ** 32 - 1 },
      { ...parts, sid: randomBytes(16).toString('base64url') },
      { ...parts, rootKeyId: (parts.rootKeyId + 1) % 256 },
    ].flatMap((claimed) => {
      const body = refreshTokenBody(claimed);
      return [parts.mac, new Uint8Array(16), randomBytes(16)].map((mac) => encodeRefreshToken(body, mac));
    });
    await expectUnread(server, forged);
  });

  it('under a key of another purpose, or no key at all, is refused unread', async () => {
    const { server, parts } = await openAttacked();
    const body = refreshTokenBody({ ...parts, generation: 1 });
    const derive = (info: string) => Buffer.from(hkdfSync('sha256', secret, '', info, 32));
    const shardSecret = Buffer.from(await server.store.shardSecret());
    server.store.calls.length = 0;
    const keys = [
      Buffer.alloc(0),
      Buffer.alloc(32),
      Buffer.from(secret),
      Buffer.from(issuer),
      shardSecret,
      derive('tallystick signing-key'),
      derive(`tallystick signing-key ${issuer}`),
      derive('tallystick refresh-token'),
      derive('tallystick refresh-token https://other.example'),
    ];
    await expectUnread(
      server,
      keys.map((key) => encodeRefreshToken(body, createHmac('sha256', key).update(body).digest())),
    );
  });

  it('in another encoding of the same bytes is refused unread', async () => {
    const { server, token } = await openAttacked();
    const bytes = Buffer.from(decodeBase64url(token.slice(4)) ?? []);
    const twin = token.slice(0, -1) + (alphabet[alphabet.indexOf(token.at(-1) ?? 'A') ^ 1] ?? '');
    await expectUnread(server, [
      `tsr_${bytes.toString('base64')}=`,
      `tsr_${bytes.toString('hex')}`,
      `TSR_${token.slice(4)}`,
      twin,
    ]);
  });
});
