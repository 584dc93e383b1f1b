/**
 * Where a device comes from: what its browser says about itself, and the address it was last used from.
 */
import type { DeviceView } from 'tallystick/protocol';

/** For example `Firefox on Windows, 192.0.2.7`. What nobody knows is left out, and so is what the name says already. */
export function describeOrigin({ name, browser, platform, last_ip }: DeviceView): string {
  const software = [browser, platform].filter(isKnown).join(' on ');
  return [software === name ? '' : software, last_ip].filter(isKnown).join(', ');
}

function isKnown(part: string): boolean {
  return part !== '';
}
