/**
 * One device and what can be done with it.
 */
import { type ReactElement, useState } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { Notice } from '../shell/notice.tsx';
import { formatDay, formatLastUse } from '../time/format-moment.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { describeOrigin } from './describe-origin.ts';
import { DeviceIcon } from './device-icon.tsx';
import { RenameDevice } from './rename-device.tsx';
import { useDeviceActs } from './use-device-acts.ts';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface DeviceRowProps {
  readonly device: DeviceView;
  readonly perform: RecentSignIn['perform'];
  readonly onChanged: () => Promise<void>;
}

export function DeviceRow({ device, perform, onChanged }: DeviceRowProps): ReactElement {
  const acts = useDeviceActs(device, perform, onChanged);
  const [mode, setMode] = useState<'shown' | 'renamed' | 'removed'>('shown');
  return (
    <li className={mode === 'renamed' ? 'device device-renamed' : 'device'} aria-label={device.name}>
      <DeviceIcon platform={device.platform} />
      <div className="device-body">
        {mode === 'renamed' ? (
          <RenameDevice
            name={device.name}
            isBusy={acts.isBusy}
            onRename={(name) => void acts.rename(name).then(() => setMode('shown'))}
            onDismiss={() => setMode('shown')}
          />
        ) : (
          <h3>{device.name}</h3>
        )}
        <DeviceFacts device={device} />
        <Notice tone="trouble">{acts.trouble}</Notice>
      </div>
      <div className="device-acts" hidden={mode === 'renamed'}>
        <DeviceButton act="Rename" {...{ device }} isDisabled={acts.isBusy} onPress={() => setMode('renamed')} />
        {device.signed_in && (
          <DeviceButton act="Sign out" {...{ device }} isDisabled={acts.isBusy} onPress={() => void acts.signOut()} />
        )}
        <DeviceButton act="Remove" {...{ device }} isDisabled={acts.isBusy} onPress={() => setMode('removed')} />
      </div>
      {mode === 'removed' && (
        <ConfirmDialog
          title={`Remove ${device.name}?`}
          act="Remove"
          onAct={() => {
            setMode('shown');
            void acts.remove();
          }}
          onDismiss={() => setMode('shown')}
        >
          {device.current
            ? 'This is the device you are using. It is signed out at once and leaves the list.'
            : 'It is signed out at once and leaves the list. To use it again, sign in on it with your password.'}
        </ConfirmDialog>
      )}
    </li>
  );
}

interface DeviceButtonProps {
  readonly act: string;
  readonly device: DeviceView;
  readonly isDisabled: boolean;
  readonly onPress: () => void;
}

function DeviceButton({ act, device, isDisabled, onPress }: DeviceButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="button-small"
      aria-label={`${act} ${device.name}`}
      disabled={isDisabled}
      onClick={onPress}
    >
      {act}
    </button>
  );
}

function DeviceFacts({ device }: { readonly device: DeviceView }): ReactElement {
  return (
    <>
      <p className="device-states">
        {device.current && <span className="badge badge-here">This device</span>}
        <span className={device.signed_in ? 'badge badge-in' : 'badge'}>
          {device.signed_in ? 'Signed in' : 'Signed out'}
        </span>
      </p>
      <p className="device-facts">
        {describeOrigin(device)}
        <br />
        Last used {formatLastUse(device.last_used_at, Date.now() / 1000)}, first used {formatDay(device.created_at)}
      </p>
    </>
  );
}
