// Attack: on what the verifier knows of revocations: have it forget one, have it believe one that nobody made, or have it
// go on with what is old.
import { describe, expect, it } from 'vitest';
import type { RevocationEntry } from '../../../src/protocol/wire.ts';
import type { Verifier, VerifierEvent, VerifierOptions } from '../../../src/verifier/index.ts';
import { FakeIssuer, verdict } from '../../verifier/fake-issuer.ts';

/** A verifier that follows its issuer's feed over `fetch`, and the stream that the issuer writes to. */
async function followedFeed(options: Partial<VerifierOptions> = {}) {
  const issuer = new FakeIssuer();
  const events: VerifierEvent[] = [];
  const waiting: { readonly type: string; resolve(event: VerifierEvent): void }[] = [];
  const onEvent = (event: VerifierEvent) => {
    events.push(event);
    const place = waiting.findIndex(({ type }) => type === event.type);
    if (place >= 0) waiting.splice(place, 1)[0]?.resolve(event);
  };
  const told = (type: VerifierEvent['type']) =>
    new Promise<VerifierEvent>((resolve) => waiting.push({ type, resolve }));
  const writers: WritableStreamDefaultWriter<Uint8Array>[] = [];
  issuer.answers.set('/revocations', () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
      highWaterMark: 99,
    });
    writers.push(writable.getWriter());
    return new Response(readable, { headers: { 'content-type': 'text/event-stream' } });
  });
  const verifier = issuer.verifier({ feed: { secret: issuer.feedSecret }, onEvent, ...options });
  const write = (type: string, data: string) =>
    void writers
      .at(-1)
      ?.write(new TextEncoder().encode(`event: ${type}\ndata: ${data}\n\n`))
      .catch(() => {});
  const say = async (type: 'snapshot' | 'entries', entries: readonly RevocationEntry[], changes = {}) => {
    const done = told(type === 'snapshot' ? 'feed_snapshot' : 'feed_entries');
    issuer.entries.push(...entries);
    write(type, JSON.stringify(issuer.revocations({ entries, reset: type === 'snapshot', ...changes })));
    await done;
  };
  return { issuer, verifier, events, told, write, say };
}

const closing = async <Result>(verifier: Verifier, run: () => Promise<Result>): Promise<Result> => {
  try {
    return await run();
  } finally {
    verifier.close();
  }
};

