import { describe, expect, it } from 'vitest';
import { createLog, logEvents } from './create-log.ts';

const from = { address: '192.0.2.7', userAgent: '' };
const madeUp = { type: 'refresh_refused', sid: undefined, reason: 'forged', from } as const;

function setUp() {
  const lines: Record<string, unknown>[] = [];
  let now = 0;
  const write = (line: string) => {
    const { time: _, ...told } = JSON.parse(line);
    lines.push(told);
  };
  const log = createLog('info', { write });
  return {
    lines,
    listener: logEvents(log, () => now),
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('the log', () => {
  it('tells of a flood of made-up tokens once a second, and how many it did not tell of', () => {
    const { lines, listener, wait } = setUp();
    for (let count = 0; count < 10_000; count += 1) listener(madeUp);
    expect(lines).toEqual([{ level: 30, msg: 'refresh_refused', reason: 'forged', from, untold: 0 }]);
    wait(1_000);
    listener(madeUp);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ msg: 'refresh_refused', untold: 9_999 });
  });

  it('tells of every refusal of a session there is', () => {
    const { lines, listener } = setUp();
    for (let count = 0; count < 5; count += 1) listener({ ...madeUp, sid: 'a-session', reason: 'revoked' });
    expect(lines).toHaveLength(5);
  });

  it('holds nothing of what a browser says that would command a terminal', () => {
    const { lines, listener } = setUp();
    const userAgent = '\x9b2JMozilla\x7f\x85/5.0\xad';
    listener({ type: 'sign_in_failed', reason: 'failed', from: { ...from, userAgent } });
    expect(lines).toMatchObject([{ from: { ...from, userAgent: '2JMozilla/5.0' } }]);
  });
});
