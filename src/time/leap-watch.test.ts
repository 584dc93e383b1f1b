import { expect, it } from 'vitest';
import { createLeapWatch } from './leap-watch.ts';

function setUp() {
  let wall = 1_700_000_000_000;
  let monotonic = 5_000;
  const watch = createLeapWatch({ wall: () => wall, monotonic: () => monotonic });
  return {
    watch,
    pass: (milliseconds: number) => {
      wall += milliseconds;
      monotonic += milliseconds;
    },
    setClock: (by: number) => {
      wall += by;
    },
  };
}

it('has nothing against time that passes, nor against a clock that is kept in step', () => {
  const { watch, pass, setClock } = setUp();
  for (let minute = 0; minute < 100; minute += 1) {
    pass(3_600_000);
    setClock(2_000);
    expect(watch.hasLeapt()).toBe(false);
  }
});

it('tells of a leap ahead for ten minutes, also where the clock has been set back meanwhile', () => {
  const { watch, pass, setClock } = setUp();
  setClock(3_600_000);
  expect(watch.hasLeapt()).toBe(true);
  pass(300_000);
  setClock(-3_600_000);
  expect(watch.hasLeapt()).toBe(true);
  pass(299_999);
  expect(watch.hasLeapt()).toBe(true);
  pass(1);
  expect(watch.hasLeapt()).toBe(false);
});

it('believes a leap of more than a day', () => {
  const { watch, setClock } = setUp();
  setClock(86_400_000);
  expect(watch.hasLeapt()).toBe(false);
  setClock(86_399_999);
  expect(watch.hasLeapt()).toBe(true);
});

it('has nothing against a leap back, and tells of the one that undoes it', () => {
  const { watch, setClock } = setUp();
  setClock(-3_600_000);
  expect(watch.hasLeapt()).toBe(false);
  setClock(3_600_000);
  expect(watch.hasLeapt()).toBe(true);
});
