/**
 * A telephone or a computer, by what the device says it is. Decoration.
 */
import type { ReactElement } from 'react';

export function DeviceIcon({ platform }: { readonly platform: string }): ReactElement {
  return (
    <svg className="device-icon" width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">
      {/android|ios|phone/i.test(platform) ? (
        <>
          <rect x="12.5" y="5.5" width="15" height="29" rx="3" />
          <path d="M18 30.5H22" />
        </>
      ) : (
        <>
          <rect x="7.5" y="8.5" width="25" height="17" rx="2" />
          <path d="M4 30.5H36" />
        </>
      )}
    </svg>
  );
}
