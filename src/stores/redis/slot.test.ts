import { expect, it } from 'vitest';
import { slotOf } from './slot.ts';

it.each([
  ['123456789', 12_739],
  ['user1000', 3_443],
  ['foo', 12_182],
  ['', 0],
])('puts the tag “%s” into slot %d, as the specification does', (tag, slot) => {
  expect(slotOf(tag)).toBe(slot);
});
