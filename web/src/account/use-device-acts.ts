/**
 * What can be done with one device, and what that means where it is the one in use.
 */

import type { DevicePatch, DeviceView } from 'tallystick/protocol';
import { useClient } from 'tallystick/react';
import type { Answer } from '../http/ask.ts';
import { describeTrouble } from '../http/describe-trouble.ts';
import { type Act, useAct } from '../http/use-act.ts';
import { changeDevice, removeDevice } from './device-requests.ts';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface DeviceActs extends Omit<Act, 'run'> {
  readonly rename: (name: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export function useDeviceActs(
  device: DeviceView,
  perform: RecentSignIn['perform'],
  onChanged: () => Promise<void>,
): DeviceActs {
  const client = useClient();
  const { isBusy, trouble, run } = useAct();
  const change = (act: () => Promise<Answer<unknown>>, onDone = onChanged) =>
    run(async () => {
      const answer = await perform(act);
      if (answer?.kind !== 'done') return answer && describeTrouble(answer);
      await onDone();
      return undefined;
    });
  const patch = (changes: DevicePatch) => () => changeDevice(client, device.id, changes);
  // The session of this page ends with its device: the page says goodbye instead of finding out at its next request.
  const leave = async () => void (await client.signOut());
  return {
    isBusy,
    trouble,
    rename: (name) => change(patch({ name })),
    signOut: () => (device.current ? run(async () => void (await leave())) : change(patch({ signed_in: false }))),
    remove: () => change(() => removeDevice(client, device.id), device.current ? leave : onChanged),
  };
}
