import type { DeviceView } from 'tallystick/protocol';
import { describe, expect, it } from 'vitest';
import { orderDevices } from './order-devices.ts';

const device = (id: string, change: Partial<DeviceView>): DeviceView => ({
  id,
  name: id,
  platform: '',
  browser: '',
  created_at: 0,
  last_used_at: 0,
  last_ip: '',
  current: false,
  signed_in: true,
  ...change,
});

describe('orderDevices', () => {
  it('puts this device first, then those signed in, the one used last before the others', () => {
    const devices = [
      device('gone', { signed_in: false, last_used_at: 9 }),
      device('old', { last_used_at: 1 }),
      device('here', { current: true }),
      device('new', { last_used_at: 5, created_at: 1 }),
      device('newer', { last_used_at: 5, created_at: 2 }),
    ];
    expect(orderDevices(devices).map(({ id }) => id)).toEqual(['here', 'newer', 'new', 'old', 'gone']);
  });
});
