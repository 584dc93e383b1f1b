/**
 * Asks before a device is removed, and says what that means where it is the one in use.
 */
import type { ReactElement } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface RemoveDeviceDialogProps {
  readonly device: DeviceView;
  readonly onRemove: () => void;
  readonly onDismiss: () => void;
}

export function RemoveDeviceDialog({ device, onRemove, onDismiss }: RemoveDeviceDialogProps): ReactElement {
  return (
    <ConfirmDialog title={`Remove ${device.name}?`} act="Remove" onAct={onRemove} onDismiss={onDismiss}>
      {device.current
        ? 'This is the device you are using. It is signed out at once and leaves the list.'
        : 'It is signed out at once and leaves the list. To use it again, sign in on it with your password.'}
    </ConfirmDialog>
  );
}
