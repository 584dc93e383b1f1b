import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

describe('createClock', () => {
  const time = { monotonic: 500, wall: 1_000_000 };
  const start = () => {
    Object.assign(time, { monotonic: 500, wall: 1_000_000 });
    return createClock(
      () => time.monotonic,
      () => time.wall,
    );
  };

  it('counts by the monotonic clock', () => {
    const clock = start();
    const began = clock.now();
    time.monotonic += 60_000;
    time.wall += 60_000;
    expect(clock.now() - began).toBe(60_000);
    expect(clock.unseen()).toBe(0);
  });

  it('adds what only the wall clock saw pass', () => {
    const clock = start();
    const began = clock.now();
    time.wall += 3_600_000;
    expect(clock.now() - began).toBe(3_600_000);
    expect(clock.unseen()).toBe(3_600_000);
  });

  it('never goes back', () => {
    const clock = start();
    const began = clock.now();
    time.wall -= 3_600_000;
    time.monotonic += 1000;
    expect(clock.now() - began).toBe(1000);
  });

  it('does not add up rounding and drift', () => {
    const clock = start();
    const began = clock.now();
    for (let count = 0; count < 1000; count += 1) {
      time.monotonic += 10;
      time.wall += count % 2 === 0 ? 11 : 9;
      clock.now();
    }
    expect(clock.now() - began).toBe(10_000);
  });
});
