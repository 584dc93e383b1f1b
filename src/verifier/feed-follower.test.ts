import { setImmediate as yieldOnce } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FollowedFeed, messageOf } from '../../test/verifier/fake-feed.ts';

let feed = new FollowedFeed();
afterEach(() => feed.stop());

function follow(options: ConstructorParameters<typeof FollowedFeed>[0] = {}): FollowedFeed {
  feed.stop();
  feed = new FollowedFeed(options);
  return feed;
}

/** A follower that has its snapshot, up to position 3, over a stream. */
async function followToSnapshot(options: Parameters<typeof follow>[0] = {}) {
  const { connections, received } = follow(options);
  const stream = (await connections.take()).stream();
  stream.send('snapshot', messageOf(3, 1, { reset: true }));
  await received.take();
  return stream;
}

describe('a follower on an event stream', () => {
  it('asks for a stream with the secret, and for nothing that it has not had yet', async () => {
    const { connections } = follow();
    const { url, headers } = await connections.take();
    expect(url.href).toBe('https://auth.example.com/revocations');
    expect(Object.fromEntries(headers)).toEqual({
      accept: 'text/event-stream',
      authorization: 'Bearer the feed secret',
    });
  });

  it('brings the snapshot, then entries and heartbeats as they come', async () => {
    const { connections, received } = follow();
    const stream = (await connections.take()).stream();
    stream.send('snapshot', messageOf(3, 1));
    stream.send('entries', messageOf(5, 4));
    stream.send('heartbeat', messageOf(5));
    stream.send('entries', messageOf(6, 6));
    expect(await received.take()).toMatchObject({ isSnapshot: true, message: { entries: [{}, {}, {}] } });
    expect(await received.take()).toMatchObject({
      isSnapshot: false,
      message: { entries: [{ sid: 'session-4' }, {}] },
    });
    expect(await received.take()).toMatchObject({ isSnapshot: false, message: { entries: [] } });
    expect(await received.take()).toMatchObject({ message: { cursor: 'cursor-6' } });
  });

  it('ignores events that it does not know, and comments', async () => {
    const stream = await followToSnapshot();
    stream.write(': still here\n\n');
    stream.send('notice', 'anything');
    stream.send('heartbeat', messageOf(3));
    expect(await feed.received.take()).toMatchObject({ message: { cursor: 'cursor-3' } });
  });

  it('comes back after a pause, and goes on from where it was', async () => {
    const stream = await followToSnapshot();
    stream.end();
    expect(await feed.pass()).toBe(250);
    const again = await feed.connections.take();
    expect(again.headers.get('last-event-id')).toBe('cursor-3');
    again.stream().send('entries', messageOf(4, 4));
    expect(await feed.received.take()).toMatchObject({ isSnapshot: false, message: { cursor: 'cursor-4' } });
    expect(feed.events).toEqual([{ type: 'feed_disconnected', reason: 'the stream has ended' }]);
  });

  it('takes a reset for what it is: everything that is held', async () => {
    (await followToSnapshot()).end();
    await feed.pass();
    (await feed.connections.take()).stream().send('snapshot', messageOf(90, 80, { reset: true }));
    expect(await feed.received.take()).toMatchObject({ isSnapshot: true, message: { cursor: 'cursor-90' } });
    expect(feed.events.map(({ type }) => type)).toEqual(['feed_disconnected']);
  });

  it('takes a connection that falls silent for dead', async () => {
    await followToSnapshot({ silence: 20 });
    expect(await feed.told.take()).toEqual({ type: 'feed_disconnected', reason: 'no answer in time' });
    expect((await feed.connections.take()).url.search).toBe('?after=cursor-3');
  });

  it('takes a connection on which nobody ever answers for dead, and hangs up', async () => {
    const { connections, told } = follow({ silence: 20 });
    const connection = await connections.take();
    expect(await told.take()).toEqual({ type: 'feed_disconnected', reason: 'no answer in time' });
    expect(connection.signal.aborted).toBe(true);
    expect((await connections.take()).headers.get('accept')).toBe('application/json');
  });

  it('hangs up and asks no more once it is stopped', async () => {
    const { connections, stop } = follow();
    const connection = await connections.take();
    connection.stream().send('snapshot', messageOf(1, 1));
    await feed.received.take();
    stop();
    expect(connection.signal.aborted).toBe(true);
    await feed.pass();
    expect(connections.length).toBe(0);
    expect(feed.events).toEqual([]);
  });

  it('reads a snapshot in pieces of any size', async () => {
    const { connections, received } = follow();
    const stream = (await connections.take()).stream();
    const text = new TextEncoder().encode(`event: snapshot\r\ndata: ${JSON.stringify(messageOf(3, 1))}\r\n\r\n`);
    for (const byte of text) stream.write(Uint8Array.of(byte));
    expect(await received.take()).toMatchObject({ isSnapshot: true, message: { cursor: 'cursor-3' } });
  });
});

