/** How many devices a user may have signed in, and which of them has to make room. */
import { describe, expect, it } from 'vitest';
import { decideDeviceLimit } from './decide-device-limit.ts';
import type { DeviceKind, DeviceRecord } from './device-record.ts';

function device(id: string, lastUsedAt: number, kind: DeviceKind = 'desktop'): DeviceRecord {
  const seen = { platform: '', browser: '', lastAddress: '' };
  return { id, subject: 'alice', name: id, kind, ...seen, createdAt: 0, lastUsedAt, sid: '' };
}

const laptop = device('laptop', 30);
const tower = device('tower', 10);
const phone = device('phone', 20, 'mobile');
const all = [laptop, tower, phone];

describe('decideDeviceLimit', () => {
  it('admits anybody where there is no limit', () => {
    expect(decideDeviceLimit(all, 'desktop', [])).toEqual({ kind: 'admitted', evict: [] });
  });

  it('evicts nobody while there is room', () => {
    expect(decideDeviceLimit(all, 'mobile', [{ max: 4, atLimit: 'evict-oldest' }])).toEqual({
      kind: 'admitted',
      evict: [],
    });
    expect(decideDeviceLimit(all, 'mobile', [{ max: 4, atLimit: 'deny' }])).toEqual({ kind: 'admitted', evict: [] });
  });

  it('denies at the limit, and says which limit it was', () => {
    const limit = { max: 3, atLimit: 'deny' } as const;
    expect(decideDeviceLimit(all, 'mobile', [{ max: 9, atLimit: 'deny' }, limit])).toEqual({ kind: 'denied', limit });
  });

  it('evicts the least recently used first, and only as many as have to go', () => {
    const outcome = decideDeviceLimit(all, 'mobile', [{ max: 2, atLimit: 'evict-oldest' }]);
    expect(outcome).toEqual({ kind: 'admitted', evict: [tower, phone] });
  });

  it('counts only devices of the kind that a limit names', () => {
    const limit = { kind: 'desktop', max: 2, atLimit: 'evict-oldest' } as const;
    expect(decideDeviceLimit(all, 'desktop', [limit])).toEqual({ kind: 'admitted', evict: [tower] });
  });

  it('passes over limits of other kinds', () => {
    expect(decideDeviceLimit(all, 'desktop', [{ kind: 'mobile', max: 1, atLimit: 'deny' }])).toMatchObject({
      kind: 'admitted',
    });
  });

  it('evicts a device once, even where two limits want it gone', () => {
    const outcome = decideDeviceLimit(all, 'desktop', [
      { max: 3, atLimit: 'evict-oldest' },
      { kind: 'desktop', max: 2, atLimit: 'evict-oldest' },
    ]);
    expect(outcome).toEqual({ kind: 'admitted', evict: [tower] });
  });

  it('denies where a limit of none leaves nothing to evict', () => {
    const limit = { max: 0, atLimit: 'evict-oldest' } as const;
    expect(decideDeviceLimit([], 'desktop', [limit])).toEqual({ kind: 'denied', limit });
  });
});
