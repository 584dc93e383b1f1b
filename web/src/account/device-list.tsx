/**
 * The devices of the user, this one first, and what can be done with all the others at once.
 */
import type { ReactElement } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { DeviceRow } from './device-row.tsx';
import { orderDevices } from './order-devices.ts';
import { RemoveOthers } from './remove-others.tsx';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface DeviceListProps {
  readonly devices: readonly DeviceView[];
  readonly perform: RecentSignIn['perform'];
  readonly onChanged: () => Promise<void>;
}

export function DeviceList({ devices, perform, onChanged }: DeviceListProps): ReactElement {
  return (
    <section className="card" aria-labelledby="devices-title">
      <h2 id="devices-title">Your devices</h2>
      <p className="soft">
        Each place where you have signed in. If you do not recognise one, remove it and change your password.
      </p>
      <ul className="devices" aria-label="Your devices">
        {orderDevices(devices).map((device) => (
          <DeviceRow key={device.id} device={device} perform={perform} onChanged={onChanged} />
        ))}
      </ul>
      <RemoveOthers others={devices.filter((device) => !device.current)} perform={perform} onChanged={onChanged} />
    </section>
  );
}