describe('a verifier on a feed', () => {
  it('accepts nothing before its first snapshot, and says 503', async () => {
    const { issuer, verifier, say } = await followedFeed();
    await closing(verifier, async () => {
      expect(await verdict(verifier, issuer.token())).toBe('feed_cold');
      await say('snapshot', []);
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    });
  });

  it('accepts nothing where the feed cannot be had', async () => {
    const issuer = new FakeIssuer();
    issuer.answers.set('/revocations', () => Promise.reject(new Error('down')));
    const verifier = issuer.verifier({ feed: { secret: issuer.feedSecret } });
    await closing(verifier, async () => expect(await verdict(verifier, issuer.token())).toBe('feed_cold'));
  });

  it('has nothing taken back: not by a snapshot without it, not by an earlier moment', async () => {
    const { issuer, verifier, say } = await followedFeed();
    await closing(verifier, async () => {
      const [first, second] = [issuer.claims(), issuer.claims({ sub: 'bob' })];
      await say('snapshot', [
        { position: 1, sid: String(first.sid) },
        { position: 2, sub: 'bob', before: issuer.now + 1 },
      ]);
      const both = async () => [
        await verdict(verifier, issuer.token(first)),
        await verdict(verifier, issuer.token(second)),
      ];
      expect(await both()).toEqual(['revoked', 'revoked']);
      await say('snapshot', []);
      expect(await both()).toEqual(['revoked', 'revoked']);
      await say('entries', [{ position: 3, sub: 'bob', before: 1 }]);
      await say('entries', [{ position: 4, sub: 'bob', before: 2, except: String(second.sid) }]);
      expect(await both()).toEqual(['revoked', 'revoked']);
    });
  });

  it('keeps an entry for as long as any token that it could stop', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxLifetimeSeconds: 900, maxStalenessSeconds: 3600 });
    await closing(verifier, async () => {
      const claims = issuer.claims();
      const token = issuer.token(claims);
      await say('snapshot', [{ position: 1, sid: String(claims.sid) }]);
      for (const seconds of [...Array<number>(15).fill(60), 4]) {
        issuer.advance(seconds);
        await say('snapshot', []);
        expect(await verdict(verifier, token)).toBe('revoked');
      }
      expect(verifier.status().feed?.entries).toBe(1);
      for (const seconds of [1, 60, 60]) {
        issuer.advance(seconds);
        await say('snapshot', []);
      }
      expect([await verdict(verifier, token), verifier.status().feed?.entries]).toEqual(['expired', 0]);
    });
  });

  it('is not made to forget by a clock that jumps ahead and is set right again', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxLifetimeSeconds: 900 });
    await closing(verifier, async () => {
      const claims = issuer.claims();
      const token = issuer.token(claims);
      await say('snapshot', [{ position: 1, sid: String(claims.sid) }]);
      issuer.advance(86_400);
      await say('snapshot', []);
      issuer.advance(-86_400);
      await say('snapshot', []);
      for (let minute = 0; minute < 14; minute += 1) {
        issuer.advance(60);
        await say('snapshot', []);
        expect(await verdict(verifier, token)).toBe('revoked');
      }
    });
  });

  it('would rather refuse everyone than forget anyone, where there is no room', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxRevocations: 10 });
    await closing(verifier, async () => {
      const claims = issuer.claims();
      await say('snapshot', [{ position: 1, sid: String(claims.sid) }]);
      await say(
        'entries',
        Array.from({ length: 10 }, (_, index) => ({ position: index + 2, sid: `sid-${index}` })),
      );
      expect(await verdict(verifier, issuer.token(claims))).toBe('revoked');
      expect(await verdict(verifier, issuer.token())).toBe('feed_stale');
      expect(verifier.status().feed?.entries).toBe(10);
    });
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', 'null'],
    ['no entries', JSON.stringify({ cursor: 'c', reset: true, head_read_at: 1_790_000_000 })],
    ['an entry about nobody', entryText({ position: 1 })],
    ['an entry whose position is a text', entryText({ position: '1', sid: 'x' })],
    ['an entry about a number', entryText({ position: 1, sid: 7 })],
    ['an entry from no moment', entryText({ position: 1, sub: 'alice' })],
    ['an entry from a moment that never comes', entryText({ position: 1, sub: 'alice', before: 1e300 })],
    ['an entry that spares a number', entryText({ position: 1, sub: 'alice', before: 1, except: 7 })],
    ['a head in the shape of a text', entryText({ position: 1, sid: 'x' }, '1790000000')],
  ])('takes in %s from nobody, and connects again', async (_, data) => {
    const { issuer, verifier, told, write, say } = await followedFeed();
    await closing(verifier, async () => {
      const claims = issuer.claims();
      await say('snapshot', [{ position: 1, sid: String(claims.sid) }]);
      const ended = told('feed_disconnected');
      write('entries', data);
      expect(await ended).toEqual({ type: 'feed_disconnected', reason: 'not a message of the feed' });
      expect(await verdict(verifier, issuer.token(claims))).toBe('revoked');
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    });
  });

  it('is not fresh for being talked to: what counts is when the head was last read', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxStalenessSeconds: 30 });
    await closing(verifier, async () => {
      const readAt = issuer.now / 1000;
      await say('snapshot', []);
      issuer.advance(31);
      await say('snapshot', [], { head_read_at: readAt });
      expect(await verdict(verifier, issuer.token())).toBe('feed_stale');
      await say('snapshot', []);
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    });
  });

  it('hangs up on a line that has gone dead, before what it knows is too old', async () => {
    const { issuer, verifier, told, say } = await followedFeed({ maxStalenessSeconds: 1 });
    await closing(verifier, async () => {
      await say('snapshot', []);
      expect(await told('feed_disconnected')).toEqual({ type: 'feed_disconnected', reason: 'no answer in time' });
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    });
  });

  it('is not fresh for longer because the server’s clock is ahead', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxStalenessSeconds: 30 });
    await closing(verifier, async () => {
      await say('snapshot', [], { head_read_at: issuer.now / 1000 + 3600 });
      expect(verifier.status().feed).toMatchObject({ state: 'live', ageSeconds: 0 });
      issuer.advance(31);
      expect(await verdict(verifier, issuer.token())).toBe('feed_stale');
      await say('snapshot', []);
      expect(await verdict(verifier, issuer.token())).toBe('ok');
    });
  });

  it('is not fresh for longer because our own clock has gone back', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxStalenessSeconds: 30 });
    await closing(verifier, async () => {
      await say('snapshot', []);
      issuer.advance(-3600);
      expect(await verdict(verifier, issuer.token())).toBe('ok');
      issuer.advance(31);
      expect(await verdict(verifier, issuer.token())).toBe('feed_stale');
    });
  });

  it('does not grow fresher by an old message', async () => {
    const { issuer, verifier, say } = await followedFeed({ maxStalenessSeconds: 30 });
    await closing(verifier, async () => {
      await say('snapshot', []);
      issuer.advance(20);
      await say('snapshot', []);
      await say('snapshot', [], { head_read_at: issuer.now / 1000 - 20 });
      expect(verifier.status().feed).toMatchObject({ state: 'live', ageSeconds: 0 });
    });
  });
});

describe('the feed secret', () => {
  it('goes to the feed alone, and no redirect takes it anywhere else', async () => {
    const issuer = new FakeIssuer();
    const elsewhere = { location: 'https://evil.example.net/revocations' };
    issuer.answers.set('/revocations', () => new Response(null, { status: 307, headers: elsewhere }));
    const failed = Promise.withResolvers<VerifierEvent>();
    const onEvent = (event: VerifierEvent) => event.type === 'feed_disconnected' && failed.resolve(event);
    const verifier = issuer.verifier({ feed: { secret: issuer.feedSecret }, onEvent });
    await closing(verifier, async () => {
      expect(await failed.promise).toEqual({ type: 'feed_disconnected', reason: 'status 307' });
      await verifier.verify(issuer.token());
      const told = issuer.requests.filter(({ init }) =>
        JSON.stringify([...new Headers(init.headers)]).includes(issuer.feedSecret),
      );
      expect(new Set(told.map(({ url }) => url))).toEqual(new Set(['https://auth.example.com/revocations']));
      expect(new Set(issuer.requests.map(({ init }) => init.redirect))).toEqual(new Set(['manual']));
    });
  });

  it('is in no event', async () => {
    const { issuer, verifier, events, say } = await followedFeed();
    await closing(verifier, async () => {
      await say('snapshot', []);
      await verifier.verify(issuer.token());
      await verifier.verify(`${issuer.token()}x`);
      expect(JSON.stringify(events)).not.toContain(issuer.feedSecret);
    });
  });
});

function entryText(entry: Record<string, unknown>, head_read_at: unknown = 1_790_000_000): string {
  return JSON.stringify({ cursor: 'c', reset: true, head_read_at, entries: [entry] });
}
