import type { DeviceView } from 'tallystick/protocol';
import { describe, expect, it } from 'vitest';
import { describeOrigin } from './describe-origin.ts';

const device: DeviceView = {
  id: 'd',
  name: 'Kitchen laptop',
  platform: 'Windows',
  browser: 'Firefox',
  created_at: 0,
  last_used_at: 0,
  last_ip: '192.0.2.7',
  current: false,
  signed_in: true,
};

describe('describeOrigin', () => {
  it('says what the device is and from where it was used', () => {
    expect(describeOrigin(device)).toBe('Firefox on Windows, 192.0.2.7');
  });

  it('leaves out what is not known', () => {
    expect(describeOrigin({ ...device, platform: '' })).toBe('Firefox, 192.0.2.7');
    expect(describeOrigin({ ...device, browser: '', platform: '' })).toBe('192.0.2.7');
    expect(describeOrigin({ ...device, last_ip: '' })).toBe('Firefox on Windows');
  });

  it('does not say twice what the name says', () => {
    expect(describeOrigin({ ...device, name: 'Firefox on Windows' })).toBe('192.0.2.7');
  });
});
