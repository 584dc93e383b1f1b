/**
 * One device of the list, as it is, being renamed, or about to be removed.
 */
import { type ReactElement, useState } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { Notice } from '../shell/notice.tsx';
import { DeviceButton } from './device-button.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { DeviceIcon } from './device-icon.tsx';
import { RemoveDeviceDialog } from './remove-device-dialog.tsx';
import { RenameDevice } from './rename-device.tsx';
import { useDeviceActs } from './use-device-acts.ts';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface DeviceRowProps {
  readonly device: DeviceView;
  readonly perform: RecentSignIn['perform'];
  readonly onChanged: () => Promise<void>;
}

export function DeviceRow({ device, perform, onChanged }: DeviceRowProps): ReactElement {
  const { isBusy, trouble, rename, signOut, remove } = useDeviceActs(device, perform, onChanged);
  const [mode, setMode] = useState<'shown' | 'renamed' | 'removed'>('shown');
  const show = () => setMode('shown');
  const isRenamed = mode === 'renamed';
  return (
    <li className={isRenamed ? 'device device-renamed' : 'device'} aria-label={device.name}>
      <DeviceIcon platform={device.platform} />
      <div className="device-body">
        {isRenamed ? (
          <RenameDevice
            name={device.name}
            isBusy={isBusy}
            onRename={(name) => void rename(name).then(show)}
            onDismiss={show}
          />
        ) : (
          <h3>{device.name}</h3>
        )}
        <DeviceFacts device={device} />
        <Notice tone="trouble">{trouble}</Notice>
      </div>
      <div className="device-acts" hidden={isRenamed}>
        <DeviceButton act="Rename" {...{ device, isBusy }} onPress={() => setMode('renamed')} />
        {device.signed_in && <DeviceButton act="Sign out" {...{ device, isBusy }} onPress={() => void signOut()} />}
        <DeviceButton act="Remove" {...{ device, isBusy }} onPress={() => setMode('removed')} />
      </div>
      {mode === 'removed' && (
        <RemoveDeviceDialog
          device={device}
          onRemove={() => {
            show();
            void remove();
          }}
          onDismiss={show}
        />
      )}
    </li>
  );
}
