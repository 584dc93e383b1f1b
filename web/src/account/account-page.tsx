/**
 * Where a user sees and ends what is signed in as them, and changes the password.
 */

import type { ReactElement } from 'react';
import { useClient } from 'tallystick/react';
import { LoadTrouble } from '../http/load-trouble.tsx';
import { useLoaded } from '../http/use-loaded.ts';
import { ChangePassword } from './change-password.tsx';
import { ConfirmPasswordDialog } from './confirm-password-dialog.tsx';
import { DeviceList } from './device-list.tsx';
import { listDevices } from './device-requests.ts';
import { NoDeviceList } from './no-device-list.tsx';
import { useRecentSignIn } from './use-recent-sign-in.ts';

interface AccountPageProps {
  readonly username: string | undefined;
  readonly isAway: boolean;
}

export function AccountPage({ username, isAway }: AccountPageProps): ReactElement {
  const client = useClient();
  const { answer, reload } = useLoaded(() => listDevices(client), !isAway);
  const { answerQuestion, perform } = useRecentSignIn();
  const devices = !isAway && answer?.kind === 'done' ? answer.value.devices : [];
  // A server with stateless sessions has none to give.
  const keepsNoList = answer?.kind === 'refused' && answer.status === 501;
  return (
    <main className="page page-narrow">
      <h1>Devices and password</h1>
      {keepsNoList ? (
        <NoDeviceList perform={perform} />
      ) : (
        <>
          <LoadTrouble answer={isAway ? undefined : answer} reload={reload} />
          <DeviceList devices={devices} perform={perform} onChanged={reload} />
        </>
      )}
      <ChangePassword username={username} perform={perform} onChanged={reload} />
      {answerQuestion !== undefined && username !== undefined && !isAway && (
        <ConfirmPasswordDialog username={username} onAnswer={answerQuestion} />
      )}
    </main>
  );
}
