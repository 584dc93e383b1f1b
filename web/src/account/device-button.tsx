/**
 * One thing that can be done with a device, named after both for those who do not see them side by side.
 */
import type { ReactElement } from 'react';
import type { DeviceView } from 'tallystick/protocol';

interface DeviceButtonProps {
  readonly act: string;
  readonly device: DeviceView;
  readonly isBusy: boolean;
  readonly onPress: () => void;
}

export function DeviceButton({ act, device, isBusy, onPress }: DeviceButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="button-small"
      aria-label={`${act} ${device.name}`}
      disabled={isBusy}
      onClick={onPress}
    >
      {act}
    </button>
  );
}
