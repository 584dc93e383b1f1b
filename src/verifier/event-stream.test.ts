import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventStreamReader, type StreamEvent } from './event-stream.ts';

function readAll(pieces: readonly string[], maxLength = 1000): readonly StreamEvent[] {
  const reader = createEventStreamReader(maxLength);
  return pieces.flatMap((piece) => reader.push(piece));
}

describe('an event stream', () => {
  it.each(['\n', '\r\n', '\r'])('ends its lines with %j', (end) => {
    const text = ['event: entries', 'id: 7', 'data: {}', '', ''].join(end);
    expect(readAll([text, '.'])).toEqual([{ type: 'entries', data: '{}', id: '7' }]);
  });

  it('joins the lines of data, and takes one space off each', () => {
    expect(readAll(['data: a\ndata:b\ndata:  c\ndata\n\n'])).toEqual([{ type: 'message', data: 'a\nb\n c\n', id: '' }]);
  });

  it('keeps an id until another is given, and takes none with a NUL', () => {
    const events = readAll(['id: 1\ndata: a\n\ndata: b\n\nid: 2\0\ndata: c\n\nid\ndata: d\n\n']);
    expect(events.map(({ id }) => id)).toEqual(['1', '1', '1', '']);
  });

  it('leaves out comments, unknown fields and events without data', () => {
    expect(readAll([': hello\nretry: 5\nfoo: bar\n\nevent: heartbeat\n\n'])).toEqual([]);
  });

  it('does not carry the type of an event over to the next', () => {
    expect(readAll(['event: a\n\ndata: x\n\n'])).toEqual([{ type: 'message', data: 'x', id: '' }]);
  });

  it('gives an event only when it is whole', () => {
    expect(readAll(['data: a\n'])).toEqual([]);
    expect(readAll(['data: a', '\n', '\n'])).toHaveLength(1);
  });

  it('knows whether a line is under way, and takes a comment for none', () => {
    const reader = createEventStreamReader(100);
    const pieces = ['data: a', '\n', '\n', ':', ' hello', '\n', 'e', '', 'vent: b\n\n'];
    const isMidLine = pieces.map((piece) => {
      reader.push(piece);
      return reader.isMidLine();
    });
    expect(isMidLine).toEqual([true, false, false, false, false, false, true, true, false]);
  });

  it('says the same in whatever pieces it comes', () => {
    const line = fc.constantFrom('data: x', 'data', 'event: y', 'id: 3', ': z', '', '');
    const end = fc.constantFrom('\n', '\r', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end)), fc.array(fc.nat(60)), (lines, cuts) => {
        // A return at the very end could still be the first half of a line's end.
        const text = `${lines.map((parts) => parts.join('')).join('')}:`;
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted((a, b) => a - b);
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        expect(readAll(pieces)).toEqual(readAll([text]));
      }),
      { numRuns: 500 },
    );
  });

  it('stops where an event is longer than allowed, not where many are', () => {
    expect(() => readAll(['data: ', 'x'.repeat(60), 'x'.repeat(60)], 100)).toThrow(RangeError);
    expect(readAll(new Array(50).fill('data: x\n\n'), 100)).toHaveLength(50);
  });
});
