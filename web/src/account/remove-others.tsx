/**
 * Signs out every device but this one, at once.
 */

import { type ReactElement, useState } from 'react';
import type { DeviceView } from 'tallystick/protocol';
import { useClient } from 'tallystick/react';
import { describeTrouble } from '../http/describe-trouble.ts';
import { useAct } from '../http/use-act.ts';
import { Notice } from '../shell/notice.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { removeOtherDevices } from './device-requests.ts';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface RemoveOthersProps {
  readonly others: readonly DeviceView[];
  readonly perform: RecentSignIn['perform'];
  readonly onChanged: () => Promise<void>;
}

export function RemoveOthers({ others, perform, onChanged }: RemoveOthersProps): ReactElement {
  const client = useClient();
  const { isBusy, trouble, run } = useAct();
  const [isAsking, setIsAsking] = useState(false);
  const [removed, setRemoved] = useState<number>();
  const remove = async () => {
    setIsAsking(false);
    const answer = await perform(() => removeOtherDevices(client));
    if (answer?.kind !== 'done') return answer && describeTrouble(answer);
    setRemoved(answer.value.removed);
    await onChanged();
    return undefined;
  };
  return (
    <>
      <Notice tone="trouble">{trouble}</Notice>
      <Notice tone="good">
        {removed !== undefined && `${removed} other ${removed === 1 ? 'device' : 'devices'} signed out.`}
      </Notice>
      {others.length > 0 && (
        <button type="button" className="button-quiet" disabled={isBusy} onClick={() => setIsAsking(true)}>
          Sign out all other devices
        </button>
      )}
      {isAsking && (
        <ConfirmDialog
          title="Sign out all other devices?"
          act="Sign out all others"
          onAct={() => void run(remove)}
          onDismiss={() => setIsAsking(false)}
        >
          They are signed out at once and leave this list. To use one again, sign in on it with your password.
        </ConfirmDialog>
      )}
    </>
  );
}
