/**
 * What is known of a device.
 */
import type { ReactElement } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { formatDay, formatLastUse } from '../time/format-moment.ts';
import { describeOrigin } from './describe-origin.ts';

export function DeviceFacts({ device }: { readonly device: DeviceView }): ReactElement {
  const origin = describeOrigin(device);
  return (
    <>
      <p className="device-states">
        {device.current && <span className="badge badge-here">This device</span>}
        <span className={device.signed_in ? 'badge badge-in' : 'badge'}>
          {device.signed_in ? 'Signed in' : 'Signed out'}
        </span>
      </p>
      <ul className="device-facts">
        {origin !== '' && <li>{origin}</li>}
        <li>Last used {formatLastUse(device.last_used_at, Date.now() / 1000)}</li>
        <li>First used on {formatDay(device.created_at)}</li>
      </ul>
    </>
  );
}
