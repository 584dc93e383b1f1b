/**
 * In place of the list, on a server with stateless sessions: why there is none, and what can be ended all the same.
 */
import type { ReactElement } from 'react';
import { useClient } from 'tallystick/react';
import { ask } from '../http/ask.ts';
import { describeTrouble } from '../http/describe-trouble.ts';
import { useAct } from '../http/use-act.ts';
import { Notice } from '../shell/notice.tsx';
import type { RecentSignIn } from './use-recent-sign-in.ts';

interface NoDeviceListProps {
  readonly perform: RecentSignIn['perform'];
}

export function NoDeviceList({ perform }: NoDeviceListProps): ReactElement {
  const client = useClient();
  const { isBusy, trouble, run } = useAct();
  const signOut = () => run(async () => void (await client.signOut()));
  const signOutEverywhere = () =>
    run(async () => {
      const answer = await perform(() => ask(() => client.signOutEverywhere()));
      return answer && describeTrouble(answer);
    });
  return (
    <section className="card" aria-labelledby="devices-title">
      <h2 id="devices-title">Your devices</h2>
      <p>
        This server keeps no list of devices. Its sessions are stateless: it remembers nothing about where you are
        signed in, so it can neither list your devices nor sign out a single one.
      </p>
      <p>You can sign out here, or end every session you have, wherever it is.</p>
      <Notice tone="trouble">{trouble}</Notice>
      <div className="button-row">
        <button type="button" className="button-quiet" disabled={isBusy} onClick={signOut}>
          Sign out here
        </button>
        <button type="button" className="button-danger" disabled={isBusy} onClick={signOutEverywhere}>
          Sign out everywhere
        </button>
      </div>
    </section>
  );
}