describe('a follower on a stream by which the head is not read anew', () => {
  const silence = 60_000;

  it('hangs up in time where only comments come through, however many, and asks in turns from where it was', async () => {
    const stream = await followToSnapshot({ silence });
    for (let comments = 0; comments < 10; comments += 1) {
      stream.write(': still here\n\n');
      await yieldOnce();
      feed.passed += silence / 10;
    }
    stream.write(': still here\n\n');
    expect(await feed.told.take()).toEqual({ type: 'feed_disconnected', reason: 'no news in time' });
    const again = await feed.connections.take();
    expect(again.url.href).toBe('https://auth.example.com/revocations?after=cursor-3');
    again.answer(Response.json(messageOf(4, 4, { head_read_at: 1_790_000_001 })));
    expect(await feed.received.take()).toMatchObject({ isSnapshot: false, message: { cursor: 'cursor-4' } });
  });

  it('takes heartbeats that tell the same old time for no sign of life', async () => {
    const stream = await followToSnapshot({ silence });
    feed.passed += silence;
    stream.send('heartbeat', messageOf(3));
    expect(await feed.told.take()).toEqual({ type: 'feed_disconnected', reason: 'no news in time' });
  });

  it('stays while the time that they tell goes on, from wherever the clock of the server was set to', async () => {
    const stream = await followToSnapshot({ silence });
    for (const head_read_at of [1_790_000_001, 1_780_000_000, 1_780_000_001, 1_780_000_002]) {
      feed.passed += silence / 2;
      stream.send('heartbeat', messageOf(3, 4, { head_read_at }));
      await feed.received.take();
    }
    expect(feed.events).toEqual([]);
  });

  it('stays while a long snapshot is on its way', async () => {
    const { connections, received } = follow({ silence });
    const stream = (await connections.take()).stream();
    const text = `event: snapshot\ndata: ${JSON.stringify(messageOf(30, 1))}\n\n`;
    for (let start = 0; start < text.length; start += 100) {
      stream.write(text.slice(start, start + 100));
      await yieldOnce();
      feed.passed += silence / 2;
    }
    expect(await received.take()).toMatchObject({ isSnapshot: true, message: { cursor: 'cursor-30' } });
    expect(feed.events).toEqual([]);
  });

  it('comes back later each time to a server that has lost its store, and asks it no oftener in turns', async () => {
    const stream = await followToSnapshot({ silence });
    feed.passed += silence;
    stream.send('heartbeat', messageOf(3));
    const pauses: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      (await feed.connections.take()).answer(Response.json(messageOf(3)));
      pauses.push(await feed.pass());
      const again = (await feed.connections.take()).stream();
      again.send('heartbeat', messageOf(3));
      await yieldOnce();
      feed.passed += silence;
      again.send('heartbeat', messageOf(3));
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000]);
  });
});

describe('a follower that something has gone past', () => {
  it.each([
    ['entries after a gap', () => messageOf(6, 5)],
    ['entries it has had already', () => messageOf(3, 2)],
    ['a heartbeat further on', () => messageOf(4)],
    ['a heartbeat further back', () => messageOf(2)],
  ])('asks for everything again: %s', async (_, message) => {
    const stream = await followToSnapshot();
    stream.send('entries', message());
    expect(await feed.told.take()).toEqual({ type: 'feed_gap' });
    await feed.pass();
    const again = await feed.connections.take();
    expect(again.headers.get('last-event-id')).toBeNull();
    again.stream().send('snapshot', messageOf(6, 1));
    expect(await feed.received.take()).toMatchObject({ isSnapshot: true, message: { cursor: 'cursor-6' } });
    expect(feed.received.length).toBe(0);
  });
});

describe('a follower that gets no stream', () => {
  it('asks in turns, from where it was each time', async () => {
    const { connections, received } = follow();
    (await connections.take()).answer(Response.json(messageOf(3, 1)));
    const first = await connections.take();
    expect([first.url.href, first.headers.get('accept')]).toEqual([
      'https://auth.example.com/revocations',
      'application/json',
    ]);
    first.answer(Response.json(messageOf(3, 1, { reset: true })));
    expect(await received.take()).toMatchObject({ isSnapshot: true });
    expect(await feed.pass()).toBe(1000);
    const second = await connections.take();
    expect(second.url.href).toBe('https://auth.example.com/revocations?after=cursor-3');
    second.answer(Response.json(messageOf(4, 4)));
    expect(await received.take()).toMatchObject({ isSnapshot: false, message: { cursor: 'cursor-4' } });
  });

  it('tries the stream again after a minute', async () => {
    const { connections } = follow();
    (await connections.take()).answer(Response.json({}));
    for (let turn = 0; turn < 60; turn += 1) {
      const connection = await connections.take();
      expect(connection.headers.get('accept')).toBe('application/json');
      connection.answer(Response.json(messageOf(3, turn === 0 ? 1 : 4)));
      await feed.pass();
    }
    await feed.pass();
    const again = await connections.take();
    expect([again.headers.get('accept'), again.headers.get('last-event-id')]).toEqual([
      'text/event-stream',
      'cursor-3',
    ]);
  });

  it('asks in turns where a stream is opened but nothing comes through', async () => {
    const { connections } = follow({ silence: 20 });
    (await connections.take()).stream();
    expect((await connections.take()).headers.get('accept')).toBe('application/json');
  });
});

describe('a follower of a server that is down', () => {
  it.each([1, 0])('comes back later each time, up to ten seconds, spread out (random %d)', async (random) => {
    const { connections } = follow({ random });
    const pauses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      (await connections.take()).fail('connection refused');
      (await connections.take()).fail('connection refused');
      pauses.push(await feed.pass());
    }
    const longest = [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000];
    expect(pauses).toEqual(longest.map((pause) => (random === 1 ? pause : pause / 2)));
    expect(feed.events[0]).toEqual({ type: 'feed_disconnected', reason: 'connection refused' });
  });

  it('starts over with short pauses once it has heard something', async () => {
    const { connections } = follow();
    for (let turn = 0; turn < 3; turn += 1) {
      (await connections.take()).answer(new Response('', { status: 503 }));
      (await connections.take()).answer(new Response('', { status: 503 }));
      await feed.pass();
    }
    const stream = (await connections.take()).stream();
    stream.send('snapshot', messageOf(1, 1));
    await feed.received.take();
    stream.end();
    expect(await feed.pass()).toBe(250);
  });
});
